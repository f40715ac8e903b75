import { decimal } from '../osd/format.ts';
import { newestLink, useLink } from '../state/link.ts';
import { useSampled } from '../state/sampled.ts';
import { words } from '../words.ts';
import styles from './link-sheet.module.css';

const w = words.linkSheet;

/** One row for each adapter: frames, signal per antenna, loss, and how often it was first. */
export function AdapterTable() {
  const count = useLink((link) => link.adapters.length) ?? 0;
  return (
    <section className={styles['part']}>
      <table className={styles['adapters']}>
        <thead>
          <tr>
            <th scope="col">{w.adapters}</th>
            <th scope="col">{w.framesPerSecond}</th>
            <th scope="col">dBm</th>
            <th scope="col">{w.loss}</th>
            <th scope="col">{w.first}</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: count }, (_, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an adapter is known by its place
            <AdapterRow key={place} place={place} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AdapterRow({ place }: { place: number }) {
  const cells = useSampled(() => adapterCells(place));
  return (
    <tr>
      {cells.split('\t').map((cell, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns stay in their places
        <td key={i}>{cell}</td>
      ))}
    </tr>
  );
}

/** The row's cells, tab-separated: one primitive, so that equal digits render nothing. */
function adapterCells(place: number): string {
  const link = newestLink();
  const adapter = link?.adapters[place];
  if (link === undefined || adapter === undefined) return '';
  const wins = link.adapters.reduce((sum, each) => sum + each.wins, 0);
  const dbm = adapter.antennas.length > 0 ? adapter.antennas.map(({ rssiDbm }) => rssiDbm) : [adapter.rssiDbm];
  return [
    adapter.name,
    decimal(adapter.framesPerSecond),
    dbm.map((each) => (each === null ? '' : decimal(each))).join(' '),
    `${decimal(adapter.lossPercent, adapter.lossPercent < 9.95 ? 1 : 0)} %`,
    wins === 0 ? '' : `${decimal((100 * adapter.wins) / wins)} %`,
  ].join('\t');
}
