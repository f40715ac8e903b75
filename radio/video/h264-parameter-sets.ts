/**
 * H.264 sequence and picture parameter sets.
 *
 * Source: ITU-T H.264 sections 7.3.2.1, 7.3.2.2, 7.4.2, E.1; codec string: RFC 6381 section 3.3.
 */
import type { Fault } from '../base/fault.ts';
import { H264Nal } from './annex-b.ts';
import { BitReader } from './bit-reader.ts';

/** Widest and highest picture taken, in pixels. Level 6.2 allows 16,880. */
export const MAX_PICTURE_SIDE = 16_880;

export interface BitstreamRestriction {
  motionVectorsOverPicBoundaries: boolean;
  maxBytesPerPicDenom: number;
  maxBitsPerMbDenom: number;
  log2MaxMvLengthHorizontal: number;
  log2MaxMvLengthVertical: number;
  maxNumReorderFrames: number;
  maxDecFrameBuffering: number;
}

export interface H264Sps {
  profileIdc: number;
  /** constraint_set0_flag is bit 7. */
  constraints: number;
  levelIdc: number;
  /** 0 to 31. */
  id: number;
  /** 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  chromaFormatIdc: number;
  separateColourPlanes: boolean;
  log2MaxFrameNum: number;
  /** 0 to 2. */
  pocType: number;
  /** Only with POC type 0, else 0. */
  log2MaxPocLsb: number;
  /** Only with POC type 1. */
  deltaPicOrderAlwaysZero: boolean;
  maxNumRefFrames: number;
  widthInMbs: number;
  /** Height of a frame, not a field. */
  heightInMbs: number;
  frameMbsOnly: boolean;
  /** Pixels after cropping. */
  width: number;
  height: number;
  /** Frames per second as VUI says. */
  fps: number | undefined;
  /** Such as `avc1.64001f`. */
  codecString: string;
  /** Where vui_parameters_present_flag is: bits from the first bit of the NAL header. */
  vuiFlagBit: number;
  vuiPresent: boolean;
  /** Where bitstream_restriction_flag is; -1 without VUI or when VUI could not be read. */
  restrictionFlagBit: number;
  restriction: BitstreamRestriction | undefined;
}

export interface H264Pps {
  /** 0 to 255. */
  id: number;
  spsId: number;
  cabac: boolean;
}

const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const EXTENDED_SAR = 255;
const reader = new BitReader();

const hex = (value: number) => value.toString(16).padStart(2, '0');

function skipScalingList(size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size && !reader.overrun; i++) {
    if (next !== 0) next = (last + reader.se() + 256) & 0xff;
    if (next !== 0) last = next;
  }
}

function skipHrd(): boolean {
  const count = reader.ue() + 1;
  if (count > 32) return false;
  reader.skip(8);
  for (let i = 0; i < count; i++) {
    reader.ue();
    reader.ue();
    reader.skip(1);
  }
  reader.skip(20);
  return !reader.overrun;
}

/** Reads VUI into `sps`; on nonsense leaves what it has and no bitstream restriction. */
function readVui(sps: H264Sps): void {
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
  if (reader.flag()) {
    const unitsInTick = reader.bits(32);
    const timeScale = reader.bits(32);
    reader.skip(1);
    const fps = timeScale / (2 * unitsInTick);
    if (!reader.overrun && fps >= 1 && fps <= 1000) sps.fps = fps;
  }
  const nalHrd = reader.flag();
  if (nalHrd && !skipHrd()) return;
  const vclHrd = reader.flag();
  if (vclHrd && !skipHrd()) return;
  if (nalHrd || vclHrd) reader.skip(1);
  reader.skip(1);
  const flagBit = reader.position;
  const present = reader.flag();
  if (reader.overrun) return;
  if (present) {
    const restriction: BitstreamRestriction = {
      motionVectorsOverPicBoundaries: reader.flag(),
      maxBytesPerPicDenom: reader.ue(),
      maxBitsPerMbDenom: reader.ue(),
      log2MaxMvLengthHorizontal: reader.ue(),
      log2MaxMvLengthVertical: reader.ue(),
      maxNumReorderFrames: reader.ue(),
      maxDecFrameBuffering: reader.ue(),
    };
    if (reader.overrun) return;
    sps.restriction = restriction;
  }
  sps.restrictionFlagBit = flagBit;
}

