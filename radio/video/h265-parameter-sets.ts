/**
 * H.265 video, sequence and picture parameter sets.
 *
 * Source: ITU-T H.265 sections 7.3.2.1 to 7.3.2.3, 7.3.3, 7.3.4, 7.3.7, E.2.1; codec string: ISO/IEC 14496-15 annex E.3.
 */
import type { Fault } from '../base/fault.ts';
import { H265Nal, nalType } from './annex-b.ts';
import { BitReader } from './bit-reader.ts';
import { MAX_PICTURE_SIDE } from './h264-parameter-sets.ts';

export interface H265Vps {
  /** 0 to 15. */
  id: number;
  maxSubLayers: number;
}

export interface H265Sps {
  /** 0 to 15. */
  id: number;
  vpsId: number;
  chromaFormatIdc: number;
  /** Pixels after the conformance window. */
  width: number;
  height: number;
  /** Coding tree blocks in a picture. */
  ctbs: number;
  log2MaxPocLsb: number;
  /** Pictures that may come before one in decoding and after it in output, highest sub-layer. */
  maxNumReorderPics: number;
  /** Frames per second as VUI says. */
  fps: number | undefined;
  /** Such as `hvc1.1.6.L93.B0`. */
  codecString: string;
}

export interface H265Pps {
  /** 0 to 63. */
  id: number;
  spsId: number;
  dependentSlices: boolean;
  extraSliceHeaderBits: number;
}

const EXTENDED_SAR = 255;
const reader = new BitReader();
const deltaPocs = new Uint8Array(65);

/** General part of profile_tier_level, as the codec string writes it. */
function readProfile(maxSubLayersMinus1: number): string {
  const space = reader.bits(2);
  const high = reader.flag();
  const profile = reader.bits(5);
  let compatibility = 0;
  for (let i = 0; i < 32; i++) compatibility += reader.bit() * 2 ** i;
  const constraints: string[] = [];
  for (let i = 0; i < 6; i++) constraints.push(reader.bits(8).toString(16).toUpperCase());
  while (constraints.at(-1) === '0') constraints.pop();
  const level = reader.bits(8);
  const present = reader.bits(2 * maxSubLayersMinus1);
  if (maxSubLayersMinus1 > 0) reader.skip(2 * (8 - maxSubLayersMinus1));
  for (let i = maxSubLayersMinus1 * 2 - 1; i > 0; i -= 2) {
    if (Math.floor(present / 2 ** i) % 2 === 1) reader.skip(88);
    if (Math.floor(present / 2 ** (i - 1)) % 2 === 1) reader.skip(8);
  }
  const parts = [
    `hvc1.${['', 'A', 'B', 'C'][space]}${profile}`,
    compatibility.toString(16).toUpperCase(),
    `${high ? 'H' : 'L'}${level}`,
    ...constraints,
  ];
  return parts.join('.');
}

function skipScalingLists(): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6 && !reader.overrun; matrix += size === 3 ? 3 : 1) {
      if (!reader.flag()) {
        reader.ue();
        continue;
      }
      if (size > 1) reader.se();
      for (let i = 0; i < Math.min(64, 1 << (4 + 2 * size)); i++) reader.se();
    }
  }
}

/** Skips short-term reference picture set `index`; false when it is out of range. */
function skipReferenceSet(index: number): boolean {
  if (index > 0 && reader.flag()) {
    reader.skip(1);
    reader.ue();
    let count = 0;
    for (let j = 0; j <= (deltaPocs[index - 1] as number); j++) {
      const used = reader.flag();
      if (used || reader.flag()) count++;
    }
    if (count > 16) return false;
    deltaPocs[index] = count;
    return !reader.overrun;
  }
  const negative = reader.ue();
  const positive = reader.ue();
  if (negative + positive > 16) return false;
  for (let i = 0; i < negative + positive; i++) {
    reader.ue();
    reader.skip(1);
  }
  deltaPocs[index] = negative + positive;
  return !reader.overrun;
}

/** Frames per second; undefined when VUI does not say or makes no sense. */
function readVuiFps(): number | undefined {
  if (reader.flag() && reader.bits(8) === EXTENDED_SAR) reader.skip(32);
  if (reader.flag()) reader.skip(1);
  if (reader.flag()) {
    reader.skip(4);
    if (reader.flag()) reader.skip(24);
  }
  if (reader.flag()) {
    reader.ue();
    reader.ue();
  }
  reader.skip(3);
  if (reader.flag()) for (let i = 0; i < 4; i++) reader.ue();
  if (!reader.flag()) return undefined;
  const unitsInTick = reader.bits(32);
  const fps = reader.bits(32) / unitsInTick;
  return !reader.overrun && fps >= 1 && fps <= 1000 ? fps : undefined;
}

