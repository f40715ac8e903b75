import type { ChannelOptions } from '../api/contract.ts';
import { createRawFrame, type RawFrame, type RxSignal } from '../base/frame.ts';
import type { Ns } from '../base/time.ts';
import { createRxSignal, writeRxRadiotap } from '../wifi/radiotap.ts';
import { Random } from './random.ts';

/** What a test may add to the channel. */
export interface Disturbance {
  /** Share of frames that arrive with a few bytes changed, 0 to 1. */
  corrupt: number;
  /** Frames of other networks per second and adapter. */
  foreignPerSecond: number;
}

export const DEFAULT_CHANNEL: ChannelOptions & Disturbance = {
  seed: 1,
  loss: 0.03,
  burst: 4,
  adapters: 2,
  corrupt: 0,
  foreignPerSecond: 0,
};

const LIMITS = { seed: [1, 2 ** 31 - 1], loss: [0, 0.9], burst: [1, 200], adapters: [1, 4] } as const;

/** Options within their limits, whatever came over the door. */
export function completeChannel(options: Partial<ChannelOptions & Disturbance> = {}): ChannelOptions & Disturbance {
  const out = { ...DEFAULT_CHANNEL };
  for (const key of ['seed', 'loss', 'burst', 'adapters'] as const) {
    const value = options[key];
    if (typeof value !== 'number' || Number.isNaN(value)) continue;
    const [low, high] = LIMITS[key];
    out[key] = Math.min(high, Math.max(low, key === 'seed' || key === 'adapters' ? Math.round(value) : value));
  }
  out.corrupt = Math.min(1, Math.max(0, options.corrupt ?? 0));
  out.foreignPerSecond = Math.max(0, options.foreignPerSecond ?? 0);
  return out;
}

const ANTENNAS = 2;
const NOISE_DBM = -94;
/** Signal one metre from the aircraft, dBm, and never more than the receiver can show. */
const NEAR_DBM = -22;
const STRONGEST_DBM = -30;
const RADIOTAP_ROOM = 64;
const SLOT_LEN = 2048;
/** Frames an adapter holds back at most: 20 ms of delay at 5000 frames a second would be 100. */
const SLOTS = 1024;
const BAD_FCS = 0x40;

interface Slot {
  bytes: Uint8Array;
  view: DataView;
  length: number;
  at: number;
}

/** One receiver of the channel: its losses, its antennas, and the frames on their way to it, in order. */
class Path {
  readonly slots: Slot[] = [];
  head = 0;
  count = 0;
  bad = false;
  lastAt = 0;
  foreignAt = 0;
  readonly random: Random;
  readonly slow = new Float64Array(ANTENNAS);
  readonly offset: number[];

  constructor(seed: number, index: number) {
    this.random = new Random(seed, index);
    this.offset = Array.from({ length: ANTENNAS }, (_, i) => -2.5 * i - 1.5 * index);
  }

  push(): Slot | undefined {
    if (this.count === SLOTS) return undefined;
    const place = (this.head + this.count) % SLOTS;
    this.count++;
    let slot = this.slots[place];
    if (slot === undefined) {
      const bytes = new Uint8Array(SLOT_LEN);
      slot = { bytes, view: new DataView(bytes.buffer), length: 0, at: 0 };
      this.slots[place] = slot;
    }
    return slot;
  }
}

/** Where the aircraft is, seen from the ground station. */
export interface Geometry {
  distanceM: number;
  headingDeg: number;
}

/**
 * Several adapters hear one air unit: burst losses (Gilbert-Elliott, independent per adapter), signal by distance with slow
 * and fast fading per antenna, delay and jitter per adapter, in order on each but not between them. Seeded: the same frames
 * at the same times give the same bytes.
 */
export class ChannelModel {
  readonly options: ChannelOptions & Disturbance;
  /** Frames that found an adapter's queue full. */
  overruns = 0;
  readonly #paths: Path[];
  readonly #signal: RxSignal = createRxSignal();
  readonly #toBad: number;
  readonly #toGood: number;
  readonly #raw: RawFrame;

  constructor(options: ChannelOptions & Disturbance, frequencyMhz: number, mcs: number) {
    this.options = options;
    this.#paths = Array.from({ length: options.adapters }, (_, i) => new Path(options.seed, i));
    this.#toGood = 1 / options.burst;
    this.#toBad = options.loss / (options.burst * (1 - options.loss));
    const signal = this.#signal;
    signal.antennas = ANTENNAS;
    signal.mcs = mcs;
    signal.bandwidthMhz = 20;
    signal.frequencyMhz = frequencyMhz;
    for (let i = 0; i < ANTENNAS; i++) signal.antennaIndex[i] = i;
    this.#raw = createRawFrame();
  }

  /** Sends an 802.11 frame, bytes [0, length), through the air at `atNs`. The bytes are copied. */
  send(bytes: Uint8Array, length: number, atNs: number, from: Geometry): void {
    for (const path of this.#paths) {
      if (this.options.foreignPerSecond > 0) this.#foreign(path, atNs);
      const { random } = path;
      path.bad = path.bad ? random.unit() >= this.#toGood : random.unit() < this.#toBad;
      if (!path.bad) this.#arrive(path, bytes, length, atNs, from);
    }
  }

