import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { ACCESS_UNIT_HEADER_LEN, readAccessUnit, stampSent, writeAccessUnit } from '../../radio/api/wire.ts';
import { type Ns, ns } from '../../radio/base/time.ts';

const time = fc.maxSafeNat().map((value) => value as Ns);
const anyUnit: fc.Arbitrary<AccessUnit> = fc.record({
  codec: fc.constantFrom('h264' as const, 'h265' as const),
  data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
  keyFrame: fc.boolean(),
  codecString: fc.constantFrom('', 'avc1.64001f', 'hvc1.1.6.L93.B0'),
  width: fc.nat(16_384),
  height: fc.nat(16_384),
  sequence: fc.maxSafeNat(),
  damaged: fc.boolean(),
  afterGap: fc.boolean(),
  firstAt: time,
  lastAt: time,
  completeAt: time,
  sentAt: time,
});

test('any access unit survives the wire', () => {
  fc.assert(
    fc.property(anyUnit, (unit) => {
      expect(readAccessUnit(writeAccessUnit(unit).buffer)).toEqual(unit);
    }),
  );
});

test('a message cut anywhere before its first data byte is refused, and noise never throws', () => {
  fc.assert(
    fc.property(anyUnit, fc.nat(ACCESS_UNIT_HEADER_LEN), (unit, cut) => {
      expect(readAccessUnit(writeAccessUnit(unit).buffer.slice(0, cut))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      expect(readAccessUnit(Uint8Array.from(noise).buffer)).toBeUndefined();
    }),
  );
});

test('a codec or codec string length that we do not know is refused', () => {
  fc.assert(
    fc.property(anyUnit, fc.integer({ min: 3, max: 255 }), fc.integer({ min: 65, max: 255 }), (unit, codec, length) => {
      const message = writeAccessUnit(unit);
      const wrongCodec = message.slice();
      wrongCodec[5] = codec;
      expect(readAccessUnit(wrongCodec.buffer)).toBeUndefined();
      message[7] = length;
      expect(readAccessUnit(message.buffer)).toBeUndefined();
    }),
  );
});

test('a message can be stamped after it was written', () => {
  const [unit] = fc.sample(anyUnit, 1);
  const message = writeAccessUnit(unit);
  stampSent(message, ns(123_456_789));
  expect(readAccessUnit(message.buffer)).toEqual({ ...unit, sentAt: 123_456_789 });
});
