import type { Codec } from '../api/access-unit.ts';
import type { Fault } from '../base/fault.ts';
import type { NalRole } from './annex-b.ts';
import { type H264Pps, type H264Sps, readH264Pps, readH264Sps } from './h264-parameter-sets.ts';
import { type H265Pps, type H265Sps, readH265Pps, readH265Sps, readH265Vps } from './h265-parameter-sets.ts';

/** Longest parameter set remembered for comparing; longer ones are read each time. */
const MAX_REMEMBERED = 1024;

/** The parameter sets of one stream by their ids, newest of each. At most 32 SPS and 256 PPS. */
export class ParameterSets {
  readonly h264Sps: (H264Sps | undefined)[] = new Array(32);
  readonly h264Pps: (H264Pps | undefined)[] = new Array(256);
  readonly h265Sps: (H265Sps | undefined)[] = new Array(16);
  readonly h265Pps: (H265Pps | undefined)[] = new Array(64);
  readonly #lastSps = new Uint8Array(MAX_REMEMBERED);
  #lastSpsLength = 0;
  #lastSpsCodec: Codec = 'h264';
  /** From the newest SPS: codec string as WebCodecs wants it, empty until one was read. */
  codecString = '';
  /** Pixels after cropping. */
  width = 0;
  height = 0;
  /** Frames per second as VUI says. */
  fps: number | undefined = undefined;

  /**
   * Reads the parameter set in bytes [start, end), NAL header first. Repeats of the newest SPS cost one comparison.
   * Anything but a parameter set is left alone. Faults: short, type, range; what was known then stays.
   */
  take(codec: Codec, role: NalRole, bytes: Uint8Array, start: number, end: number): Fault | undefined {
    if (role === 'sps') return this.#takeSps(codec, bytes, start, end);
    if (role === 'vps') {
      const vps = readH265Vps(bytes, start, end);
      return typeof vps === 'string' ? vps : undefined;
    }
    if (role !== 'pps') return undefined;
    const pps = codec === 'h264' ? readH264Pps(bytes, start, end) : readH265Pps(bytes, start, end);
    if (typeof pps === 'string') return pps;
    if ('cabac' in pps) this.h264Pps[pps.id] = pps;
    else this.h265Pps[pps.id] = pps;
    return undefined;
  }

  /** Forgets everything. */
  clear(): void {
    for (const sets of [this.h264Sps, this.h264Pps, this.h265Sps, this.h265Pps]) sets.fill(undefined);
    this.#lastSpsLength = 0;
    this.codecString = '';
    this.width = this.height = 0;
    this.fps = undefined;
  }

  #takeSps(codec: Codec, bytes: Uint8Array, start: number, end: number): Fault | undefined {
    if (this.#isLastSps(codec, bytes, start, end)) return undefined;
    const sps = codec === 'h264' ? readH264Sps(bytes, start, end) : readH265Sps(bytes, start, end);
    if (typeof sps === 'string') return sps;
    if ('pocType' in sps) this.h264Sps[sps.id] = sps;
    else this.h265Sps[sps.id] = sps;
    this.codecString = sps.codecString;
    this.width = sps.width;
    this.height = sps.height;
    this.fps = sps.fps;
    this.#lastSpsCodec = codec;
    this.#lastSpsLength = 0;
    if (end - start <= MAX_REMEMBERED) {
      this.#lastSpsLength = end - start;
      for (let i = start; i < end; i++) this.#lastSps[i - start] = bytes[i] as number;
    }
    return undefined;
  }

  #isLastSps(codec: Codec, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lastSpsLength === 0 || codec !== this.#lastSpsCodec || end - start !== this.#lastSpsLength) return false;
    for (let i = start; i < end; i++) if (bytes[i] !== this.#lastSps[i - start]) return false;
    return true;
  }
}