  #arrive(path: Path, bytes: Uint8Array, length: number, atNs: number, from: Geometry | undefined): void {
    const { random } = path;
    const jitter = random.unit();
    // 0.2 to 3 ms, mostly short: jitter to the fourth has a long thin tail.
    const delay = 200_000 + 120_000 * random.unit() + 2_680_000 * jitter ** 8;
    const slot = path.push();
    if (slot === undefined) {
      this.overruns++;
      return;
    }
    path.lastAt = Math.max(path.lastAt + 1000, atNs + delay);
    slot.at = path.lastAt;
    this.#fade(path, from);
    const header = writeRxRadiotap(slot.view, 0, this.#signal);
    slot.bytes.set(length === bytes.length ? bytes : bytes.subarray(0, length), header);
    slot.length = header + length;
    if (this.options.corrupt > 0 && random.unit() < this.options.corrupt) this.#corrupt(slot, header, random);
  }

  /** Puts this moment's signal strengths into the shared signal. */
  #fade(path: Path, from: Geometry | undefined): void {
    const signal = this.#signal;
    const { random } = path;
    let best = -127;
    for (let i = 0; i < ANTENNAS; i++) {
      // Slow fading wanders with a time constant of some hundred frames.
      path.slow[i] = (path.slow[i] as number) * 0.995 + random.normal() * 0.32;
      const loss = from ? 20 * Math.log10(Math.max(2, from.distanceM)) : 46;
      const turn = from ? 2.2 * Math.cos((from.headingDeg * Math.PI) / 180 + i * 2.1) : 0;
      const dbm =
        NEAR_DBM - loss + turn + (path.offset[i] as number) + (path.slow[i] as number) + random.normal() * 1.1;
      const shown = Math.round(Math.max(-92, Math.min(STRONGEST_DBM, dbm)));
      signal.antennaRssiDbm[i] = shown;
      signal.antennaNoiseDbm[i] = NOISE_DBM + (random.unit() < 0.3 ? 1 : 0);
      if (shown > best) best = shown;
    }
    signal.rssiDbm = best;
  }

  /** Half of the damaged frames are marked by the adapter, half have a damaged Ruby header that its CRC must find. */
  #corrupt(slot: Slot, header: number, random: Random): void {
    if (random.unit() < 0.5) {
      for (let i = 0; i < 3; i++) {
        const at = header + 24 + random.below(Math.max(1, slot.length - header - 24));
        slot.bytes[at] = (slot.bytes[at] as number) ^ (1 + random.below(255));
      }
      // FLAGS is the first field: behind one present word for the frame and one for each antenna.
      slot.bytes[4 + 4 * (1 + ANTENNAS)] = BAD_FCS;
    } else {
      const at = header + 24 + random.below(20);
      // One bit in the part that every CRC covers, or in the 24 bits of the CRC that receivers compare.
      slot.bytes[at === header + 27 ? at + 1 : at] ^= 1 << random.below(8);
    }
  }

  /** Beacons of a neighbour. */
  #foreign(path: Path, atNs: number): void {
    const { random } = path;
    while (path.foreignAt < atNs) {
      if (path.foreignAt > 0) {
        const frame = new Uint8Array(24 + 40 + random.below(160));
        for (let i = 0; i < frame.length; i++) frame[i] = random.below(256);
        frame[0] = 0x80;
        frame[1] = 0;
        this.#arrive(path, frame, frame.length, path.foreignAt, undefined);
      }
      path.foreignAt =
        Math.max(path.foreignAt, atNs - 1e8) + (1e9 / this.options.foreignPerSecond) * (0.5 + random.unit());
    }
  }

  /** Hands out what has arrived until `nowNs`, in order of arrival. `offset` is added to the times. The frame is lent. */
  receive(nowNs: number, offset: number, emit: (raw: RawFrame) => void): void {
    const raw = this.#raw;
    for (;;) {
      let first: Path | undefined;
      let adapter = 0;
      let at = Infinity;
      for (let i = 0; i < this.#paths.length; i++) {
        const path = this.#paths[i] as Path;
        if (path.count === 0) continue;
        const slot = path.slots[path.head] as Slot;
        if (slot.at < at) {
          at = slot.at;
          first = path;
          adapter = i;
        }
      }
      if (first === undefined || at > nowNs) return;
      const slot = first.slots[first.head] as Slot;
      raw.bytes = slot.bytes;
      raw.view = slot.view;
      raw.end = slot.length;
      raw.at = (Math.round(at) + offset) as Ns;
      raw.adapter = adapter;
      emit(raw);
      first.head = (first.head + 1) % SLOTS;
      first.count--;
    }
  }
}

/** Longest frame that fits a slot with its radiotap header. */
export const MAX_AIR_FRAME = SLOT_LEN - RADIOTAP_ROOM;
