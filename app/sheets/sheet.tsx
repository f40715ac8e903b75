import type { ReactNode } from 'react';
import styles from './sheet.module.css';

/** A sheet from the right; the picture keeps the rest of the width. `keys` stand at its foot. */
export function Sheet(props: { group: string; title: string; keys: readonly [string, string][]; children: ReactNode }) {
  return (
    <aside className={styles['sheet']} aria-label={props.title}>
      <header className={styles['head']}>
        <p className={styles['group']}>{props.group}</p>
        <h1 className={styles['title']}>{props.title}</h1>
      </header>
      <div className={styles['body']}>{props.children}</div>
      <footer className={styles['foot']}>
        {props.keys.map(([cap, does]) => (
          <span key={does} className={styles['key']}>
            {cap.split(' ').map((each) => (
              <kbd key={each} className={styles['cap']}>
                {each}
              </kbd>
            ))}
            {does}
          </span>
        ))}
      </footer>
    </aside>
  );
}
