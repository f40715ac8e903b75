import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CrsfMessage, CrsfParser } from '../../radio/telemetry/crsf.ts';
import { be, chunked, crsfFrame, textBytes } from './serial-frames.ts';

function parse(parser: CrsfParser, ...chunks: (readonly number[])[]): CrsfMessage[] {
  const seen: CrsfMessage[] = [];
  for (const chunk of chunks) {
    parser.push(Uint8Array.from(chunk), 0, chunk.length, (message) => seen.push(message));
  }
  return seen;
}

const one = (type: number, payload: readonly number[]) => parse(new CrsfParser(), crsfFrame(type, payload));

test('a frame from the wild is found: channels for a transmitter module, CRC 0x36', () => {
  // Published example of github.com/kielerrr/CRSFv2-elrs.
  const parser = new CrsfParser();
  const published = 'ee1816e1e3de09c7d78a56800f7ce0031ff8c0073ef0810f7c36';
  expect(parse(parser, [...Buffer.from(published, 'hex')])).toEqual([]);
  expect(parser.frames).toBe(1);
});

test('a position has the units of the field', () => {
  const payload = be([4, 473_977_420], [4, -85_455_940], [2, 360], [2, 27_050], [2, 1488], [1, 14]);
  expect(one(0x02, payload)).toEqual([
    {
      kind: 'gps',
      latitudeDeg: 47.397742,
      longitudeDeg: -8.545594,
      groundSpeedMps: 10,
      courseDeg: 270.5,
      altitudeAboveSeaM: 488,
      satellites: 14,
    },
  ]);
});

test('battery, attitude, climb, airspeed and flight mode are read', () => {
  expect(one(0x08, be([2, 168], [2, 325], [3, 70_000], [1, 42]))).toEqual([
    { kind: 'battery', voltageV: 16.8, currentA: 32.5, consumedMah: 70_000, batteryPercent: 42 },
  ]);
  expect(one(0x1e, be([2, 1745], [2, -15_708], [2, 31_416]))).toEqual([
    { kind: 'attitude', pitchDeg: 10, rollDeg: -90, yawDeg: 180 },
  ]);
  expect(one(0x07, be([2, -250]))).toEqual([{ kind: 'vario', verticalSpeedMps: -2.5 }]);
  expect(one(0x0a, be([2, 720]))).toEqual([{ kind: 'airspeed', airspeedMps: 20 }]);
  expect(one(0x21, [...textBytes('ANGL*'), 0])).toEqual([{ kind: 'flight-mode', text: 'ANGL*' }]);
  // Without its zero the text ends with the frame.
  expect(one(0x21, textBytes('ACRO'))).toEqual([{ kind: 'flight-mode', text: 'ACRO' }]);
});

test('an altitude is tenths of metres up to 2276.7 m and metres above, its climb optional', () => {
  const altitudes: [packed: number, metres: number][] = [
    [0, -1000],
    [10_000, 0],
    [10_123, 12.3],
    [0x7fff, 2276.7],
    [0x8000 | 2277, 2277],
    [0xfffe, 32_766],
  ];
  for (const [packed, altitudeM] of altitudes) {
    expect(one(0x09, be([2, packed]))).toEqual([{ kind: 'baro-altitude', altitudeM, verticalSpeedMps: null }]);
  }
  expect(one(0x09, be([2, 10_000], [1, 0]))[0]).toMatchObject({ verticalSpeedMps: 0 });
  expect(one(0x09, be([2, 10_000], [1, 127]))[0]).toMatchObject({ verticalSpeedMps: 26.17 });
  expect(one(0x09, be([2, 10_000], [1, -127]))[0]).toMatchObject({ verticalSpeedMps: -26.17 });
});

test('link statistics are dBm, percent and milliwatts', () => {
  const payload = be([1, 61], [1, 130], [1, 99], [1, -7], [1, 1], [1, 5], [1, 7], [1, 58], [1, 100], [1, 9]);
  expect(one(0x14, payload)).toEqual([
    {
      kind: 'link-statistics',
      uplinkRssi1Dbm: -61,
      uplinkRssi2Dbm: -130,
      uplinkQualityPercent: 99,
      uplinkSnrDb: -7,
      activeAntenna: 1,
      rfProfile: 5,
      uplinkPowerMw: 250,
      downlinkRssiDbm: -58,
      downlinkQualityPercent: 100,
      downlinkSnrDb: 9,
    },
  ]);
  expect(one(0x14, payload.with(6, 9))[0]).toMatchObject({ uplinkPowerMw: null });
});

test('a payload one byte short says nothing, a longer one what it always said', () => {
  const lengths = new Map([
    [0x02, 15],
    [0x07, 2],
    [0x08, 8],
    [0x09, 2],
    [0x0a, 2],
    [0x14, 10],
    [0x1e, 6],
  ]);
  for (const [type, length] of lengths) {
    const payload = new Array(length).fill(1);
    expect(one(type, payload.slice(1))).toEqual([]);
    const [exact] = one(type, payload);
    expect(exact).toBeDefined();
    if (type !== 0x09) expect(one(type, [...payload, 1, 1])).toEqual([exact]);
  }
  expect(one(0x55, [1, 2, 3])).toEqual([]);
});

test('frames survive any cut and noise that begins none', () => {
  const noise = fc.array(
    fc.nat(255).filter((byte) => ![0xc8, 0xea, 0xec, 0xee].includes(byte)),
    { maxLength: 30 },
  );
  const frame = fc.tuple(noise, fc.nat(255), fc.nat(255), fc.constantFrom(0xc8, 0xea, 0xec, 0xee));
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
      (frames, sizes) => {
        const stream = frames.flatMap(([before, high, low, sync]) => [
          ...before,
          ...crsfFrame(0x0a, [high, low], sync),
        ]);
        const parser = new CrsfParser();
        const speeds = frames.map(([, high, low]) => Math.round((high * 256 + low) / 0.36) / 100);
        expect(parse(parser, ...chunked(stream, sizes))).toEqual(
          speeds.map((airspeedMps) => ({ kind: 'airspeed', airspeedMps })),
        );
        expect(parser.frames + parser.skipped).toBe(
          frames.length + frames.reduce((sum, [before]) => sum + before.length, 0),
        );
      },
    ),
  );
});

test('one damaged bit in type, payload or CRC makes a frame nothing', () => {
  const frame = crsfFrame(0x1e, [1, 2, 3, 4, 5, 6]);
  for (let bit = 16; bit < frame.length * 8; bit++) {
    const damaged = frame.with(bit >> 3, (frame[bit >> 3] as number) ^ (1 << (bit & 7)));
    expect(parse(new CrsfParser(), damaged, new Array(64).fill(0))).toEqual([]);
  }
});

test('noise and truncation never throw and never hold back the frames behind them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(10), (noise, cutAt) => {
      const parser = new CrsfParser();
      const broken = crsfFrame(0x1e, [1, 2, 3, 4, 5, 6]).slice(0, cutAt);
      const seen = parse(parser, [...noise], broken, new Array(64).fill(0), crsfFrame(0x07, [0, 100]));
      expect(seen).toContainEqual({ kind: 'vario', verticalSpeedMps: 1 });
      expect(parser.skipped).toBeLessThanOrEqual(noise.length + cutAt + 64);
    }),
  );
});
