import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greyIdr } from '../../app/video/grey-idr.ts';
import { withoutReordering } from '../../app/video/sps.ts';
import { type H264Sps, readH264Pps, readH264Sps } from '../../radio/video/h264-parameter-sets.ts';
import { withoutVui, withReordering } from '../e2e/decoder-streams.ts';
import { type Clip, readClip, splitNals, withoutStartCode } from './clips.ts';

const h264: Clip[] = ['baseline.h264', 'main-4-slices.h264', 'high-aud.h264', 'intra-refresh.h264', 'b-frames.h264'];
const ofType = (name: Clip, type: number) =>
  splitNals(readClip(name))
    .map(withoutStartCode)
    .find((nal) => ((nal[0] as number) & 31) === type) as Uint8Array<ArrayBuffer>;
const read = (nal: Uint8Array) => readH264Sps(nal, 0, nal.length) as H264Sps;

describe.each(h264)('%s', (name) => {
  const original = ofType(name, 7);
  const forms: [string, Uint8Array][] = [
    ['as it is', original],
    ['without VUI', withoutVui(original)],
    ['with a VUI that allows reordering', withReordering(original)],
  ];
  test.each(forms)('the SPS %s says that nothing is held, and else what it said', (_form, sps) => {
    const rewritten = withoutReordering(sps) as Uint8Array<ArrayBuffer>;
    const before = read(sps);
    const after = read(rewritten);
    expect(after.restriction).toMatchObject({
      maxNumReorderFrames: 0,
      maxDecFrameBuffering: Math.max(1, before.maxNumRefFrames),
    });
    for (const key of Object.keys(before) as (keyof H264Sps)[]) {
      if (['restriction', 'restrictionFlagBit', 'vuiPresent'].includes(key)) continue;
      expect(after[key], key).toEqual(before[key]);
    }
    if (before.restriction) {
      expect({ ...after.restriction, maxNumReorderFrames: 0, maxDecFrameBuffering: 0 }).toEqual({
        ...before.restriction,
        maxNumReorderFrames: 0,
        maxDecFrameBuffering: 0,
      });
    }
    expect(withoutReordering(rewritten)).toEqual(rewritten);
  });

  test('a grey key frame has one macroblock code for each macroblock behind the right headers', () => {
    const pps = ofType(name, 8);
    const grey = splitNals(greyIdr(original, pps) as Uint8Array<ArrayBuffer>).map(withoutStartCode);
    expect(grey.map((nal) => (nal[0] as number) & 31)).toEqual([7, 8, 8, 5]);
    expect(grey.slice(0, 2)).toEqual([original, pps]);
    const own = grey[2] as Uint8Array;
    expect(readH264Pps(own, 0, own.length)).toEqual({ id: 255, spsId: 0, cabac: false });
    expect(grey[3]?.length).toBeGreaterThanOrEqual(80 + 4);
    expect(grey[3]?.length).toBeLessThan(80 + 12);
  });
});

test('a grey key frame is not made for sets that do not belong together', () => {
  const sps = ofType('baseline.h264', 7);
  expect(greyIdr(sps, sps)).toBe('type');
  expect(greyIdr(sps.subarray(0, 4), ofType('baseline.h264', 8))).toBe('short');
});

test('noise in an SPS never throws, and what is rewritten can be read', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...h264),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(255)), { maxLength: 5 }),
      fc.nat(12),
      (name, changes, drop) => {
        const sps = ofType(name, 7).slice();
        for (const [at, value] of changes) if (at < sps.length) sps[at] = value;
        const cut = sps.subarray(0, sps.length - drop);
        const rewritten = withoutReordering(cut);
        if (typeof rewritten !== 'string') expect(read(rewritten).restriction?.maxNumReorderFrames).toBe(0);
        greyIdr(cut, ofType(name, 8));
      },
    ),
    { numRuns: 500 },
  );
});
