import type { AccessUnit, Codec } from '../../radio/api/access-unit.ts';
import { NalCursor, nalRole, nalType } from '../../radio/video/annex-b.ts';
import { ParameterSets } from '../../radio/video/parameter-sets.ts';
import { emptySliceHeader, readSliceHeader } from '../../radio/video/slice-header.ts';
import { annexB } from './grey-idr.ts';
import { withoutReordering } from './sps.ts';

/** So many units with B slices among so many make a stream one with B slices: damage can make one look like it. */
const B_UNITS = 3;
const B_WINDOW = 30;
/** Units without any after which a stream no longer is. */
const B_FORGOTTEN = 120;
/** Longest parameter set that is kept. Ours have 10 to 60 bytes. */
const MAX_SET_BYTES = 4096;

/**
 * Looks into access units on their way to the decoder: keeps the parameter sets that a decoder needs to start, finds B
 * slices and units that no decoder should see, and rewrites each SPS so that the decoder holds no frame back.
 */
export class UnitReader {
  readonly #cursor = new NalCursor();
  readonly #slice = emptySliceHeader();
  readonly #sets = new ParameterSets();
  #codec: Codec = 'h264';
  #original: Uint8Array | undefined;
  #rewritten: Uint8Array<ArrayBuffer> | undefined;
  #hasSets = false;
  #units = 0;
  /** Numbers of the newest units that had B slices. */
  readonly #bUnits: number[] = [];
  /** The sets that the newest pictures use, as the decoder sees them; H.265 keeps none. */
  sps: Uint8Array<ArrayBuffer> | undefined;
  pps: Uint8Array<ArrayBuffer> | undefined;
  /** pic_order_cnt_lsb of the unit last read, -1 if it has none. */
  pocLsb = -1;
  /** B slices have come: frames must be put in order, so the SPS is left as it is. */
  reorders = false;

  /** Codec string, width, height of the newest SPS read; empty and 0 before any. */
  get sets(): ParameterSets {
    return this.#sets;
  }

  /** The unit last read brought an SPS and a PPS. */
  get hasSets(): boolean {
    return this.#hasSets;
  }

  /**
   * The bytes to decode for `unit`: its own, or a copy with another SPS. Undefined for a unit that must not be fed: no
   * slice, or the first slice's header is broken, or it needs parameter sets that never came.
   */
  read(unit: AccessUnit): Uint8Array<ArrayBuffer> | undefined {
    const { codec, data } = unit;
    if (codec !== this.#codec) this.#changeCodec(codec);
    const cursor = this.#cursor;
    let slices = 0;
    let spsAt = -1;
    let spsEnd = -1;
    let pps = false;
    let hasB = false;
    cursor.reset(data, 0, data.length);
    while (cursor.next()) {
      const role = nalRole(codec, nalType(codec, data[cursor.start] as number));
      if (role === 'slice') {
        const fault = readSliceHeader(codec, data, cursor.start, cursor.end, this.#sets, this.#slice);
        if (fault) {
          if (slices === 0) return undefined;
          continue;
        }
        slices++;
        if (slices === 1) this.pocLsb = this.#slice.pocLsb;
        const known = codec === 'h264' ? this.#sets.h264Pps : this.#sets.h265Pps;
        if (slices === 1 && !known[this.#slice.ppsId]) return undefined;
        if (this.#slice.type === 'B' && codec === 'h264') hasB = true;
      } else if (!this.#sets.take(codec, role, data, cursor.start, cursor.end) && codec === 'h264') {
        if (role === 'sps') {
          spsAt = cursor.start;
          spsEnd = cursor.end;
        } else if (role === 'pps' && cursor.end - cursor.start <= MAX_SET_BYTES) {
          pps = true;
          this.pps = data.slice(cursor.start, cursor.end);
        }
      }
    }
    if (slices === 0) return undefined;
    this.#countB(hasB);
    this.#hasSets = spsAt >= 0 && pps;
    if (spsAt < 0) return data;
    this.#takeSps(data.subarray(spsAt, spsEnd));
    return this.sps === this.#original ? data : replaced(data, spsAt, spsEnd, this.sps as Uint8Array);
  }

  /** The unit's bytes behind the kept parameter sets. */
  withSets(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (!this.sps || !this.pps) return data;
    const head = annexB(this.sps, this.pps);
    const out = new Uint8Array(head.length + data.length);
    out.set(head);
    out.set(data, head.length);
    return out;
  }

  #countB(hasB: boolean): void {
    this.#units++;
    if (hasB) {
      this.#bUnits.push(this.#units);
      if (this.#bUnits.length > B_UNITS) this.#bUnits.shift();
      const [oldest = 0] = this.#bUnits;
      if (this.#bUnits.length === B_UNITS && this.#units - oldest < B_WINDOW) this.reorders = true;
    } else if (this.#units - (this.#bUnits.at(-1) ?? 0) > B_FORGOTTEN) {
      this.reorders = false;
    }
  }

  #takeSps(sps: Uint8Array): void {
    if (!this.#original || !equal(sps, this.#original)) {
      const original = sps.slice();
      this.#original = original;
      const rewritten = sps.length <= MAX_SET_BYTES ? withoutReordering(original) : 'range';
      this.#rewritten = typeof rewritten === 'string' ? undefined : rewritten;
    }
    this.sps = this.reorders
      ? (this.#original as Uint8Array<ArrayBuffer>)
      : (this.#rewritten ?? (this.#original as Uint8Array<ArrayBuffer>));
  }

  #changeCodec(codec: Codec): void {
    this.#codec = codec;
    this.#sets.clear();
    this.#original = this.#rewritten = this.sps = this.pps = undefined;
    this.reorders = false;
    this.#bUnits.length = 0;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function replaced(data: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(data.length - (to - from) + by.length);
  out.set(data.subarray(0, from));
  out.set(by, from);
  out.set(data.subarray(to), from + by.length);
  return out;
}
