import { RadioError } from '../base/errors.ts';

const PARAMETER_SET_TYPES = new Set([7, 8]);
const SLICE_TYPES = new Set([1, 5]);

/**
 * Cuts an H.264 Annex B stream into frames as an air unit sends them: every picture with the parameter sets before it, all
 * bytes kept. Views of `clip`. Throws a RadioError `clip-missing` when it holds no picture that can be decoded from its
 * start: no parameter sets, or no IDR.
 */
export function splitClip(clip: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let start = 0;
  let hasPicture = false;
  let sets = 0;
  let startsWithIdr: boolean | undefined;
  for (let i = 0; i + 3 < clip.length; i++) {
    if (clip[i] !== 0 || clip[i + 1] !== 0 || clip[i + 2] !== 1) continue;
    const type = (clip[i + 3] as number) & 0x1f;
    const at = i > 0 && clip[i - 1] === 0 ? i - 1 : i;
    if (hasPicture) {
      frames.push(clip.subarray(start, at));
      start = at;
      hasPicture = false;
    }
    if (PARAMETER_SET_TYPES.has(type)) sets |= 1 << (type - 7);
    if (SLICE_TYPES.has(type)) {
      startsWithIdr ??= type === 5 && sets === 3;
      hasPicture = true;
    }
    i += 3;
  }
  if (hasPicture) frames.push(clip.subarray(start));
  if (!startsWithIdr) {
    throw new RadioError(
      'clip-missing',
      'The demo flight has no picture: its clip is not an H.264 stream that can be played.',
    );
  }
  return frames;
}

/** Size of the picture is not needed to send it, but an air unit announces it. */
export const CLIP_WIDTH = 1280;
export const CLIP_HEIGHT = 720;
export const CLIP_FPS = 60;
