import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { type Clock, msToNs, type Ns, ns } from '../../radio/base/time.ts';
import { greyIdr } from './grey-idr.ts';
import { UnitReader } from './unit-reader.ts';

/** Units that wait for the decoder: 50 ms at 60 frames/s. */
export const QUEUE_LIMIT = 3;
/**
 * The same when the oldest has waited for less than 50 ms (a burst after a stall, which a decoder of 200 frames/s works
 * off by itself), and while a new decoder starts: dropping then would spoil the picture until the next key frame.
 */
export const BURST_QUEUE_LIMIT = 30;
const BURST_TIME = msToNs(50);
const STARTING_TIME = msToNs(1_000);
/** Units given to the decoder that it has not begun with. */
const DECODER_QUEUE_LIMIT = 2;
/** A decoder that never gave all it had in this many units holds frames back: damage taught it to. */
const HOLDING_UNITS = 8;
/** A decoder is not renewed for that before it is this old: on a slow computer every one looks like it. */
const RENEWAL_TIME = msToNs(1_000);
/** A decoder that took this many units for this long without giving a frame is replaced. */
const STUCK_UNITS = 60;
const STUCK_TIME = msToNs(2_000);
/** Starts that fail one after another before another way is tried. */
const FAILURES_BEFORE_CHANGE = 2;
const TIMES_KEPT = 128;

export type Decoder = Pick<VideoDecoder, 'configure' | 'decode' | 'close' | 'decodeQueueSize' | 'state'>;

/** When one unit passed each stage. `lastAt` and `completeAt` are on the radio's clock, the others on ours. */
export interface UnitTimes {
  sequence: number;
  /** The frame's `timestamp`, microseconds. */
  timestamp: number;
  lastAt: Ns;
  completeAt: Ns;
  receivedAt: Ns;
  decodedAt: Ns;
  /** Made by us to start the decoder; not for showing. */
  hidden: boolean;
}

export interface PlayerParts {
  clock: Clock;
  createDecoder(output: (frame: VideoFrame) => void, error: (error: Error) => void, dequeue: () => void): Decoder;
  createChunk(init: EncodedVideoChunkInit): EncodedVideoChunk;
  isSupported(config: VideoDecoderConfig): Promise<boolean>;
  /** Takes over the frame. */
  show(frame: VideoFrame, times: UnitTimes): void;
}

interface Waiting {
  unit: AccessUnit;
  data: Uint8Array<ArrayBuffer>;
  receivedAt: Ns;
  /** What the decoder must be configured for. */
  config: string;
  /** It brings its own SPS and PPS. */
  hasSets: boolean;
  pocLsb: number;
}

/**
 * Access units in, frames out, as soon as may be. Starts at a key frame or at a grey picture of our own, goes on over
 * losses, and replaces a decoder that gave up. Holds 3 units, and 30
 * for as long as they are young or a decoder starts.
 */
export class Player {
  readonly #parts: PlayerParts;
  readonly #reader = new UnitReader();
  readonly #queue: Waiting[] = [];
  /** Units in the decoder, oldest first. Some never come out: one that went in later and came out tells. */
  readonly #inside: UnitTimes[] = [];
  readonly #checked = new Map<string, boolean | 'asking'>();
  #decoder: Decoder | undefined;
  #config = '';
  /** The decoder was told to put frames in order. */
  #reorders = false;
  #timestamp = 0;
  #newestOutput = 0;
  #startedAt: Ns = ns(0);
  #lastOutputAt: Ns = ns(0);
  #starting = true;
  /** How the decoder was started; `taken`: by a grey picture, which it took. */
  #startedBy: 'key' | 'grey' | 'taken' = 'key';
  #outputs = 0;
  #fedSinceOutput = 0;
  /** Units given in a row while an older one had not come out. */
  #unitsHeld = 0;
  #greyFailures = 0;
  #keyFailures = 0;
  #closed = false;

  /** Totals since the player was made. */
  received = 0;
  decoded = 0;
  /** Units dropped because the decoder did not keep up. */
  dropped = 0;
  /** Units that no decoder should see. */
  rejected = 0;
  /** Units that came before anything could be decoded. */
  skipped = 0;
  /** Decoders replaced after an error. */
  rebuilds = 0;
  /** A key frame would repair the picture. */
  keyFrameWanted = false;
  /** Why the stream cannot be shown at all, as a sentence for the pilot; empty when it can. */
  unsupported = '';
  lastError = '';
  latestSequence = 0;

