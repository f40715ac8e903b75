import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLIP_FPS, CLIP_HEIGHT, CLIP_WIDTH, splitClip } from '../../radio/sim/clip.ts';
import { CAMERA_VFOV_DEG, LAP_S } from '../../radio/sim/flight-model.ts';

const folder = new URL('../../resources/clips/', import.meta.url);
const clip = readFileSync(new URL('demo.h264', folder));
const about = JSON.parse(readFileSync(new URL('demo.json', folder), 'utf8'));

/** NAL unit types in order, and the first bytes of each slice. */
function nals(bytes: Uint8Array): { type: number; slice: number }[] {
  const found: { type: number; slice: number }[] = [];
  for (let i = 0; i + 4 < bytes.length; i++) {
    if (bytes[i] === 0 && bytes[i + 1] === 0 && bytes[i + 2] === 1) {
      found.push({ type: (bytes[i + 3] as number) & 31, slice: bytes[i + 4] as number });
    }
  }
  return found;
}

test('the clip lasts one lap, so that picture and telemetry stay together over every loop', () => {
  const frames = splitClip(clip);
  expect(frames.length).toBe(LAP_S * CLIP_FPS);
  expect(about).toMatchObject({
    frames: frames.length,
    fps: CLIP_FPS,
    width: CLIP_WIDTH,
    height: CLIP_HEIGHT,
    seconds: LAP_S,
    verticalFovDeg: CAMERA_VFOV_DEG,
    bytes: clip.length,
  });
  expect(clip.length).toBeLessThanOrEqual(4_000_000);
});

test('the clip is what an air unit sends: parameter sets and one slice per picture, nothing else, no B pictures', () => {
  const frames = splitClip(clip);
  const key = about.keyframeIntervalFrames as number;
  expect(key).toBeLessThanOrEqual(60);
  for (const [n, frame] of frames.entries()) {
    const units = nals(frame);
    expect(
      units.map(({ type }) => type),
      `picture ${n}`,
    ).toEqual(n % key === 0 ? [7, 8, 5] : [1]);
    // first_mb_in_slice 0 is the bit 1; slice_type then is 5 or 0 (P) or 7 or 2 (I): 00110, 1, 0001000, 011.
    const slice = units.at(-1)?.slice as number;
    const isP = (slice & 0xfc) === 0b10011000 || (slice & 0xc0) === 0b11000000;
    const isI = (slice & 0xff) === 0b10001000 || (slice & 0xf0) === 0b10110000;
    expect(n % key === 0 ? isI : isP || isI, `slice type of picture ${n}: ${slice.toString(2)}`).toBe(true);
  }
});
