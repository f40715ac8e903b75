import { MAX_PACKET_LEN } from './constants.ts';
import { crc32 } from './crc32.ts';
import { RUBY_HEADER_LEN } from './packet-header.ts';

/**
 * Ruby packets on a serial radio (SiK, ELRS), in both directions: each is cut in slices.
 *
 *   0       1       2         3     4          5
 *   +-------+-------+---------+-----+----------+-- - -
 *   | start | crc-8 | counter | ack | length n | n bytes of the packet
 *   +-------+-------+---------+-----+----------+-- - -
 *
 * `start`: 0x0F first, 0xAA middle, 0x10 last; a packet that fits one slice has only a last one. `crc-8` covers all that
 * follows it. `counter` counts the slices of one radio, whatever packet they belong to. `ack` is always 0.
 *
 * Source: rubyfpv-link.md 11; serial-vectors.json.
 */
export const SLICE_HEADER_LEN = 5;
/** Bytes of a slice, header included. ELRS always has the default. */
export const SliceLength = { min: 10, default: 24, max: 127 } as const;

/** Most data a receiver takes in one slice. */
const MAX_SLICE_DATA = 240;
const Start = { first: 0x0f, middle: 0xaa, last: 0x10 } as const;
/** Longest a packet can get: the shortest slices, all full. */
const MAX_WIRE_LEN = Math.ceil(MAX_PACKET_LEN / (SliceLength.min - SLICE_HEADER_LEN)) * SliceLength.min;

const CRC8 = new Uint8Array(256);
for (let i = 0; i < 256; i++) {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x31) & 0xff : crc << 1;
  CRC8[i] = crc;
}

/** CRC-8 over [start, end): polynomial 0x31, not reflected, initial 0xFF, no final XOR. */
function crc8(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xff;
  for (let at = start; at < end; at++) crc = CRC8[crc ^ (bytes[at] as number)] as number;
  return crc;
}

/** Cuts packets into slices, one after the other. */
export class SliceWriter {
  /** What the last `write` made. Slices follow each other without gaps, all of `sliceLength` but the last. */
  readonly wire = new Uint8Array(MAX_WIRE_LEN);
  readonly sliceLength: number;
  readonly #modem: boolean;
  #counter = 0;
  /** Packets that a SiK modem could have taken for a command, and were therefore not cut. */
  refused = 0;

  /** `sliceLength`: 10 to 127, brought into that range. `modem`: a SiK radio, which must not see `+++` or `OK`. */
  constructor(sliceLength: number, modem: boolean) {
    this.sliceLength = Math.min(SliceLength.max, Math.max(SliceLength.min, Math.trunc(sliceLength)));
    this.#modem = modem;
  }

  /**
   * Cuts the packet [start, end), 24 to 1500 bytes, into `wire` and returns how many bytes it takes there; 0 when it has
   * another length, or holds what a SiK modem listens for. A refused packet uses up its counters, so that it may pass
   * when it is sent again, as RubyFPV's does.
   */
  write(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < RUBY_HEADER_LEN || end - start > MAX_PACKET_LEN) return 0;
    const { wire, sliceLength } = this;
    const room = sliceLength - SLICE_HEADER_LEN;
    let to = 0;
    let refused = false;
    for (let from = start; from < end; from += room) {
      const data = Math.min(room, end - from);
      const next = to + SLICE_HEADER_LEN + data;
      wire[to] = from + data === end ? Start.last : from === start ? Start.first : Start.middle;
      wire[to + 2] = this.#counter;
      wire[to + 3] = 0;
      wire[to + 4] = data;
      for (let i = 0; i < data; i++) wire[to + SLICE_HEADER_LEN + i] = bytes[from + i] as number;
      wire[to + 1] = crc8(wire, to + 2, next);
      this.#counter = (this.#counter + 1) & 0xff;
      if (this.#modem && speaksToModem(wire, to, next)) refused = true;
      to = next;
    }
    if (!refused) return to;
    this.refused++;
    return 0;
  }
}

/** Whether [start, end) has `+++`, or `OK` in any case before a line end. Source: rubyfpv-link.md 11, quirk. */
function speaksToModem(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at++) {
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    if (a === 0x2b && b === 0x2b && c === 0x2b) return true;
    if ((a | 0x20) === 0x6f && (b | 0x20) === 0x6b && (c === 0x0d || c === 0x0a)) return true;
  }
  return false;
}

/** What a receiver saw; plain integers that only grow. */
export interface SliceCounts {
  packets: number;
  slices: number;
  /** Bytes in which no slice was found. */
  noise: number;
  /** Slice counters that were not the next one: something was lost. */
  gaps: number;
  /** Packets given up: a CRC that failed, a length out of range, a slice missing in them. */
  broken: number;
}

const BUFFER_LEN = 512;
const UNKNOWN = -1;

/**
 * Finds slices in a byte stream that is cut anywhere and may be damaged, and packets in them. The first slice whose CRC
 * holds is taken and what stands before it passed over, also when that could still have become a slice. RubyFPV does so
 * too; where it keeps the rest of a damaged packet and loses the next one over it, we start anew.
 */