  constructor(parts: PlayerParts) {
    this.#parts = parts;
  }

  /** Units waiting for the decoder. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Units in the decoder that are newer than the newest frame it gave. */
  get held(): number {
    let count = 0;
    for (const { timestamp } of this.#inside) if (timestamp > this.#newestOutput) count++;
    return count;
  }

  get codecString(): string {
    return this.#reader.sets.codecString;
  }

  get width(): number {
    return this.#reader.sets.width;
  }

  get height(): number {
    return this.#reader.sets.height;
  }

  /** Takes a unit that came at `receivedAt` on our clock. */
  take(unit: AccessUnit, receivedAt: Ns): void {
    if (this.#closed) return;
    this.received++;
    this.latestSequence = unit.sequence;
    if (unit.afterGap || unit.damaged) this.keyFrameWanted = true;
    const data = this.#reader.read(unit);
    if (!data) {
      this.rejected++;
      return;
    }
    const { codecString, width, height } = this.#reader.sets;
    const config = `${codecString} ${width}x${height}`;
    const { hasSets, pocLsb } = this.#reader;
    this.#queue.push({ unit, data, receivedAt, config, hasSets, pocLsb });
    this.#shorten();
    this.#pump();
  }

  /** Lets time pass: replaces a decoder that gives nothing. Call a few times a second. */
  tick(now: Ns): void {
    if (this.#decoder && this.#fedSinceOutput >= STUCK_UNITS && now - this.#lastOutputAt >= STUCK_TIME) {
      this.#fail(new Error('the decoder gives no frames'));
    }
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    this.#dispose();
  }

  #shorten(): void {
    const now = this.#parts.clock.now();
    if (this.#decoder && this.#starting) {
      const settled = this.#outputs > 0 && this.#queue.length <= 1;
      if (settled || now - this.#startedAt > STARTING_TIME) this.#starting = false;
    }
    const patient = this.#starting || now - (this.#queue[0] as Waiting).receivedAt < BURST_TIME;
    const limit = patient ? BURST_QUEUE_LIMIT : QUEUE_LIMIT;
    if (this.#queue.length <= limit) return;
    // From a key frame on nothing older is needed; without one the picture stays spoilt until the next.
    let newestKey = this.#queue.length - 1;
    while (newestKey > 0 && !this.#queue[newestKey]?.unit.keyFrame) newestKey--;
    if (newestKey === 0) this.keyFrameWanted = true;
    this.dropped += this.#queue.splice(0, newestKey || 1).length;
  }

  #pump(): void {
    while (this.#queue.length > 0 && (this.#decoder?.decodeQueueSize ?? 0) < DECODER_QUEUE_LIMIT) {
      this.#feed(this.#queue.shift() as Waiting);
    }
  }

  #feed(waiting: Waiting): void {
    const { unit, config } = waiting;
    if (!this.#isPlayable(unit)) {
      this.skipped++;
      return;
    }
    try {
      const ordered = this.#reader.reorders !== this.#reorders;
      const old = this.#parts.clock.now() - this.#startedAt >= RENEWAL_TIME;
      const holding = old && !this.#reorders && this.#unitsHeld >= HOLDING_UNITS;
      const renew = unit.keyFrame && (ordered || holding);
      const running = this.#decoder !== undefined && this.#config === config && !renew;
      if (!running && !this.#start(waiting)) {
        this.skipped++;
        this.keyFrameWanted = true;
        return;
      }
      const bare = !running && unit.keyFrame && !waiting.hasSets;
      const data = bare ? this.#reader.withSets(waiting.data) : waiting.data;
      if (unit.keyFrame && !unit.damaged) this.keyFrameWanted = false;
      this.#decode(unit.keyFrame ? 'key' : 'delta', data, waiting);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Configures a decoder so that the unit may come next; false when none can start there. */
  #start({ unit, config, pocLsb }: Waiting): boolean {
    const { sets, sps, pps, reorders } = this.#reader;
    let grey: Uint8Array<ArrayBuffer> | undefined;
    if (!unit.keyFrame) {
      if (unit.codec !== 'h264' || !sps || !pps || this.#greyFailures >= FAILURES_BEFORE_CHANGE) return false;
      const made = greyIdr(sps, pps, pocLsb);
      if (typeof made === 'string') return false;
      grey = made;
    }
    this.#decoder ??= this.#create();
    this.#decoder.configure({
      codec: sets.codecString,
      codedWidth: sets.width,
      codedHeight: sets.height,
      // With it Chromium's software decoder gives frames in decoding order and loses some.
      optimizeForLatency: !reorders,
      hardwareAcceleration: this.#keyFailures >= FAILURES_BEFORE_CHANGE ? 'prefer-software' : 'no-preference',
    });
    this.#config = config;
    this.#reorders = reorders;
    this.#startedAt = this.#lastOutputAt = this.#parts.clock.now();
    this.#starting = true;
    this.#startedBy = grey ? 'grey' : 'key';
    this.#outputs = 0;
    this.#fedSinceOutput = 0;
    this.#unitsHeld = 0;
    if (grey) this.#decode('key', grey, undefined);
    return true;
  }

  #decode(type: EncodedVideoChunkType, data: Uint8Array<ArrayBuffer>, waiting: Waiting | undefined): void {
    const receivedAt = waiting?.receivedAt ?? this.#parts.clock.now();
    this.#timestamp = Math.max(this.#timestamp + 1, Math.round(receivedAt / 1000));
    this.#inside.push({
      sequence: waiting?.unit.sequence ?? 0,
      timestamp: this.#timestamp,
      lastAt: waiting?.unit.lastAt ?? ns(0),
      completeAt: waiting?.unit.completeAt ?? ns(0),
      receivedAt,
      decodedAt: ns(0),
      hidden: waiting === undefined,
    });
    if (this.#inside.length > TIMES_KEPT) this.#inside.shift();
    this.#unitsHeld = this.held > 1 ? this.#unitsHeld + 1 : 0;
    this.#fedSinceOutput++;
    this.#decoder?.decode(this.#parts.createChunk({ type, timestamp: this.#timestamp, data }));
  }

