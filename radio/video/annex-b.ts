/**
 * Annex B byte stream: NAL units behind start codes 00 00 01, one more zero before some of them.
 *
 * Source: ITU-T H.264 and H.265, Annex B; NAL types: H.264 table 7-1, H.265 table 7-1.
 */
import type { Codec } from '../api/access-unit.ts';

/** H.264 NAL unit types used here. Source: ITU-T H.264 table 7-1. */
export const H264Nal = {
  slice: 1,
  partitionA: 2,
  partitionB: 3,
  partitionC: 4,
  idr: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  aud: 9,
  endOfSequence: 10,
  endOfStream: 11,
  filler: 12,
} as const;

/** H.265 NAL unit types used here. Source: ITU-T H.265 table 7-1. */
export const H265Nal = {
  blaFirst: 16,
  irapLast: 21,
  vclLast: 31,
  vps: 32,
  sps: 33,
  pps: 34,
  aud: 35,
  endOfSequence: 36,
  endOfBitstream: 37,
  filler: 38,
  prefixSei: 39,
  suffixSei: 40,
} as const;

/** What a NAL unit means for cutting a stream into pictures. */
export type NalRole =
  /** A slice, or the first partition of one. */
  | 'slice'
  /** Parameter set that we read. */
  | 'sps'
  | 'pps'
  | 'vps'
  /** Belongs before the next picture: delimiter, SEI. */
  | 'before'
  /** Belongs to the picture that it follows: suffix SEI, filler, end of sequence, partitions B and C. */
  | 'after';

/** Bytes of a NAL unit header. */
export const nalHeaderLength = (codec: Codec): 1 | 2 => (codec === 'h264' ? 1 : 2);

/** NAL unit type of a unit whose first header byte is `header`, 0 to 31 (H.264) or 0 to 63 (H.265). */
export const nalType = (codec: Codec, header: number): number =>
  codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f;

/** The role of a NAL type. Types without a meaning of their own go with the picture that they follow. */
export function nalRole(codec: Codec, type: number): NalRole {
  if (codec === 'h264') {
    if (type === H264Nal.slice || type === H264Nal.idr || type === H264Nal.partitionA) return 'slice';
    if (type === H264Nal.sps) return 'sps';
    if (type === H264Nal.pps) return 'pps';
    // H.264 7.4.1.2.3: 6 to 9 and 14 to 18 may only come before the first slice of a picture.
    if (type === H264Nal.sei || type === H264Nal.aud || (type >= 14 && type <= 18)) return 'before';
    return 'after';
  }
  if (type <= 9 || (type >= H265Nal.blaFirst && type <= H265Nal.irapLast)) return 'slice';
  if (type === H265Nal.vps) return 'vps';
  if (type === H265Nal.sps) return 'sps';
  if (type === H265Nal.pps) return 'pps';
  // H.265 7.4.2.4.4: AUD, prefix SEI, 41 to 44 and 48 to 55 begin an access unit.
  if (type === H265Nal.aud || type === H265Nal.prefixSei) return 'before';
  return (type >= 41 && type <= 44) || (type >= 48 && type <= 55) ? 'before' : 'after';
}

/** True for a picture that decoding can start at: H.264 IDR; H.265 BLA, IDR, CRA. */
export const isIdr = (codec: Codec, type: number): boolean =>
  codec === 'h264' ? type === H264Nal.idr : type >= H265Nal.blaFirst && type <= H265Nal.irapLast;

/** Where the next 00 00 01 in [from, end) begins; `end` when there is none. */
export function findStartCode(bytes: Uint8Array, from: number, end: number): number {
  let at = from + 2;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte > 1) at += 3;
    else if (byte === 0) at += 1;
    else if (bytes[at - 1] === 0 && bytes[at - 2] === 0) return at - 2;
    else at += 3;
  }
  return end;
}

/** Walks over the NAL units of a range without copying. Made once and reset for each range. */
export class NalCursor {
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;
  #end = 0;
  /** Where the current unit's start code begins, its fourth byte included. */
  codeAt = 0;
  /** First byte of the NAL header. */
  start = 0;
  /** One past the unit's last byte; the zeros before the next start code are left out. */
  end = 0;

  /** Starts over at [start, end). Bytes before the first start code belong to no unit. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#next = findStartCode(bytes, start, end);
    this.codeAt = this.#next > start && bytes[this.#next - 1] === 0 ? this.#next - 1 : this.#next;
    this.start = this.end = start;
  }

  /** No unit follows the current one. */
  get last(): boolean {
    return this.#next >= this.#end;
  }

  /** Goes to the next unit that has at least one byte; false at the end. */
  next(): boolean {
    const bytes = this.#bytes;
    while (this.#next < this.#end) {
      const code = this.#next;
      this.start = code + 3;
      this.codeAt = code > 0 && code - 1 >= this.end && bytes[code - 1] === 0 ? code - 1 : code;
      this.#next = findStartCode(bytes, this.start, this.#end);
      let end = this.#next;
      while (end > this.start && bytes[end - 1] === 0) end--;
      this.end = end;
      if (end > this.start) return true;
    }
    return false;
  }
}