/** Reads the SPS whose NAL header is at `start`. Faults: short, type, range. */
export function readH264Sps(bytes: Uint8Array, start: number, end: number): H264Sps | Fault {
  if (end - start < 5) return 'short';
  reader.reset(bytes, start, end);
  if ((reader.bits(8) & 0x9f) !== H264Nal.sps) return 'type';
  const profileIdc = reader.bits(8);
  const constraints = reader.bits(8);
  const levelIdc = reader.bits(8);
  const id = reader.ue();
  if (id > 31) return 'range';
  let chromaFormatIdc = 1;
  let separateColourPlanes = false;
  if (HIGH_PROFILES.has(profileIdc)) {
    chromaFormatIdc = reader.ue();
    if (chromaFormatIdc > 3) return 'range';
    if (chromaFormatIdc === 3) separateColourPlanes = reader.flag();
    if (reader.ue() > 6 || reader.ue() > 6) return 'range';
    reader.skip(1);
    if (reader.flag()) {
      const lists = chromaFormatIdc === 3 ? 12 : 8;
      for (let i = 0; i < lists; i++) if (reader.flag()) skipScalingList(i < 6 ? 16 : 64);
    }
  }
  const log2MaxFrameNum = reader.ue() + 4;
  const pocType = reader.ue();
  if (log2MaxFrameNum > 16 || pocType > 2) return 'range';
  let log2MaxPocLsb = 0;
  let deltaPicOrderAlwaysZero = false;
  if (pocType === 0) {
    log2MaxPocLsb = reader.ue() + 4;
    if (log2MaxPocLsb > 16) return 'range';
  } else if (pocType === 1) {
    deltaPicOrderAlwaysZero = reader.flag();
    reader.se();
    reader.se();
    const cycle = reader.ue();
    if (cycle > 255) return 'range';
    for (let i = 0; i < cycle; i++) reader.se();
  }
  const maxNumRefFrames = reader.ue();
  if (maxNumRefFrames > 16) return 'range';
  reader.skip(1);
  const widthInMbs = reader.ue() + 1;
  const mapUnits = reader.ue() + 1;
  const frameMbsOnly = reader.flag();
  const heightInMbs = mapUnits * (frameMbsOnly ? 1 : 2);
  if (widthInMbs * 16 > MAX_PICTURE_SIDE || heightInMbs * 16 > MAX_PICTURE_SIDE) return 'range';
  if (!frameMbsOnly) reader.skip(1);
  reader.skip(1);
  let width = widthInMbs * 16;
  let height = heightInMbs * 16;
  if (reader.flag()) {
    const planar = separateColourPlanes ? 0 : chromaFormatIdc;
    const unitX = planar === 1 || planar === 2 ? 2 : 1;
    const unitY = (planar === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
    width -= unitX * (reader.ue() + reader.ue());
    height -= unitY * (reader.ue() + reader.ue());
    if (width <= 0 || height <= 0) return 'range';
  }
  const vuiFlagBit = reader.position;
  const vuiPresent = reader.flag();
  if (reader.overrun) return 'short';
  const sps: H264Sps = {
    profileIdc,
    constraints,
    levelIdc,
    id,
    chromaFormatIdc,
    separateColourPlanes,
    log2MaxFrameNum,
    pocType,
    log2MaxPocLsb,
    deltaPicOrderAlwaysZero,
    maxNumRefFrames,
    widthInMbs,
    heightInMbs,
    frameMbsOnly,
    width,
    height,
    fps: undefined,
    codecString: `avc1.${hex(profileIdc)}${hex(constraints)}${hex(levelIdc)}`,
    vuiFlagBit,
    vuiPresent,
    restrictionFlagBit: -1,
    restriction: undefined,
  };
  if (vuiPresent) readVui(sps);
  return sps;
}

/** Reads the beginning of the PPS whose NAL header is at `start`. Faults: short, type, range. */
export function readH264Pps(bytes: Uint8Array, start: number, end: number): H264Pps | Fault {
  reader.reset(bytes, start, end);
  const header = reader.bits(8);
  const id = reader.ue();
  const spsId = reader.ue();
  const cabac = reader.flag();
  if (reader.overrun) return 'short';
  if ((header & 0x9f) !== H264Nal.pps) return 'type';
  return id > 255 || spsId > 31 ? 'range' : { id, spsId, cabac };
}
