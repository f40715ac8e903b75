import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nalRole, nalType } from '../../radio/video/annex-b.ts';
import { BitWriter } from '../../radio/video/bit-writer.ts';
import { type H264Sps, readH264Pps, readH264Sps } from '../../radio/video/h264-parameter-sets.ts';
import { type H265Sps, readH265Pps, readH265Sps, readH265Vps } from '../../radio/video/h265-parameter-sets.ts';
import { ParameterSets } from '../../radio/video/parameter-sets.ts';
import { emptySliceHeader, readSliceHeader } from '../../radio/video/slice-header.ts';
import { CLIPS, type Clip, codecOf, readClip, splitNals, withoutStartCode } from './clips.ts';

const names = Object.keys(CLIPS) as Clip[];
const nals = (name: Clip) => splitNals(readClip(name)).map(withoutStartCode);
const ofRole = (name: Clip, role: string) =>
  nals(name).filter((nal) => nalRole(codecOf(name), nalType(codecOf(name), nal[0] as number)) === role);
const first = (name: Clip, role: string) => ofRole(name, role)[0] as Uint8Array<ArrayBuffer>;

test('H.264 SPS of each profile say what the encoder was told', () => {
  const read = (name: Clip) => {
    const nal = first(name, 'sps');
    return readH264Sps(nal, 0, nal.length) as H264Sps;
  };
  expect(read('baseline.h264')).toMatchObject({
    profileIdc: 66,
    codecString: 'avc1.42c00b',
    width: 160,
    height: 120,
    widthInMbs: 10,
    heightInMbs: 8,
    fps: 30,
    frameMbsOnly: true,
    pocType: 2,
    maxNumRefFrames: 1,
    restriction: { maxNumReorderFrames: 0 },
  });
  expect(read('main-4-slices.h264')).toMatchObject({ profileIdc: 77, width: 160, height: 120, fps: 30 });
  expect(read('high-aud.h264')).toMatchObject({ profileIdc: 100, width: 160, height: 120, chromaFormatIdc: 1 });
  expect(read('b-frames.h264')).toMatchObject({ pocType: 0, restriction: { maxNumReorderFrames: 2 } });
});

test('H.265 parameter sets say what the encoder was told', () => {
  const nal = first('main.h265', 'sps');
  expect(readH265Sps(nal, 0, nal.length)).toMatchObject({
    id: 0,
    width: 160,
    height: 120,
    fps: 30,
    maxNumReorderPics: 0,
    codecString: 'hvc1.1.6.L60.90',
  } satisfies Partial<H265Sps>);
  const vps = first('main.h265', 'vps');
  expect(readH265Vps(vps, 0, vps.length)).toEqual({ id: 0, maxSubLayers: 1 });
  const pps = first('main.h265', 'pps');
  expect(readH265Pps(pps, 0, pps.length)).toEqual({ id: 0, spsId: 0, dependentSlices: false, extraSliceHeaderBits: 0 });
});

interface SpsChoice {
  id: number;
  width: number;
  height: number;
  cropX: number;
  cropY: number;
  pocType: number;
  refs: number;
  high: boolean;
  fps: number;
}

/** Plain writer of an SPS by the syntax table, ITU-T H.264 section 7.3.2.1.1. */
function writeSps(choice: SpsChoice): Uint8Array<ArrayBuffer> {
  const writer = new BitWriter();
  writer.bits(0x67, 8);
  writer.bits(choice.high ? 100 : 77, 8);
  writer.bits(0x40, 8);
  writer.bits(31, 8);
  writer.ue(choice.id);
  if (choice.high) {
    writer.ue(1);
    writer.ue(0);
    writer.ue(0);
    writer.bits(1, 2);
    writer.bit(1);
    for (let i = 0; i < 16; i++) writer.se(i === 0 ? 8 : 1);
    writer.bits(0, 7);
  }
  writer.ue(3);
  writer.ue(choice.pocType);
  if (choice.pocType === 0) writer.ue(2);
  if (choice.pocType === 1) {
    writer.bit(1);
    writer.se(-3);
    writer.se(4);
    writer.ue(2);
    writer.se(5);
    writer.se(-6);
  }
  writer.ue(choice.refs);
  writer.bit(0);
  writer.ue(choice.width - 1);
  writer.ue(choice.height - 1);
  writer.bits(0b111, 3);
  for (const crop of [choice.cropX, 0, 0, choice.cropY]) writer.ue(crop);
  writer.bit(1);
  writer.bits(0b0000, 4);
  writer.bit(1);
  writer.bits(1000, 32);
  writer.bits(2000 * choice.fps, 32);
  writer.bits(0b1000, 4);
  writer.bit(0);
  return writer.finish();
}

