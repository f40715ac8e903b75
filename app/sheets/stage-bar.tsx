import { usePicture } from '../state/picture.ts';
import { words } from '../words.ts';
import styles from './link-sheet.module.css';

const w = words.linkSheet;
const STAGES = [0, 1, 2, 3] as const;

/** A number of ms for reading: one decimal below ten. */
const short = (ms: number) => (ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0));

/** Where the time from the last fragment to the screen goes: one bar of the medians, and the numbers below. */
export function StageBar() {
  return (
    <section className={styles['part']}>
      <div className={styles['bar']} aria-hidden="true">
        {STAGES.map((place) => (
          <Segment key={place} place={place} />
        ))}
      </div>
      <table className={styles['stages']}>
        <thead>
          <tr>
            <th scope="col">{w.latency}</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
          </tr>
        </thead>
        <tbody>
          {STAGES.map((place) => (
            <StageRow key={place} place={place} />
          ))}
          <Total />
        </tbody>
      </table>
    </section>
  );
}

function Segment({ place }: { place: number }) {
  const grow = usePicture(({ stages }) => Math.round((stages[place]?.p50 ?? 0) * 20) / 20) ?? 0;
  return <div className={styles['stage']} data-stage={place} style={{ flexGrow: grow }} />;
}

function StageRow({ place }: { place: number }) {
  const p50 = usePicture(({ stages }) => (stages[place] ? short(stages[place].p50) : ''));
  const p95 = usePicture(({ stages }) => (stages[place] ? short(stages[place].p95) : ''));
  return (
    <tr>
      <th scope="row">
        <span className={styles['swatch']} data-stage={place} />
        {w.stages[place]}
      </th>
      <td>{p50}</td>
      <td>{p95}</td>
    </tr>
  );
}

function Total() {
  const p50 = usePicture(({ total }) => (total ? short(total.p50) : ''));
  const p95 = usePicture(({ total }) => (total ? short(total.p95) : ''));
  return (
    <tr>
      <th scope="row">{w.total}</th>
      <td>{p50}</td>
      <td>{p95}</td>
    </tr>
  );
}
