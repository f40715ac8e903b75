import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LtmMessage, LtmParser, ltmFlightMode } from '../../radio/telemetry/ltm.ts';
import { chunked, le, ltmFrame } from './serial-frames.ts';

function parse(parser: LtmParser, ...chunks: (readonly number[])[]): LtmMessage[] {
  const seen: LtmMessage[] = [];
  for (const chunk of chunks) {
    parser.push(Uint8Array.from(chunk), 0, chunk.length, (message) => seen.push(message));
  }
  return seen;
}

const one = (letter: string, payload: readonly number[]) => parse(new LtmParser(), ltmFrame(letter, payload));

const LENGTHS = { G: 14, A: 6, S: 7, O: 14, N: 6, X: 6 } as const;

test('each kind of frame has the units of the field', () => {
  expect(one('G', le([4, 473_977_420], [4, -85_455_940], [1, 12], [4, -2550], [1, (14 << 2) | 2]))).toEqual([
    {
      kind: 'G',
      latitudeDeg: 47.397742,
      longitudeDeg: -8.545594,
      groundSpeedMps: 12,
      altitudeM: -25.5,
      gpsFix: 3,
      satellites: 14,
    },
  ]);
  expect(one('A', le([2, -10], [2, 45], [2, 359]))).toEqual([
    { kind: 'A', pitchDeg: -10, rollDeg: 45, headingDeg: 359 },
  ]);
  expect(one('S', le([2, 16_800], [2, 1300], [1, 255], [1, 21], [1, (13 << 2) | 3]))).toEqual([
    {
      kind: 'S',
      voltageV: 16.8,
      consumedMah: 1300,
      rcRssiPercent: 100,
      airspeedMps: 21,
      armed: true,
      failsafe: true,
      flightMode: 13,
    },
  ]);
  expect(one('O', le([4, 473_977_420], [4, -85_455_940], [4, 40_000], [1, 1], [1, 1]))).toEqual([
    { kind: 'O', homeLatitudeDeg: 47.397742, homeLongitudeDeg: -8.545594, homeAltitudeM: 400, homeFix: true },
  ]);
  expect(one('N', [2, 1, 4, 7, 9, 0])).toEqual([
    { kind: 'N', gpsMode: 2, navMode: 1, navAction: 4, waypoint: 7, navError: 9 },
  ]);
  expect(one('X', le([2, 135], [1, 1], [1, 200], [1, 4], [1, 0]))).toEqual([
    { kind: 'X', hdop: 1.35, sensorFailed: true, counter: 200, disarmReason: 4 },
  ]);
});

test('fixes are numbered as MAVLink numbers them', () => {
  for (const [wire, gpsFix] of [0, 2, 3, 3].entries()) {
    expect(one('G', [...new Array(13).fill(0), wire])[0]).toMatchObject({ gpsFix, satellites: 0 });
  }
});

test('modes have the names of the table and none outside it', () => {
  expect([0, 2, 13, 18, 21].map(ltmFlightMode)).toEqual(['Manual', 'Angle', 'RTH', 'Cruise', 'Autotune']);
  expect([19, 22, 63].map(ltmFlightMode)).toEqual([null, null, null]);
});

test('frames survive any cut and noise without a dollar sign', () => {
  const noise = fc.array(
    fc.nat(255).filter((byte) => byte !== 0x24),
    { maxLength: 30 },
  );
  const frame = fc.tuple(
    noise,
    fc.constantFrom('G', 'A', 'S', 'O', 'N', 'X' as const),
    fc.uint8Array({ minLength: 14, maxLength: 14 }),
  );
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
      (frames, sizes) => {
        const made = frames.map(([before, letter, bytes]) => ({
          before,
          letter,
          frame: ltmFrame(letter, [...bytes.subarray(0, LENGTHS[letter as keyof typeof LENGTHS])]),
        }));
        const parser = new LtmParser();
        const stream = made.flatMap(({ before, frame }) => [...before, ...frame]);
        expect(parse(parser, ...chunked(stream, sizes)).map(({ kind }) => kind)).toEqual(
          made.map(({ letter }) => letter),
        );
        expect(parser.skipped).toBe(made.reduce((sum, { before }) => sum + before.length, 0));
      },
    ),
  );
});

test('one damaged bit makes a frame nothing, and so does a letter that is not in the table', () => {
  const frame = ltmFrame('A', [1, 2, 3, 4, 5, 6]);
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const damaged = frame.with(bit >> 3, (frame[bit >> 3] as number) ^ (1 << (bit & 7)));
    expect(parse(new LtmParser(), damaged, new Array(20).fill(0))).toEqual([]);
  }
  expect(one('T', new Array(12).fill(0))).toEqual([]);
});

test('noise and truncation never throw and never hold back the frames behind them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(9), (noise, cutAt) => {
      const broken = ltmFrame('A', [1, 2, 3, 4, 5, 6]).slice(0, cutAt);
      const seen = parse(new LtmParser(), [...noise], broken, new Array(20).fill(0), ltmFrame('A', le([2, 9], [4, 0])));
      expect(seen).toContainEqual({ kind: 'A', pitchDeg: 9, rollDeg: 0, headingDeg: 0 });
    }),
  );
});