/** Reads what follows the sizes up to and with VUI, for the frame rate alone. */
function readFpsAfterSizes(log2MaxPocLsb: number): number | undefined {
  reader.ue();
  reader.ue();
  if (reader.flag() && reader.flag()) skipScalingLists();
  reader.skip(2);
  if (reader.flag()) {
    reader.skip(8);
    reader.ue();
    reader.ue();
    reader.skip(1);
  }
  const sets = reader.ue();
  if (sets > 64) return undefined;
  for (let i = 0; i < sets; i++) if (!skipReferenceSet(i)) return undefined;
  if (reader.flag()) {
    const count = reader.ue();
    if (count > 32) return undefined;
    reader.skip(count * (log2MaxPocLsb + 1));
  }
  reader.skip(2);
  return reader.flag() ? readVuiFps() : undefined;
}

/** Reads the VPS whose NAL header is at `start`. Faults: short, type, range. */
export function readH265Vps(bytes: Uint8Array, start: number, end: number): H265Vps | Fault {
  if (end - start < 6) return 'short';
  if (nalType('h265', bytes[start] as number) !== H265Nal.vps) return 'type';
  reader.reset(bytes, start + 2, end);
  const id = reader.bits(4);
  reader.skip(8);
  const maxSubLayers = reader.bits(3) + 1;
  if (reader.overrun) return 'short';
  return maxSubLayers > 7 ? 'range' : { id, maxSubLayers };
}

/** Reads the SPS whose NAL header is at `start`. Faults: short, type, range. */
export function readH265Sps(bytes: Uint8Array, start: number, end: number): H265Sps | Fault {
  if (end - start < 16) return 'short';
  if (nalType('h265', bytes[start] as number) !== H265Nal.sps) return 'type';
  reader.reset(bytes, start + 2, end);
  const vpsId = reader.bits(4);
  const maxSubLayersMinus1 = reader.bits(3);
  if (maxSubLayersMinus1 > 6) return 'range';
  reader.skip(1);
  const codecString = readProfile(maxSubLayersMinus1);
  const id = reader.ue();
  const chromaFormatIdc = reader.ue();
  if (id > 15 || chromaFormatIdc > 3) return 'range';
  const separate = chromaFormatIdc === 3 && reader.flag();
  const codedWidth = reader.ue();
  const codedHeight = reader.ue();
  if (codedWidth > MAX_PICTURE_SIDE || codedHeight > MAX_PICTURE_SIDE) return 'range';
  let width = codedWidth;
  let height = codedHeight;
  if (reader.flag()) {
    const planar = separate ? 0 : chromaFormatIdc;
    width -= (planar === 1 || planar === 2 ? 2 : 1) * (reader.ue() + reader.ue());
    height -= (planar === 1 ? 2 : 1) * (reader.ue() + reader.ue());
  }
  if (reader.ue() > 8 || reader.ue() > 8) return 'range';
  const log2MaxPocLsb = reader.ue() + 4;
  if (log2MaxPocLsb > 16) return 'range';
  let maxNumReorderPics = 0;
  for (let i = reader.flag() ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) {
    reader.ue();
    maxNumReorderPics = reader.ue();
    reader.ue();
  }
  const log2MinCb = reader.ue() + 3;
  const log2Ctb = log2MinCb + reader.ue();
  reader.ue();
  reader.ue();
  if (reader.overrun) return 'short';
  if (width <= 0 || height <= 0 || log2Ctb > 6 || maxNumReorderPics > 16) return 'range';
  const side = 2 ** log2Ctb;
  const ctbs = Math.ceil(codedWidth / side) * Math.ceil(codedHeight / side);
  const fps = readFpsAfterSizes(log2MaxPocLsb);
  return { id, vpsId, chromaFormatIdc, width, height, ctbs, log2MaxPocLsb, maxNumReorderPics, fps, codecString };
}

/** Reads the beginning of the PPS whose NAL header is at `start`. Faults: short, type, range. */
export function readH265Pps(bytes: Uint8Array, start: number, end: number): H265Pps | Fault {
  if (end - start < 3) return 'short';
  if (nalType('h265', bytes[start] as number) !== H265Nal.pps) return 'type';
  reader.reset(bytes, start + 2, end);
  const id = reader.ue();
  const spsId = reader.ue();
  const dependentSlices = reader.flag();
  reader.skip(1);
  const extraSliceHeaderBits = reader.bits(3);
  if (reader.overrun) return 'short';
  return id > 63 || spsId > 15 ? 'range' : { id, spsId, dependentSlices, extraSliceHeaderBits };
}
