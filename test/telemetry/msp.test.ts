import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc8DvbS2, MSP_MAX_PAYLOAD, MspParser } from '../../radio/telemetry/msp.ts';
import { mspFrame, mspFrameV2 } from './frames.ts';

interface Seen {
  version: number;
  command: number;
  payload: number[];
}

function parse(parser: MspParser, ...chunks: (readonly number[])[]): Seen[] {
  const seen: Seen[] = [];
  for (const chunk of chunks) {
    parser.push(Uint8Array.from(chunk), 0, chunk.length, ({ version, command, bytes, start, end }) => {
      seen.push({ version, command, payload: [...bytes.subarray(start, end)] });
    });
  }
  return seen;
}

test('the CRC-8 of MSP v2 gives the published check value', () => {
  const digits = new TextEncoder().encode('123456789');
  expect(crc8DvbS2(digits, 0, digits.length)).toBe(0xbc);
});

test('a frame of real air unit software is read', () => {
  // From telemetry.pcap: write "RTH" at row 11, column 20.
  const bytes = [0x24, 0x4d, 0x3e, 0x07, 0xb6, 0x03, 0x0b, 0x14, 0x40, 0x52, 0x54, 0x48, 0xa3];
  expect(parse(new MspParser(), bytes)).toEqual([
    { version: 1, command: 182, payload: [3, 11, 20, 0x40, 0x52, 0x54, 0x48] },
  ]);
});

test('frames of both versions survive any cut into chunks and noise without a dollar sign between', () => {
  const payload = fc.array(fc.nat(255), { maxLength: 254 });
  const noise = fc.array(
    fc.nat(255).filter((byte) => byte !== 0x24),
    { maxLength: 20 },
  );
  const frame = fc.tuple(fc.boolean(), fc.nat(255), payload, noise);
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (frames, cuts) => {
        const stream = frames.flatMap(([v2, command, body, before]) => [
          ...before,
          ...(v2 ? mspFrameV2(command, body) : mspFrame(command, body)),
        ]);
        const chunks: number[][] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length] as number;
          chunks.push(stream.slice(at, at + size));
          at += size;
        }
        const parser = new MspParser();
        expect(parse(parser, ...chunks)).toEqual(
          frames.map(([v2, command, body]) => ({ version: v2 ? 2 : 1, command, payload: body })),
        );
        expect(parser.skipped).toBe(frames.reduce((sum, [, , , before]) => sum + before.length, 0));
      },
    ),
    { numRuns: 60 },
  );
});

test('a jumbo frame is read up to the longest payload and refused beyond', () => {
  const jumbo = (size: number) => {
    const body = [255, 7, size & 0xff, size >> 8, ...Array.from({ length: size }, (_, i) => i & 0x7f)];
    return [0x24, 0x4d, 0x3c, ...body, body.reduce((sum, byte) => sum ^ byte, 0)];
  };
  expect(parse(new MspParser(), jumbo(300))[0]?.payload.length).toBe(300);
  expect(parse(new MspParser(), jumbo(MSP_MAX_PAYLOAD))[0]?.payload.length).toBe(MSP_MAX_PAYLOAD);
  const parser = new MspParser();
  expect(parse(parser, jumbo(MSP_MAX_PAYLOAD + 1), mspFrame(1, [2]))).toEqual([
    { version: 1, command: 1, payload: [2] },
  ]);
});

test('a frame with one bit changed is passed over and the next one found', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(fc.nat(255), { maxLength: 30 }), fc.nat(), fc.nat(7), (v2, body, place, bit) => {
      const damaged = v2 ? mspFrameV2(182, body) : mspFrame(182, body);
      // The length is left alone: a longer one would rightly wait for bytes that never come.
      const lengthAt = v2 ? [6, 7] : [3];
      const places = damaged.map((_, i) => i).filter((i) => i > 2 && !lengthAt.includes(i));
      const at = places[place % places.length] as number;
      damaged[at] = (damaged[at] as number) ^ (1 << bit);
      const seen = parse(new MspParser(), damaged, mspFrame(1, [9]), mspFrame(1, [9]));
      expect(seen.at(-1)).toEqual({ version: 1, command: 1, payload: [9] });
      expect(seen.some(({ command, payload }) => command === 182 && payload.length === body.length)).toBe(false);
    }),
  );
});

test('after a reset the rest of a cut frame is not taken for its own beginning', () => {
  const parser = new MspParser();
  const frame = mspFrame(182, [2]);
  parse(parser, frame.slice(0, 4));
  parser.reset();
  expect(parse(parser, frame.slice(4), frame)).toHaveLength(1);
});

test('noise of any length leaves the parser alive', () => {
  const dollars = fc.array(fc.constantFrom(0x24, 0x4d, 0x58, 0x3e, 0xff, 0x00, 0x10), { maxLength: 3000 });
  fc.assert(
    fc.property(dollars, (noise) => {
      const parser = new MspParser();
      parse(parser, noise);
      // As many bytes as the longest false frame can still wait for, then two true ones.
      const filler = Array.from({ length: MSP_MAX_PAYLOAD + 16 }, () => 0x01);
      expect(parse(parser, filler, mspFrame(5, [1])).at(-1)).toEqual({ version: 1, command: 5, payload: [1] });
    }),
    { numRuns: 50 },
  );
});
