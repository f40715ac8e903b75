import { useEffect } from 'react';
import { useApp } from '../state/store.ts';
import { words } from '../words.ts';
import styles from './banner.module.css';
import { usePictureState } from './picture-state.ts';

/** The restart is told at least this long after the picture came back, ms. */
const READ_MS = 5000;

/** One sentence over everything: the radio process is away, or was replaced. */
export function Banner() {
  const phase = useApp((state) => state.door.phase);
  const detail = useApp((state) => (state.door.phase === 'up' ? '' : state.door.detail));
  const restarted = useApp((state) => state.restarted);
  useRestartRead(restarted && phase === 'up');
  if (phase === 'lost') {
    return (
      <output className={styles['banner']} data-severity="warning">
        <strong>{words.lostTitle}.</strong> {words.lostExplained} {detail === '' ? '' : `(${detail})`}
      </output>
    );
  }
  if (!restarted) return null;
  return (
    <output className={styles['banner']} data-severity="caution">
      {words.restarted}
    </output>
  );
}

/** Takes the restart as read some seconds after the picture is back. */
function useRestartRead(restarted: boolean): void {
  const picture = usePictureState();
  useEffect(() => {
    if (!restarted || picture !== 'live') return;
    const timer = setTimeout(() => useApp.getState().pictureReturned(), READ_MS);
    return () => clearTimeout(timer);
  }, [restarted, picture]);
}