  #create(): Decoder {
    const decoder: Decoder = this.#parts.createDecoder(
      (frame) => {
        if (decoder === this.#decoder) this.#output(frame);
        else frame.close();
      },
      (error) => {
        if (decoder === this.#decoder) this.#fail(error);
      },
      () => {
        if (decoder === this.#decoder) this.#pump();
      },
    );
    return decoder;
  }

  #output(frame: VideoFrame): void {
    const now = this.#parts.clock.now();
    this.#lastOutputAt = now;
    this.#fedSinceOutput = 0;
    const index = this.#inside.findIndex((times) => times.timestamp === frame.timestamp);
    const times = this.#inside[index];
    if (index >= 0) this.#inside.splice(index, 1);
    this.#newestOutput = Math.max(this.#newestOutput, frame.timestamp);
    if (!times || times.hidden) {
      if (times) this.#startedBy = 'taken';
      frame.close();
      return;
    }
    this.#outputs++;
    this.#greyFailures = 0;
    this.#keyFailures = 0;
    this.decoded++;
    times.decodedAt = now;
    this.#parts.show(frame, times);
    this.#pump();
  }

  /** The decoder gave up: the next unit gets a new one. */
  #fail(error: unknown): void {
    this.lastError = error instanceof Error ? error.message : String(error);
    if (this.#outputs === 0) {
      if (this.#startedBy === 'grey') this.#greyFailures++;
      else if (this.#startedBy === 'key') this.#keyFailures++;
    }
    this.keyFrameWanted = true;
    this.#dispose();
    this.rebuilds++;
    this.#pump();
  }

  #dispose(): void {
    const decoder = this.#decoder;
    this.#decoder = undefined;
    this.#config = '';
    this.#inside.length = 0;
    if (decoder && decoder.state !== 'closed') decoder.close();
  }

  /** Asks the browser once for each codec string, and meanwhile hopes for the best. */
  #isPlayable(unit: AccessUnit): boolean {
    const codec = this.#reader.sets.codecString;
    if (codec === '') return false;
    const known = this.#checked.get(codec);
    if (known === undefined) {
      if (this.#checked.size > 16) this.#checked.clear();
      this.#checked.set(codec, 'asking');
      this.#parts.isSupported({ codec, optimizeForLatency: true }).then(
        (supported) => this.#answered(unit, codec, supported),
        () => this.#answered(unit, codec, false),
      );
    }
    if (known === false) return false;
    this.unsupported = '';
    return known === true || this.#keyFailures === 0;
  }

  #answered(unit: AccessUnit, codec: string, supported: boolean): void {
    this.#checked.set(codec, supported);
    if (supported || this.#closed) return;
    this.unsupported =
      unit.codec === 'h265'
        ? "This computer's browser cannot decode H.265. Switch the air unit to H.264."
        : `This computer's browser cannot decode this video (${codec}).`;
    this.#dispose();
  }
}
