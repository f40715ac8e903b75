import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { msToNs, type Ns, ns } from '../../radio/base/time.ts';
import { AccessUnitAssembler, MAX_UNIT_BYTES } from '../../radio/video/access-units.ts';
import { CLIPS, type Clip, codecOf, concat, readClip, rubyFrames, splitNals, withoutStartCode } from './clips.ts';

const names = Object.keys(CLIPS) as Clip[];
const at = (ms: number): Ns => msToNs(ms);

function collect() {
  const units: AccessUnit[] = [];
  const assembler = new AccessUnitAssembler((unit) => units.push(unit));
  const frame = (bytes: Uint8Array, ms: number, codec: 'h264' | 'h265' = 'h264') => {
    assembler.payload(bytes, 0, bytes.length, at(ms));
    assembler.boundary(codec, at(ms));
  };
  return { units, assembler, frame };
}

describe.each(names)('%s', (name) => {
  const bytes = readClip(name);
  const codec = codecOf(name);

  test('comes out byte for byte, picture by picture, however it was cut', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 3000 })), (sizes) => {
        const { units, assembler } = collect();
        for (const frame of rubyFrames(bytes, codec)) {
          for (let from = 0; from < frame.length; ) {
            const to = Math.min(frame.length, from + (sizes.next().value as number));
            assembler.payload(frame, from, to, at(1));
            from = to;
          }
          assembler.boundary(codec, at(2));
        }
        assembler.flush();
        expect(units.length).toBe(CLIPS[name]);
        expect(concat(units.map((unit) => unit.data))).toEqual(bytes);
        expect(units.every((unit) => !unit.damaged && !unit.afterGap && unit.codec === codec)).toBe(true);
        expect(units.map((unit) => unit.sequence)).toEqual(units.map((_, i) => i + 1));
      }),
      { numRuns: 10 },
    );
  });

  test('comes out the same when the sender put several pictures into one unit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (groups) => {
        const { units, frame } = collect();
        const nals = splitNals(bytes);
        for (let i = 0, g = 0; i < nals.length; g++) {
          const count = groups[g % groups.length] as number;
          frame(concat(nals.slice(i, i + count)), g, codec);
          i += count;
        }
        expect(concat(units.map((unit) => unit.data))).toEqual(
          bytes.subarray(0, concat(units.map((u) => u.data)).length),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('says its size, codec and key frames', () => {
    const { units, assembler, frame } = collect();
    for (const part of rubyFrames(bytes, codec)) frame(part, 0, codec);
    assembler.flush();
    const side = name === 'main-2-slices.h265' ? [256, 256] : [160, 120];
    expect([units[0]?.width, units[0]?.height]).toEqual(side);
    expect(units[0]?.codecString).toMatch(codec === 'h264' ? /^avc1\.[0-9a-f]{6}$/ : /^hvc1\.1\.6\.L\d+\.90$/);
    const keys = units.filter((unit) => unit.keyFrame).length;
    expect(keys).toBe(name === 'intra-refresh.h264' ? 1 : 2);
    expect(units[0]?.keyFrame).toBe(true);
  });
});

test('a picture of one slice is given out at its boundary, once the first picture taught that', () => {
  const { units, assembler } = collect();
  const frames = rubyFrames(readClip('baseline.h264'), 'h264');
  frames.forEach((frame, i) => {
    const half = frame.length >> 1;
    assembler.payload(frame, 0, half, at(i * 10));
    assembler.payload(frame, half, frame.length, at(i * 10 + 3));
    const before = units.length;
    assembler.boundary('h264', at(i * 10 + 4));
    if (i < 3) return;
    expect(units.length).toBe(before + 1);
    const unit = units.at(-1) as AccessUnit;
    expect(unit.data).toEqual(frame);
    expect([unit.firstAt, unit.lastAt, unit.completeAt]).toEqual([at(i * 10), at(i * 10 + 3), at(i * 10 + 4)]);
  });
});

test('the first picture is given out after 25 ms when nothing follows, and that teaches as well', () => {
  const { units, assembler, frame } = collect();
  const [sei, first, second] = rubyFrames(readClip('baseline.h264'), 'h264') as [Uint8Array, Uint8Array, Uint8Array];
  frame(sei, 0);
  frame(first, 0);
  assembler.tick(at(24));
  expect(units.length).toBe(0);
  assembler.tick(at(25));
  expect(units.length).toBe(1);
  expect(units[0]?.completeAt).toBe(at(25));
  frame(second, 33);
  expect(units.length).toBe(2);
});

