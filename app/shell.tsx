import type { ReactNode } from 'react';
import { Banner } from './fly/banner.tsx';
import { FlyScreen } from './fly/fly-screen.tsx';
import { KeyHints } from './fly/key-hints.tsx';
import { StartScreen } from './fly/start-screen.tsx';
import { toggleFullScreen } from './input/full-screen.ts';
import { useKeys } from './input/use-keys.ts';
import { DisplaySheet } from './sheets/display-sheet.tsx';
import { HelpSheet } from './sheets/help-sheet.tsx';
import { LinkSheet } from './sheets/link-sheet.tsx';
import styles from './shell.module.css';
import { OSD_MODES } from './state/settings-slice.ts';
import { useApp } from './state/store.ts';

const SHEETS = { none: undefined, help: HelpSheet, link: LinkSheet, display: DisplaySheet } as const;

/** The picture or the start screen, and one sheet beside it. */
export function Shell({ video }: { video: ReactNode }) {
  const phase = useApp((state) => state.source.phase);
  const panel = useApp((state) => state.panel);
  useAppKeys();
  const flying = phase === 'starting' || phase === 'up';
  const Sheet = SHEETS[panel];
  return (
    <div className={styles['shell']}>
      <main className={styles['main']}>
        <FlyScreen video={video} flying={flying} />
        {flying ? null : <StartScreen />}
        <Banner />
        <KeyHints flying={flying} />
      </main>
      {Sheet ? <Sheet /> : null}
    </div>
  );
}

/** What the keys do when no sheet takes them. */
function useAppKeys(): void {
  useKeys((action) => {
    const { source, panel, settings, setSettings, togglePanel, openPanel, toggleHints, openSource, closeSource } =
      useApp.getState();
    const flying = source.phase === 'starting' || source.phase === 'up';
    switch (action) {
      case 'demo':
        if (flying) return false;
        void openSource({ kind: 'demo' });
        return true;
      case 'fullScreen':
        toggleFullScreen();
        return true;
      case 'link':
      case 'display':
      case 'help':
        togglePanel(action);
        return true;
      case 'osd': {
        const next = OSD_MODES[(OSD_MODES.indexOf(settings.osdMode) + 1) % OSD_MODES.length];
        if (next !== undefined) setSettings({ osdMode: next });
        return true;
      }
      case 'hints':
        toggleHints();
        return true;
      case 'back':
        if (panel === 'none') return false;
        openPanel('none');
        return true;
      case 'close':
        if (!flying) return false;
        void closeSource();
        return true;
      default:
        return false;
    }
  });
}
