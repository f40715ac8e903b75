import { decimal, megabits } from '../osd/format.ts';
import { linkHistory, useLink } from '../state/link.ts';
import { usePicture } from '../state/picture.ts';
import { words } from '../words.ts';
import { AdapterTable } from './adapter-table.tsx';
import styles from './link-sheet.module.css';
import sheet from './sheet.module.css';
import { Sheet } from './sheet.tsx';
import { Sparkline } from './sparkline.tsx';
import { StageBar } from './stage-bar.tsx';

const w = words.linkSheet;
const whole = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 });

/** The link now and in the last minute: where the time goes, what was lost, who heard what. */
export function LinkSheet() {
  const known = useLink(() => true);
  return (
    <Sheet
      group={w.group}
      title={w.title}
      keys={[
        ['L', words.keys.closeSheet],
        ['Esc', words.keys.back],
      ]}
    >
      {known ? <Link /> : <p className={sheet['note']}>{w.nothing}</p>}
    </Sheet>
  );
}

function Link() {
  return (
    <div className={styles['link']}>
      <StageBar />
      <Minute />
      <Pictures />
      <Packets />
      <AdapterTable />
    </div>
  );
}

function Minute() {
  const bitrate = useLink((link) => megabits(link.videoBitrateBps));
  const quality = useLink(({ qualityPercent }) => (qualityPercent === null ? '' : decimal(qualityPercent)));
  const signal = useLink(({ adapters }) => {
    const heard = adapters.map(({ rssiDbm }) => rssiDbm).filter((dbm) => dbm !== null);
    return heard.length === 0 ? '' : decimal(Math.max(...heard));
  });
  return (
    <section className={styles['part']}>
      <h2 className={styles['heading']}>{w.lastMinute}</h2>
      <Sparkline label={w.bitrate} value={bitrate ?? ''} unit="Mb/s" ring={linkHistory.bitrateMbps} low={0} high={2} />
      <Sparkline
        label={w.quality}
        value={quality ?? ''}
        unit="%"
        ring={linkHistory.qualityPercent}
        low={50}
        high={100}
        fixed
      />
      <Sparkline
        label={w.signal}
        value={signal ?? ''}
        unit="dBm"
        ring={linkHistory.signalDbm}
        low={-90}
        high={-30}
        fixed
      />
    </section>
  );
}

function Pictures() {
  const decoded = usePicture((picture) => `${Math.round(picture.decodedPerSecond)} /s`);
  const presented = usePicture((picture) => `${Math.round(picture.presentedPerSecond)} /s`);
  const dropped = usePicture((picture) => whole(picture.dropped));
  const rebuilds = usePicture((picture) => whole(picture.rebuilds));
  const fec = useLink(({ fec: f }) => (f === null ? '' : `${f.k} + ${f.m}`));
  const keyFrames = useLink(({ keyframeIntervalMs }) =>
    keyframeIntervalMs === null ? '' : `${keyframeIntervalMs} ms`,
  );
  return (
    <section className={styles['part']}>
      <h2 className={styles['heading']}>{w.picture}</h2>
      <dl className={styles['pairs']}>
        <Pair name={w.decoded} value={decoded} />
        <Pair name={w.presented} value={presented} />
        <Pair name={w.dropped} value={dropped} />
        <Pair name={w.rebuilds} value={rebuilds} />
        <Pair name={w.fec} value={fec} />
        <Pair name={w.keyFrames} value={keyFrames} />
      </dl>
    </section>
  );
}

function Packets() {
  const received = useLink(({ packets }) => whole(packets.received));
  const lost = useLink(({ packets }) => whole(packets.lost));
  const recovered = useLink(({ packets }) => whole(packets.recovered));
  const duplicates = useLink(({ packets }) => whole(packets.duplicates));
  const badCrc = useLink(({ packets }) => whole(packets.badCrc));
  const foreign = useLink(({ packets }) => whole(packets.foreign));
  const blocks = useLink(({ blocks: b }) => `${whole(b.complete)} / ${whole(b.recovered)} / ${whole(b.lost)}`);
  return (
    <section className={styles['part']}>
      <h2 className={styles['heading']}>{w.packets}</h2>
      <dl className={styles['pairs']}>
        <Pair name={w.received} value={received} />
        <Pair name={w.duplicates} value={duplicates} />
        <Pair name={w.recovered} value={recovered} />
        <Pair name={w.badCrc} value={badCrc} />
        <Pair name={w.lost} value={lost} />
        <Pair name={w.foreign} value={foreign} />
      </dl>
      <dl className={styles['pairs']} data-wide="true">
        <Pair name={w.blocks} value={blocks} />
      </dl>
    </section>
  );
}

function Pair({ name, value }: { name: string; value: string | undefined }) {
  return (
    <div className={styles['pair']}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
