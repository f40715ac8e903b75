import { useEffect, useState } from 'react';
import { type Action, capsOf } from '../input/keymap.ts';
import { useApp } from '../state/store.ts';
import { words } from '../words.ts';
import styles from './key-hints.module.css';

/** Hints stay this long after the last key or movement, ms. */
const FADE_MS = 5000;

const IN_FLIGHT: readonly Action[] = ['help', 'link', 'osd', 'display', 'fullScreen', 'hints'];
const ON_GROUND: readonly Action[] = ['help', 'display', 'fullScreen'];

/** What the keys do, at the bottom; fades by itself in flight. */
export function KeyHints({ flying }: { flying: boolean }) {
  const wanted = useApp((state) => state.hints && state.panel === 'none');
  const stirred = useStirred();
  return (
    <ul className={styles['hints']} data-shown={wanted && (stirred || !flying)} data-flying={flying}>
      {(flying ? IN_FLIGHT : ON_GROUND).map((action) => (
        <li key={action} className={styles['hint']}>
          <kbd className={styles['cap']}>{capsOf(action)[0]}</kbd>
          {words.keys[action]}
        </li>
      ))}
    </ul>
  );
}

/** True for FADE_MS after a key, a click or a movement of the pointer, and after the start. */
function useStirred(): boolean {
  const [stirred, setStirred] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const stir = () => {
      setStirred(true);
      clearTimeout(timer);
      timer = setTimeout(() => setStirred(false), FADE_MS);
    };
    stir();
    const events = ['keydown', 'pointermove', 'pointerdown'] as const;
    for (const event of events) window.addEventListener(event, stir, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const event of events) window.removeEventListener(event, stir);
    };
  }, []);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-still', !stirred);
  }, [stirred]);
  return stirred;
}