test('any H.264 SPS is read back from the syntax table', () => {
  const choices = fc.record({
    id: fc.nat(31),
    width: fc.integer({ min: 1, max: 1055 }),
    height: fc.integer({ min: 1, max: 1055 }),
    cropX: fc.nat(7),
    cropY: fc.nat(7),
    pocType: fc.nat(2),
    refs: fc.nat(16),
    high: fc.boolean(),
    fps: fc.integer({ min: 1, max: 240 }),
  });
  fc.assert(
    fc.property(choices, (choice) => {
      const nal = writeSps(choice);
      expect(readH264Sps(nal, 0, nal.length)).toMatchObject({
        id: choice.id,
        width: choice.width * 16 - 2 * choice.cropX,
        height: choice.height * 16 - 2 * choice.cropY,
        pocType: choice.pocType,
        log2MaxFrameNum: 7,
        maxNumRefFrames: choice.refs,
        fps: choice.fps,
        vuiPresent: true,
        restriction: undefined,
      });
    }),
  );
});

test('values just out of range are refused', () => {
  const good: SpsChoice = {
    id: 0,
    width: 80,
    height: 45,
    cropX: 0,
    cropY: 0,
    pocType: 0,
    refs: 1,
    high: true,
    fps: 60,
  };
  const read = (change: Partial<SpsChoice>) => {
    const nal = writeSps({ ...good, ...change });
    return readH264Sps(nal, 0, nal.length);
  };
  expect(read({})).toMatchObject({ width: 1280, height: 720 });
  expect(read({ id: 32 })).toBe('range');
  expect(read({ width: 1056 })).toBe('range');
  expect(read({ height: 1056 })).toBe('range');
  expect(read({ cropX: 640 })).toBe('range');
  expect(read({ pocType: 3 })).toBe('range');
  expect(read({ refs: 17 })).toBe('range');
});

test.each(names)('%s: every truncation of a parameter set is refused or says the same size', (name) => {
  const codec = codecOf(name);
  const nal = first(name, 'sps');
  const pps = first(name, 'pps');
  const read = codec === 'h264' ? readH264Sps : readH265Sps;
  for (let end = 0; end < nal.length; end++) {
    const sps = read(nal, 0, end);
    if (typeof sps === 'string') expect(['short', 'range', 'type']).toContain(sps);
    else expect([sps.width, sps.height]).toEqual(name === 'main-2-slices.h265' ? [256, 256] : [160, 120]);
  }
  expect(typeof read(nal, 0, 4)).toBe('string');
  expect(typeof (codec === 'h264' ? readH264Pps(pps, 0, 1) : readH265Pps(pps, 0, 2))).toBe('string');
});

test('noise in a parameter set or slice never throws and never gives a size out of bounds', () => {
  const sets = new ParameterSets();
  const out = emptySliceHeader();
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.nat(),
      fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
      fc.nat(60),
      (name, pick, changes, drop) => {
        const codec = codecOf(name);
        const all = nals(name);
        const nal = (all[pick % Math.min(12, all.length)] as Uint8Array<ArrayBuffer>).slice();
        for (const [at, value] of changes) if (at < nal.length) nal[at] = value;
        const end = Math.max(1, nal.length - drop);
        const role = nalRole(codec, nalType(codec, nal[0] as number));
        sets.take(codec, role, nal, 0, end);
        readSliceHeader(codec, nal, 0, end, sets, out);
        expect(sets.width).toBeGreaterThanOrEqual(0);
        expect(Math.max(sets.width, sets.height)).toBeLessThanOrEqual(16_880);
        expect(Number.isInteger(out.frameNum)).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});

test('pure noise is read within a bounded time', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
      for (const read of [readH264Sps, readH264Pps, readH265Vps, readH265Sps, readH265Pps])
        read(noise, 0, noise.length);
      for (const header of [0x67, 0x42]) {
        const nal = new Uint8Array([header, ...noise]);
        readH264Sps(nal, 0, nal.length);
        readH265Sps(nal, 0, nal.length);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each(names)('%s: slice headers tell pictures, key frames and B slices', (name) => {
  const codec = codecOf(name);
  const sets = new ParameterSets();
  const out = emptySliceHeader();
  const counts = { first: 0, idr: 0, I: 0, P: 0, B: 0, unknown: 0 };
  for (const nal of nals(name)) {
    const role = nalRole(codec, nalType(codec, nal[0] as number));
    sets.take(codec, role, nal, 0, nal.length);
    if (role !== 'slice') continue;
    expect(readSliceHeader(codec, nal, 0, nal.length, sets, out)).toBeUndefined();
    if (out.first) counts.first++;
    if (out.idr) counts.idr++;
    counts[out.type]++;
  }
  expect(counts.first).toBe(CLIPS[name]);
  expect(counts.unknown).toBe(0);
  expect(counts.B > 0).toBe(name === 'b-frames.h264');
  const slices = name === 'main-4-slices.h264' ? 4 : name === 'main-2-slices.h265' ? 2 : 1;
  expect(counts.idr).toBe(slices * (name === 'intra-refresh.h264' ? 1 : 2));
});