test.each([
  ['main-4-slices.h264', 4],
  ['main-2-slices.h265', 2],
] as const)('%s: pictures are given out with their last slice of %i, once that was learned', (name, slices) => {
  const { units, frame } = collect();
  const codec = codecOf(name);
  const given: number[] = [];
  for (const part of rubyFrames(readClip(name), codec)) {
    frame(part, 0, codec);
    const last = withoutStartCode(
      splitNals(part as Uint8Array<ArrayBuffer>).at(-1) as Uint8Array<ArrayBuffer>,
    )[0] as number;
    const type = codec === 'h264' ? last & 31 : last >> 1;
    if (codec === 'h264' ? type <= 5 : type < 32) given.push(units.length);
  }
  // The key frame and the first other picture are over when the next begins.
  const first = (count: number) => Array<number>(slices).fill(count);
  const ended = (count: number) => [...Array<number>(slices - 1).fill(count), count + 1];
  expect(given.slice(0, 2 * slices)).toEqual([...first(0), ...first(1)]);
  expect(given.slice(3 * slices, 4 * slices)).toEqual(ended(3));
});

test('a stream that begins to cut pictures into slices is followed', () => {
  const { units, assembler, frame } = collect();
  const four = rubyFrames(readClip('main-4-slices.h264'), 'h264');
  const bytes = concat([readClip('baseline.h264'), ...four, ...four, ...four]);
  for (const part of rubyFrames(bytes, 'h264')) frame(part, 0);
  assembler.flush();
  expect(concat(units.map((unit) => unit.data))).toEqual(bytes);
  // One picture is given out in two pieces while the change is learned.
  expect(units.length).toBeLessThanOrEqual(20 + 3 * 20 + 2);
});

test('a hole inside a picture gives what came before it, marked', () => {
  const { units, assembler, frame } = collect();
  const frames = rubyFrames(readClip('baseline.h264'), 'h264');
  for (const part of frames.slice(0, 6)) frame(part, 0);
  const cut = (frames[6] as Uint8Array).subarray(0, 100);
  assembler.payload(cut, 0, cut.length, at(1));
  assembler.gap(at(2));
  expect(units.at(-1)).toMatchObject({ damaged: true, afterGap: false, completeAt: at(2), data: cut });
  frame(frames[7] as Uint8Array, 3);
  expect(units.at(-1)).toMatchObject({ damaged: false, afterGap: false, data: frames[7] });
});

test('the very first picture is not damaged by a hole that begins behind it', () => {
  const { units, assembler, frame } = collect();
  const frames = rubyFrames(readClip('baseline.h264'), 'h264');
  for (const part of frames.slice(0, 2)) frame(part, 0);
  expect(units.length).toBe(0);
  assembler.gap(at(1));
  frame(frames[3] as Uint8Array, 2);
  assembler.flush();
  expect(units).toMatchObject([
    { damaged: false, afterGap: false, data: concat(frames.slice(0, 2)) },
    { damaged: false, afterGap: true, data: frames[3] },
  ]);
});

test('a whole picture missing is told by the next', () => {
  const { units, assembler, frame } = collect();
  const frames = rubyFrames(readClip('baseline.h264'), 'h264');
  for (const part of frames.slice(0, 6)) frame(part, 0);
  assembler.gap(at(1));
  frame(frames[7] as Uint8Array, 2);
  frame(frames[8] as Uint8Array, 3);
  expect(units.slice(-2)).toMatchObject([
    { afterGap: true, damaged: false },
    { afterGap: false, damaged: false },
  ]);
});

test('pictures missing after one that was cut are found by their frame numbers', () => {
  const { units, assembler, frame } = collect();
  const frames = rubyFrames(readClip('baseline.h264'), 'h264');
  for (const part of frames.slice(0, 4)) frame(part, 0);
  assembler.payload(frames[4] as Uint8Array, 0, 60, at(1));
  assembler.gap(at(1));
  frame(frames[7] as Uint8Array, 2);
  expect(units.slice(-2)).toMatchObject([
    { afterGap: false, damaged: true },
    { afterGap: true, damaged: false },
  ]);
});

test('slices left over from a picture cut at a hole are dropped, those of another are kept', () => {
  const { units, assembler, frame } = collect();
  const frames = rubyFrames(readClip('main-4-slices.h264'), 'h264').slice(1);
  for (const part of frames.slice(0, 12)) frame(part, 0);
  expect(units.length).toBe(3);
  frame(frames[12] as Uint8Array, 1);
  assembler.gap(at(1));
  expect(units.at(-1)).toMatchObject({ damaged: true, data: frames[12] });
  for (const part of frames.slice(14, 20)) frame(part, 2);
  expect(units.length).toBe(5);
  expect(units.at(-1)).toMatchObject({ damaged: false, data: concat(frames.slice(16, 20)) });
  assembler.gap(at(3));
  for (const part of frames.slice(21, 28)) frame(part, 3);
  expect(units.length).toBe(7);
  expect(units[5]).toMatchObject({ damaged: true, afterGap: true, data: concat(frames.slice(21, 24)) });
});

