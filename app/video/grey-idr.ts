import type { Fault } from '../../radio/base/fault.ts';
import { BitWriter } from '../../radio/video/bit-writer.ts';
import { readH264Pps, readH264Sps } from '../../radio/video/h264-parameter-sets.ts';

const START_CODE = new Uint8Array([0, 0, 0, 1]);

/**
 * An access unit that decoding can start at where the stream has no IDR: stream SPS, stream PPS, a PPS of our own
 * with an unused id, and an IDR picture of that PPS that is grey all over. WebCodecs refuses any first chunk without
 * an IDR (hot-path-choices.md 4); the pictures that follow then repair the grey, in an intra-refresh stream wholly.
 *
 * `sps` and `pps` are NAL units without start codes. `nextPocLsb`: pic_order_cnt_lsb of the picture that comes next, -1
 * if it has none; the grey one comes right before it, for FFmpeg holds frames back once one came out of order. Faults: those of the sets; `range` for interlaced streams.
 */
export function greyIdr(sps: Uint8Array, pps: Uint8Array, nextPocLsb = -1): Uint8Array<ArrayBuffer> | Fault {
  const set = readH264Sps(sps, 0, sps.length);
  if (typeof set === 'string') return set;
  const streamPps = readH264Pps(pps, 0, pps.length);
  if (typeof streamPps === 'string') return streamPps;
  if (!set.frameMbsOnly || streamPps.spsId !== set.id) return 'range';
  const ownId = streamPps.id === 255 ? 254 : 255;

  const own = new BitWriter();
  own.bits(0x68, 8);
  own.ue(ownId);
  own.ue(set.id);
  own.bits(0b00, 2); // CAVLC; bottom_field_pic_order_in_frame_present_flag
  own.ue(0); // one slice group
  own.ue(0);
  own.ue(0);
  own.bits(0b000, 3); // no weighted prediction
  own.se(0);
  own.se(0);
  own.se(0);
  own.bits(0b100, 3); // deblocking control in the slice; no constrained intra, no redundant pictures

  const slice = new BitWriter();
  slice.bits(0x65, 8);
  slice.ue(0);
  slice.ue(7); // all slices of the picture are I
  slice.ue(ownId);
  if (set.separateColourPlanes) return 'range';
  slice.bits(0, set.log2MaxFrameNum);
  slice.ue(0); // idr_pic_id
  const range = 2 ** set.log2MaxPocLsb;
  if (set.pocType === 0) slice.bits(nextPocLsb < 0 ? 0 : (nextPocLsb - 2 + range) % range, set.log2MaxPocLsb);
  if (set.pocType === 1 && !set.deltaPicOrderAlwaysZero) slice.se(0);
  slice.bits(0b00, 2); // output as usual, not a long-term reference
  slice.se(0); // quantiser
  slice.ue(1); // no deblocking
  // I_16x16 with DC prediction and no residual: mb_type 3, chroma DC, mb_qp_delta 0, no coefficients in luma (and, 4:4:4, in Cb and Cr).
  const [macroblock, bits] = (
    [
      [0b0010011, 7],
      [0b00100111, 8],
      [0b00100111, 8],
      [0b0010011111, 10],
    ] as const
  )[set.chromaFormatIdc] as readonly [number, number];
  for (let i = 0; i < set.widthInMbs * set.heightInMbs; i++) slice.bits(macroblock, bits);
  return annexB(sps, pps, own.finish(), slice.finish());
}

/** NAL units behind four-byte start codes, put together. */
export function annexB(...nals: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(nals.reduce((sum, nal) => sum + START_CODE.length + nal.length, 0));
  let at = 0;
  for (const nal of nals) {
    out.set(START_CODE, at);
    out.set(nal, at + START_CODE.length);
    at += START_CODE.length + nal.length;
  }
  return out;
}
