import { useRef } from 'react';
import { words } from '../words.ts';
import styles from './osd.module.css';
import { OsdText } from './osd-text.tsx';
import { useOsd } from './use-osd.ts';

/** The flight display over the picture. */
export function Osd() {
  const attitude = useRef<HTMLCanvasElement>(null);
  const instruments = useRef<HTMLCanvasElement>(null);
  useOsd(attitude, instruments);
  return (
    <section className={styles['osd']} aria-label={words.osdLabel}>
      <canvas ref={attitude} className={styles['attitude']} />
      <canvas ref={instruments} className={styles['instruments']} />
      <OsdText />
    </section>
  );
}
