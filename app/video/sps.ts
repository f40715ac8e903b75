import type { Fault } from '../../radio/base/fault.ts';
import { BitReader } from '../../radio/video/bit-reader.ts';
import { BitWriter } from '../../radio/video/bit-writer.ts';
import { readH264Sps } from '../../radio/video/h264-parameter-sets.ts';

const reader = new BitReader();

/**
 * The H.264 SPS `nal` (NAL header first, no start code) saying that no frame need be held back: bitstream_restriction
 * with max_num_reorder_frames 0 and max_dec_frame_buffering as small as the reference frames allow. VUI is added when
 * missing. Only right for streams without B slices. Decoders hold what the SPS allows them, and some the level's whole
 * buffer when it says nothing (hot-path-choices.md 4).
 *
 * Faults: those of the SPS; `range` when its VUI cannot be read, and so must not be touched.
 */
export function withoutReordering(nal: Uint8Array): Uint8Array<ArrayBuffer> | Fault {
  const sps = readH264Sps(nal, 0, nal.length);
  if (typeof sps === 'string') return sps;
  if (sps.vuiPresent && sps.restrictionFlagBit < 0) return 'range';
  const writer = new BitWriter();
  const kept = sps.vuiPresent ? sps.restrictionFlagBit : sps.vuiFlagBit;
  reader.reset(nal, 0, nal.length);
  for (let i = 0; i < kept; i++) writer.bit(reader.bit());
  // VUI with nothing in it: eight flags of absent parts, pic_struct_present_flag.
  if (!sps.vuiPresent) writer.bits(0b1_0000_0000, 9);
  const restriction = sps.restriction;
  writer.bit(1);
  writer.bit(restriction?.motionVectorsOverPicBoundaries === false ? 0 : 1);
  // What a decoder has to infer when the fields are absent. Source: ITU-T H.264 E.2.1.
  writer.ue(restriction?.maxBytesPerPicDenom ?? 2);
  writer.ue(restriction?.maxBitsPerMbDenom ?? 1);
  writer.ue(restriction?.log2MaxMvLengthHorizontal ?? 15);
  writer.ue(restriction?.log2MaxMvLengthVertical ?? 15);
  writer.ue(0);
  writer.ue(Math.max(1, sps.maxNumRefFrames));
  return writer.finish();
}
