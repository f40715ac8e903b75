/**
 * The beginning of slice headers: enough to tell pictures apart and to find B slices.
 *
 * Source: ITU-T H.264 section 7.3.3; H.265 section 7.3.6.1.
 */
import type { Codec } from '../api/access-unit.ts';
import type { Fault } from '../base/fault.ts';
import { isIdr, nalType } from './annex-b.ts';
import { BitReader } from './bit-reader.ts';
import type { ParameterSets } from './parameter-sets.ts';

export interface SliceHeader {
  /** First slice of its picture: first_mb_in_slice 0, or first_slice_segment_in_pic_flag. */
  first: boolean;
  /** Unknown when the parameter sets needed to find it are missing, and for dependent slice segments. */
  type: 'I' | 'P' | 'B' | 'unknown';
  idr: boolean;
  ppsId: number;
  /** H.264 only, and only with the SPS known; else -1. */
  frameNum: number;
  /** H.264 with POC type 0 and no fields, and only with the SPS known; else -1. */
  pocLsb: number;
  /** H.264 only: other pictures may refer to this one. */
  reference: boolean;
}

export const emptySliceHeader = (): SliceHeader => ({
  first: false,
  type: 'unknown',
  idr: false,
  ppsId: 0,
  frameNum: -1,
  pocLsb: -1,
  reference: false,
});

/** Macroblocks in the largest picture, level 6.2. Source: ITU-T H.264 table A-1. */
const MAX_MACROBLOCKS = 139_264;
const H264_TYPES = ['P', 'B', 'I', 'P', 'I'] as const;
const H265_TYPES = ['B', 'P', 'I'] as const;
const reader = new BitReader();

/** Reads the slice NAL unit in [start, end), NAL header first, into `out`. Faults: short, type, range; `out` is then undefined. */
export function readSliceHeader(
  codec: Codec,
  bytes: Uint8Array,
  start: number,
  end: number,
  sets: ParameterSets,
  out: SliceHeader,
): Fault | undefined {
  if (end - start < 3) return 'short';
  const header = bytes[start] as number;
  if ((header & 0x80) !== 0) return 'type';
  out.idr = isIdr(codec, nalType(codec, header));
  out.frameNum = -1;
  out.pocLsb = -1;
  out.type = 'unknown';
  return codec === 'h264' ? readH264(bytes, start, end, sets, out) : readH265(bytes, start, end, sets, out);
}

function readH264(bytes: Uint8Array, start: number, end: number, sets: ParameterSets, out: SliceHeader) {
  reader.reset(bytes, start + 1, end);
  out.reference = ((bytes[start] as number) & 0x60) !== 0;
  const firstMb = reader.ue();
  const type = reader.ue();
  const ppsId = reader.ue();
  if (reader.overrun) return 'short';
  const pps = sets.h264Pps[ppsId];
  const sps = pps && sets.h264Sps[pps.spsId];
  if (type > 9 || ppsId > 255) return 'range';
  if (firstMb >= (sps ? sps.widthInMbs * sps.heightInMbs : MAX_MACROBLOCKS)) return 'range';
  if (sps) {
    if (sps.separateColourPlanes) reader.skip(2);
    out.frameNum = reader.bits(sps.log2MaxFrameNum);
    if (reader.overrun) return 'short';
    if (out.idr && out.frameNum !== 0) return 'range';
    if (sps.pocType === 0 && sps.frameMbsOnly) {
      if (out.idr) reader.ue();
      const lsb = reader.bits(sps.log2MaxPocLsb);
      if (!reader.overrun) out.pocLsb = lsb;
    }
  }
  out.first = firstMb === 0;
  out.type = H264_TYPES[type % 5] as SliceHeader['type'];
  if (out.idr && out.type !== 'I') return 'range';
  out.ppsId = ppsId;
  return undefined;
}

function readH265(bytes: Uint8Array, start: number, end: number, sets: ParameterSets, out: SliceHeader) {
  // nuh_temporal_id_plus1 may not be 0.
  if (((bytes[start + 1] as number) & 7) === 0) return 'range';
  reader.reset(bytes, start + 2, end);
  out.reference = true;
  out.first = reader.flag();
  if (out.idr) reader.skip(1);
  const ppsId = reader.ue();
  if (reader.overrun) return 'short';
  if (ppsId > 63) return 'range';
  out.ppsId = ppsId;
  const pps = sets.h265Pps[ppsId];
  const sps = pps && sets.h265Sps[pps.spsId];
  if (!pps || !sps) return undefined;
  if (!out.first) {
    if (pps.dependentSlices && reader.flag()) return undefined;
    const address = reader.bits(Math.ceil(Math.log2(sps.ctbs)));
    if (address === 0 || address >= sps.ctbs) return 'range';
  }
  reader.skip(pps.extraSliceHeaderBits);
  const type = reader.ue();
  if (reader.overrun) return 'short';
  if (type > 2) return 'range';
  out.type = H265_TYPES[type] as SliceHeader['type'];
  return undefined;
}
