import type { Adapter } from '../adapters/adapter.ts';
import { AfPacketAdapter, type AfPacketOptions } from '../adapters/af-packet/adapter.ts';
import { PcapngWriter } from '../adapters/pcap/writer.ts';
import type { RadioError } from '../base/errors.ts';
import { LinkType, type RawFrame } from '../base/frame.ts';
import { type Clock, NS_PER_MS, NS_PER_S } from '../base/time.ts';
import { CaptureFile } from './capture-file.ts';
import type { RadioControl } from './radio-control.ts';

export interface CaptureParts {
  control: RadioControl;
  clock: Clock;
  /** An interface went away or came back, in words. */
  tell(text: string): void;
  createAdapter?(options: AfPacketOptions): Adapter;
}

/** What was written so far, by interface. */
export interface CaptureCounts {
  frames: number[];
  /** Frames that the kernel dropped because the disk was too slow; 0 where the adapter cannot tell. */
  dropped: number;
}

/** Buffered frames are written this often: a crash loses no more. */
const FLUSH_MS = 250;
/** Longest frame that is written; more than any Wi-Fi frame. */
const MAX_FRAME_LEN = 65_536;

/** Writes all frames of several interfaces to one pcapng file, one interface block each. */
export class Capture {
  readonly #adapter: Adapter;
  readonly #file: CaptureFile;
  readonly #writer: PcapngWriter;
  readonly #frames: number[];
  /** Wall time of the clock's zero, in two parts: one number is too coarse. */
  readonly #epochSeconds: number;
  readonly #epochNanos: number;
  readonly #onError: (error: RadioError) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #failed = false;

  /** Creates the file. Throws a RadioError when it cannot be written. `onError` is called once, when writing fails. */
  constructor(
    path: string,
    interfaces: readonly string[],
    frequencyMhz: number,
    parts: CaptureParts,
    onError: (error: RadioError) => void,
  ) {
    const { control, clock, tell } = parts;
    const create = parts.createAdapter ?? ((from) => new AfPacketAdapter(from));
    const nowMs = Date.now();
    this.#epochSeconds = Math.floor(nowMs / 1000);
    this.#epochNanos = (nowMs % 1000) * NS_PER_MS - clock.now();
    this.#onError = onError;
    this.#frames = interfaces.map(() => 0);
    this.#file = new CaptureFile(path);
    this.#writer = new PcapngWriter(
      interfaces.map(() => LinkType.radiotap),
      (bytes) => this.#file.write(bytes),
    );
    this.#file.endBlock();
    this.#adapter = create({
      interfaces,
      filter: 'everything',
      clock,
      prepare: (_, name) => control.prepare(name, frequencyMhz, 20),
      onChange: (receiver, up, reason) => tell(up ? `${interfaces[receiver]} is back` : (reason?.message ?? 'away')),
    });
  }

  /** Rejects with the adapter's RadioError. */
  async start(): Promise<void> {
    await this.#adapter.start({ frame: (raw) => this.#take(raw), ended: () => {} });
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
  }

  counts(): CaptureCounts {
    const adapter = this.#adapter;
    const counters = adapter instanceof AfPacketAdapter ? adapter.counters() : [];
    return { frames: [...this.#frames], dropped: counters.reduce((sum, { kernelDrops }) => sum + kernelDrops, 0) };
  }

  /** Writes what is left and closes; the counts at the end. */
  async close(): Promise<CaptureCounts> {
    clearInterval(this.#timer);
    const counts = this.counts();
    await this.#adapter.close();
    this.#file.close();
    this.#tell();
    return counts;
  }

  #take(raw: RawFrame): void {
    if (this.#file.error || raw.end - raw.start > MAX_FRAME_LEN) return;
    const nanos = this.#epochNanos + raw.at;
    const seconds = Math.floor(nanos / NS_PER_S);
    this.#writer.frame(
      raw.bytes,
      raw.start,
      raw.end,
      this.#epochSeconds + seconds,
      nanos - seconds * NS_PER_S,
      raw.adapter,
    );
    this.#file.endBlock();
    this.#frames[raw.adapter]++;
  }

  #flush(): void {
    this.#file.flush();
    this.#tell();
  }

  #tell(): void {
    if (this.#failed || !this.#file.error) return;
    this.#failed = true;
    this.#onError(this.#file.error);
  }
}