test('a hole before the first slice gives nothing, and cut parameter sets are not kept', () => {
  const { units, assembler, frame } = collect();
  const frames = rubyFrames(readClip('baseline.h264'), 'h264');
  const key = frames[0] as Uint8Array;
  assembler.boundary('h264', at(0));
  assembler.payload(key, 0, 12, at(0));
  assembler.gap(at(0));
  for (const part of frames.slice(1, 4)) frame(part, 1);
  expect(concat(units.map((unit) => unit.data))).toEqual(concat(frames.slice(1, units.length + 1)));
  expect(units[0]).toMatchObject({ afterGap: true });
});

test('another codec in mid-stream ends the picture before it', () => {
  const { units, assembler, frame } = collect();
  const h264 = readClip('main-4-slices.h264');
  const h265 = readClip('main.h265');
  for (const part of rubyFrames(h264, 'h264')) frame(part, 0, 'h264');
  for (const part of rubyFrames(h265, 'h265')) frame(part, 1, 'h265');
  for (const part of rubyFrames(h264, 'h264')) frame(part, 2, 'h264');
  assembler.flush();
  expect(concat(units.map((unit) => unit.data))).toEqual(concat([h264, h265, h264]));
  expect(units.map((unit) => unit.codec)).toEqual([
    ...Array(20).fill('h264'),
    ...Array(20).fill('h265'),
    ...Array(20).fill('h264'),
  ]);
  expect(units[20]).toMatchObject({ keyFrame: true, codecString: expect.stringMatching(/^hvc1/) });
});

test('noise, holes and endless units never throw, never hold more than the bound and never give an empty unit', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(
      ...names.flatMap((name) => splitNals(readClip(name)).slice(0, 8)),
      new Uint8Array([0, 0, 1]),
      new Uint8Array([0, 0, 0, 1, 0x65]),
      new Uint8Array([0, 0, 0, 0, 0]),
    ),
  );
  const step = fc.tuple(fc.constantFrom('payload', 'payload', 'boundary', 'gap', 'tick', 'flush'), piece, fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { units, assembler } = collect();
      let fed = 0;
      steps.forEach(([kind, bytes, hevc], i) => {
        if (kind === 'payload') {
          assembler.payload(bytes, 0, bytes.length, at(i * 7));
          fed += bytes.length;
        } else if (kind === 'boundary') assembler.boundary(hevc ? 'h265' : 'h264', at(i * 7));
        else if (kind === 'gap') assembler.gap(at(i * 7));
        else if (kind === 'tick') assembler.tick(at(i * 7));
        else assembler.flush();
      });
      assembler.gap(at(1e6));
      assembler.flush();
      const out = units.reduce((sum, unit) => sum + unit.data.length, 0);
      expect(units.every((unit) => unit.data.length > 0 && unit.lastAt >= unit.firstAt)).toBe(true);
      expect(out + assembler.discardedBytes).toBe(fed);
    }),
    { numRuns: 300 },
  );
});

test('a unit without end is cut at the bound, and the stream recovers', () => {
  const { units, assembler, frame } = collect();
  const frames = rubyFrames(readClip('baseline.h264'), 'h264');
  for (const part of frames.slice(0, 4)) frame(part, 0);
  const before = units.length;
  assembler.payload(frames[4] as Uint8Array, 0, (frames[4] as Uint8Array).length, ns(1));
  const filler = new Uint8Array(1 << 20).fill(0x55);
  for (let i = 0; i < 20; i++) assembler.payload(filler, 0, filler.length, ns(2));
  assembler.boundary('h264', ns(3));
  expect(units.length).toBe(before + 1);
  expect(units.at(-1)?.damaged).toBe(true);
  expect(units.at(-1)?.data.length).toBeLessThanOrEqual(MAX_UNIT_BYTES);
  frame(frames[5] as Uint8Array, 4);
  expect(units.at(-1)).toMatchObject({ damaged: false, data: frames[5] });
});

test('units that never hold a picture do not pile up', () => {
  const { units, assembler, frame } = collect();
  const sei = concat([new Uint8Array([0, 0, 0, 1, 6]), new Uint8Array(50_000).fill(0x41)]);
  for (let i = 0; i < 500; i++) frame(sei, i);
  expect(assembler.discardedBytes).toBeGreaterThan(500 * 50_000 - 200_000);
  for (const part of rubyFrames(readClip('baseline.h264'), 'h264')) frame(part, 600);
  expect(units.length).toBeGreaterThan(15);
});
