import { MessageChannelMain, type WebContents } from 'electron';
import type { PortKind } from './radio-messages.ts';
import type { RadioProcess } from './radio-process.ts';
import { isOurs } from './window.ts';

/** The only message between us and the page; it goes one way. The page can send us nothing. */
export const PORT_CHANNEL = 'spinel:port';

const KINDS: readonly PortKind[] = ['control', 'video'];

/**
 * Introduces page and radio: one new port of each kind whenever either of them is new. What they say to each other does
 * not pass through this process.
 */
export function introduce(contents: WebContents, radio: RadioProcess): void {
  let loaded = false;
  const give = () => {
    const { state } = radio;
    // The page of now is checked, not the one that was asked for.
    if (!loaded || state.phase !== 'up' || contents.isDestroyed() || !isOurs(contents.mainFrame.url)) return;
    for (const kind of KINDS) {
      const { port1, port2 } = new MessageChannelMain();
      if (radio.connect(kind, port1))
        contents.postMessage(PORT_CHANNEL, { kind, generation: state.generation }, [port2]);
    }
  };
  contents.on('did-start-loading', () => {
    loaded = false;
  });
  // Modules of the page have run by now: somebody listens.
  contents.on('did-finish-load', () => {
    loaded = true;
    give();
  });
  radio.onState((state) => {
    if (state.phase === 'up') give();
  });
}
