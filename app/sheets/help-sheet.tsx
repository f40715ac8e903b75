import { type Action, capsOf } from '../input/keymap.ts';
import { useApp } from '../state/store.ts';
import { words } from '../words.ts';
import styles from './help-sheet.module.css';
import sheet from './sheet.module.css';
import { Sheet } from './sheet.tsx';

const LISTED: readonly Action[] = ['demo', 'link', 'osd', 'display', 'fullScreen', 'hints', 'help', 'back', 'close'];

/** All keys and what they do. */
export function HelpSheet() {
  const version = useApp((state) => state.version);
  return (
    <Sheet group={`${words.product} ${version}`} title={words.helpTitle} keys={[['Esc', words.keys.back]]}>
      <dl className={styles['list']}>
        {LISTED.map((action) => (
          <div key={action} className={sheet['row']}>
            <dt>{words.keyExplained[action]}</dt>
            <dd className={styles['caps']}>
              {capsOf(action).map((cap) => (
                <kbd key={cap} className={sheet['cap']}>
                  {cap}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className={sheet['note']}>{words.helpNote}</p>
    </Sheet>
  );
}
