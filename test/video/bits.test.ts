import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findStartCode, NalCursor } from '../../radio/video/annex-b.ts';
import { BitReader } from '../../radio/video/bit-reader.ts';
import { BitWriter } from '../../radio/video/bit-writer.ts';
import { CLIPS, type Clip, readClip, splitNals, withoutStartCode } from './clips.ts';

const field = fc.oneof(
  fc.record({ kind: fc.constant('ue' as const), value: fc.nat(0xffff_fffe) }),
  fc.record({ kind: fc.constant('se' as const), value: fc.integer({ min: -(2 ** 30), max: 2 ** 30 }) }),
  fc.record({ kind: fc.constant('bits' as const), value: fc.nat(0xffff_ffff) }),
  fc.record({ kind: fc.constant('bits' as const), value: fc.constant(0) }),
);

test('what is written is read back, and no start code appears inside a unit', () => {
  const reader = new BitReader();
  fc.assert(
    fc.property(fc.array(field, { maxLength: 60 }), fc.nat(5), (fields, at) => {
      const writer = new BitWriter();
      for (const { kind, value } of fields) {
        if (kind === 'ue') writer.ue(Math.min(value, 0x7fff_fffe));
        else if (kind === 'se') writer.se(value);
        else writer.bits(value, 32);
      }
      const nal = writer.finish();
      expect(findStartCode(nal, 0, nal.length)).toBe(nal.length);
      const room = new Uint8Array(at + nal.length);
      room.set(nal, at);
      reader.reset(room, at, room.length);
      for (const { kind, value } of fields) {
        if (kind === 'ue') expect(reader.ue()).toBe(Math.min(value, 0x7fff_fffe));
        else if (kind === 'se') expect(reader.se()).toBe(value);
        else expect(reader.bits(32)).toBe(value);
      }
      expect(reader.bit()).toBe(1);
      expect(reader.overrun).toBe(false);
      reader.bits(32);
      expect(reader.overrun).toBe(true);
    }),
  );
});

test('an Exp-Golomb code longer than any legal one is an overrun', () => {
  const reader = new BitReader();
  reader.reset(new Uint8Array([0, 0, 3, 0, 0, 0, 3, 0, 1, 255, 255, 255, 255, 255]), 0, 14);
  expect(reader.ue()).toBe(0);
  expect(reader.overrun).toBe(true);
});

function cut(bytes: Uint8Array<ArrayBuffer>, from: number, to: number) {
  const cursor = new NalCursor();
  cursor.reset(bytes, from, to);
  const found: { codeAt: number; nal: Uint8Array }[] = [];
  while (cursor.next()) found.push({ codeAt: cursor.codeAt, nal: bytes.slice(cursor.start, cursor.end) });
  return found;
}

test('the cursor finds what a plain search finds', () => {
  const dense = fc.uint8Array({ maxLength: 200, max: 3 });
  fc.assert(
    fc.property(dense, (noise) => {
      const bytes = new Uint8Array(noise);
      const plain = splitNals(bytes).map((nal) => {
        let end = nal.length;
        const body = withoutStartCode(nal);
        while (end > 0 && nal[end - 1] === 0) end--;
        return body.slice(0, Math.max(0, end - (nal.length - body.length)));
      });
      expect(cut(bytes, 0, bytes.length).map((found) => found.nal)).toEqual(plain.filter((nal) => nal.length > 0));
    }),
    { numRuns: 500 },
  );
  for (const name of Object.keys(CLIPS) as Clip[]) {
    const bytes = readClip(name);
    const found = cut(bytes, 0, bytes.length);
    expect(found.map(({ codeAt }, i) => bytes.slice(codeAt, found[i + 1]?.codeAt))).toEqual(splitNals(bytes));
  }
});

test('the cursor stays inside its range', () => {
  const bytes = new Uint8Array([0, 0, 0, 1, 9, 16, 0, 0, 1, 5, 7, 0, 0, 1, 8]);
  expect(cut(bytes, 1, 9)).toEqual([{ codeAt: 1, nal: new Uint8Array([9, 16]) }]);
  expect(cut(bytes, 6, 11)).toEqual([{ codeAt: 6, nal: new Uint8Array([5, 7]) }]);
  expect(cut(bytes, 7, 13)).toEqual([]);
});
