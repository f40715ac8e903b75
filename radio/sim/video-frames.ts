import { Random } from './random.ts';

export interface VideoFramesOptions {
  bitrateBps: number;
  fps: number;
  seconds: number;
  seed: number;
  /** Pictures from one IDR to the next, default one second of them. */
  keyframeInterval?: number;
}

/** A 1280x720 High profile level 4.0 SPS and its PPS, as x264 writes them. */
const PARAMETER_SETS = Uint8Array.from([
  0, 0, 0, 1, 0x67, 0x64, 0x00, 0x20, 0xac, 0xd9, 0x40, 0x50, 0x05, 0xbb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10,
  0x00, 0x00, 0x07, 0x80, 0xf1, 0x83, 0x19, 0x60, 0, 0, 0, 1, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0,
]);
/** Beginnings of slice headers: first macroblock 0, slice type, picture parameter set 0. */
const IDR_SLICE = [0, 0, 0, 1, 0x65, 0x88, 0x84];
const P_SLICE = [0, 0, 0, 1, 0x41, 0x9a, 0x24];
const KEYFRAME_WEIGHT = 6;

/**
 * Frames of a synthetic H.264 stream for tests and benches of the link: parameter sets and NAL headers are real, picture data
 * is noise without start codes. Not for decoders. An IDR is six times as large as a P picture; the mean rate is `bitrateBps`.
 */
export function makeVideoFrames(options: VideoFramesOptions): Uint8Array[] {
  const { bitrateBps, fps, seconds, seed } = options;
  const interval = options.keyframeInterval ?? fps;
  const random = new Random(seed, 77);
  const count = Math.max(1, Math.round(seconds * fps));
  const share = bitrateBps / 8 / fps / ((interval - 1 + KEYFRAME_WEIGHT) / interval);
  return Array.from({ length: count }, (_, n) => {
    const key = n % interval === 0;
    const head = key ? [...PARAMETER_SETS, ...IDR_SLICE] : P_SLICE;
    const mean = share * (key ? KEYFRAME_WEIGHT : 1);
    const frame = new Uint8Array(Math.max(head.length + 16, Math.round(mean * (0.8 + 0.4 * random.unit()))));
    frame.set(head);
    // No zero bytes: no start code can arise.
    for (let i = head.length; i < frame.length; i++) frame[i] = 1 + random.below(255);
    return frame;
  });
}
