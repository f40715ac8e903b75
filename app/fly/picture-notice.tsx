import { age } from '../osd/format.ts';
import { ageMs } from '../osd/readings.ts';
import { newestLink } from '../state/link.ts';
import { newestPicture, pictureAgeMs } from '../state/picture.ts';
import { radioTime } from '../state/radio-time.ts';
import { useSampled } from '../state/sampled.ts';
import { useApp } from '../state/store.ts';
import { newestTelemetry } from '../state/telemetry.ts';
import { words } from '../words.ts';
import { meaningOf, type PictureState } from './picture-meaning.ts';
import styles from './picture-notice.module.css';

function currentMeaning(): string {
  const now = radioTime();
  const t = newestTelemetry();
  const ages = [ageMs(now, t?.flightAt), ageMs(now, t?.unitAt)].filter((each) => each !== undefined);
  return meaningOf(ages.length > 0 ? Math.min(...ages) : undefined, ageMs(now, newestLink()?.lastVideoAt));
}

/** Says that there is no picture, for how long, and what that means. Nothing while the picture lives. */
export function PictureNotice({ state }: { state: PictureState }) {
  if (state === 'live') return null;
  return (
    <div className={styles['notice']} data-state={state}>
      {state === 'stale' ? <Stale /> : state === 'unsupported' ? <Unsupported /> : <Waiting />}
    </div>
  );
}

function Stale() {
  const forHow = useSampled(() => age(Math.max(0, pictureAgeMs(performance.now()) ?? 0)));
  const meaning = useSampled(currentMeaning);
  return (
    <p className={styles['line']}>
      <strong className={styles['age']}>{words.noPictureFor(forHow)}</strong>
      {meaning}
    </p>
  );
}

function Unsupported() {
  const codec = useSampled(() => newestPicture()?.codec || 'H.265');
  return (
    <div className={styles['plate']}>
      <h1 className={styles['title']}>{words.unsupported(codec)}</h1>
      <p className={styles['text']}>{words.unsupportedExplained}</p>
    </div>
  );
}

function Waiting() {
  const source = useApp((app) => app.source);
  const title = source.phase === 'idle' ? '' : source.title;
  return (
    <div className={styles['plate']}>
      <h1 className={styles['title']}>{source.phase === 'starting' ? words.starting(title) : words.waiting}</h1>
      <p className={styles['text']}>{source.phase === 'up' ? words.waitingExplained(title) : ''}</p>
      <div className={styles['pulse']} aria-hidden="true" />
    </div>
  );
}