export class SliceReader {
  /** The packet found, from `headroom` on; lent to `onPacket`. The bytes before it are the caller's. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly counts: SliceCounts = { packets: 0, slices: 0, noise: 0, gaps: 0, broken: 0 };
  readonly #headroom: number;
  readonly #buffer = new Uint8Array(BUFFER_LEN);
  /** 1 where no slice starts, for sure: so no byte is the start of more than one CRC. */
  readonly #dead = new Uint8Array(BUFFER_LEN);
  #length = 0;
  #counter = UNKNOWN;
  /** Bytes of the packet so far; UNKNOWN while waiting for its beginning. */
  #assembled = UNKNOWN;

  constructor(headroom = 0) {
    this.#headroom = headroom;
    this.bytes = new Uint8Array(headroom + MAX_PACKET_LEN);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Forgets what is unfinished, and the counter: the bytes that follow come from a port opened anew. */
  reset(): void {
    this.counts.noise += this.#length;
    this.#length = 0;
    this.#counter = UNKNOWN;
    this.#assembled = UNKNOWN;
  }

  /** Takes bytes [start, end). `onPacket` gets each packet as `this.bytes` [at, end), CRC checked, lent for the call. */
  push(bytes: Uint8Array, start: number, end: number, onPacket: (at: number, end: number) => void): void {
    let from = start;
    while (from < end) {
      const taken = Math.min(end - from, BUFFER_LEN - this.#length);
      for (let i = 0; i < taken; i++) this.#buffer[this.#length + i] = bytes[from + i] as number;
      this.#dead.fill(0, this.#length, this.#length + taken);
      this.#length += taken;
      from += taken;
      this.#scan(onPacket);
    }
  }

  /** Leaves less than one slice in the buffer: every byte before the first possible start has been decided upon. */
  #scan(onPacket: (at: number, end: number) => void): void {
    let done = 0;
    for (let at = 0; at < this.#length; ) {
      const length = this.#sliceAt(at);
      if (length === 0) {
        at++;
        continue;
      }
      this.counts.noise += at - done;
      this.counts.slices++;
      this.#assemble(at, length - SLICE_HEADER_LEN, onPacket);
      at += length;
      done = at;
    }
    while (done < this.#length && this.#dead[done] === 1) {
      this.counts.noise++;
      done++;
    }
    this.#buffer.copyWithin(0, done, this.#length);
    this.#dead.copyWithin(0, done, this.#length);
    this.#length -= done;
  }

  /** Length of the whole, checked slice at `at`, or 0. */
  #sliceAt(at: number): number {
    if (this.#dead[at] === 1) return 0;
    const buffer = this.#buffer;
    const start = buffer[at];
    if (start === Start.first || start === Start.middle || start === Start.last) {
      const available = this.#length - at;
      if (available < SLICE_HEADER_LEN) return 0;
      const data = buffer[at + 4] as number;
      const length = SLICE_HEADER_LEN + data;
      if (data > 0 && data <= MAX_SLICE_DATA) {
        if (available < length) return 0;
        if (crc8(buffer, at + 2, at + length) === buffer[at + 1]) return length;
      }
    }
    this.#dead[at] = 1;
    return 0;
  }

  #assemble(at: number, data: number, onPacket: (at: number, end: number) => void): void {
    const start = this.#buffer[at];
    const counter = this.#buffer[at + 2] as number;
    if (this.#counter !== UNKNOWN && counter !== this.#counter) {
      this.counts.gaps++;
      this.#giveUp();
    }
    this.#counter = (counter + 1) & 0xff;
    if (start === Start.first) this.#giveUp();
    if (this.#assembled === UNKNOWN) {
      // A middle without its beginning. A last one may be a whole packet.
      if (start === Start.middle) return;
      this.#assembled = 0;
    }
    const to = this.#headroom + this.#assembled;
    if (to + data > this.bytes.length) {
      this.#giveUp();
      return;
    }
    for (let i = 0; i < data; i++) this.bytes[to + i] = this.#buffer[at + SLICE_HEADER_LEN + i] as number;
    this.#assembled += data;
    const total = this.#totalLength();
    if (total === 0 && start !== Start.last) return;
    if (total === 0 || !this.#crcMatches(total)) {
      this.#giveUp();
      return;
    }
    this.#assembled = UNKNOWN;
    this.counts.packets++;
    onPacket(this.#headroom, this.#headroom + total);
  }

  /** Length of the packet when all of it is there, else 0. A length that no packet has is all there, and no CRC holds. */
  #totalLength(): number {
    if (this.#assembled < RUBY_HEADER_LEN) return 0;
    const total = this.view.getUint16(this.#headroom + 12, true);
    return total <= this.#assembled || total > MAX_PACKET_LEN ? total : 0;
  }

  /** Here the CRC covers all of the packet, whatever its flags say. */
  #crcMatches(total: number): boolean {
    if (total < RUBY_HEADER_LEN || total > MAX_PACKET_LEN) return false;
    const at = this.#headroom;
    return ((crc32(this.view, at + 4, at + total) ^ this.view.getUint32(at, true)) & 0xffffff) === 0;
  }

  #giveUp(): void {
    if (this.#assembled !== UNKNOWN) this.counts.broken++;
    this.#assembled = UNKNOWN;
  }
}
