import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTelemetryType, RubyTelemetryReader } from '../../../radio/links/ruby/telemetry.ts';
import { bodyOf, type FieldType, packetOf, readPacket } from './telemetry-packets.ts';

const read = (packetType: number, body: Uint8Array) =>
  readPacket(new RubyTelemetryReader(), packetOf(packetType, body));
const valuesOf = (packetType: number, body: Uint8Array) => read(packetType, body).records[0]?.values;

/** Offsets of type 30 written down once more from the table, not computed. Source: rubyfpv-link.md 9.1. */
const UNIT_OFFSETS = {
  3: {
    size: 165,
    version: 0xa3,
    relay: 49,
    bitrate: 50,
    counts: 62,
    cpu: 68,
    sent: 73,
    received: 121,
    rssi: 145,
    snr: 0,
    quality: 151,
    rc: 157,
    power: 0,
  },
  4: {
    size: 171,
    version: 0xb1,
    relay: 49,
    bitrate: 50,
    counts: 62,
    cpu: 68,
    sent: 73,
    received: 121,
    rssi: 145,
    snr: 151,
    quality: 157,
    rc: 163,
    power: 0,
  },
  5: {
    size: 195,
    version: 0xb4,
    relay: 49,
    bitrate: 50,
    counts: 62,
    cpu: 68,
    sent: 73,
    received: 121,
    rssi: 145,
    snr: 151,
    quality: 157,
    rc: 163,
    power: 166,
  },
  6: {
    size: 172,
    version: 0xb7,
    relay: 45,
    bitrate: 46,
    counts: 58,
    cpu: 64,
    sent: 69,
    received: 109,
    rssi: 129,
    snr: 134,
    quality: 139,
    rc: 144,
    power: 147,
  },
} as const;
type UnitVersion = keyof typeof UNIT_OFFSETS;
const UNIT_VERSIONS = [3, 4, 5, 6] as const;

function unitBody(structVersion: UnitVersion, extra: number, more: [number, FieldType, number][] = []): Uint8Array {
  const at = UNIT_OFFSETS[structVersion];
  const body = bodyOf(at.size + extra, [
    [0, 'u16', 0x0811],
    [2, 'u8', at.version],
    [3, 'u32', 7],
    [7, 'u8', 0x63],
    [24, 'u8', 3],
    [25, 'u32', 5_800_000 + 2 ** 31],
    [29, 'u32', 2_437_000],
    [33, 'u32', 868_000],
    [at.relay, 'u8', 0b010],
    [at.bitrate, 'u32', 11_000_000],
    [at.bitrate + 4, 'u32', 15_000_000],
    [at.bitrate + 8, 'u32', 21_000],
    [at.counts, 'u16', 1001],
    [at.counts + 2, 'u16', 17],
    [at.cpu, 'u8', 55],
    [at.cpu + 1, 'u8', 44],
    [at.cpu + 2, 'u16', 1300],
    [at.cpu + 4, 'u8', 3],
    [at.sent, 'i32', -2],
    [at.sent + 4, 'i32', 6_000_000],
    [at.sent + 20, 'i32', -1],
    [at.received + 8, 'i32', 12_000_000],
    [at.rssi, 'u8', 140],
    [at.rssi + 2, 'u8', 99],
    [at.quality + 1, 'u8', 66],
    [at.rc, 'u8', 90],
    [at.rc + 1, 'u8', 255],
    [at.rc + 2, 'u8', 40],
    ...(at.snr > 0
      ? ([
          [at.snr, 'u8', 25],
          [at.snr + 1, 'u8', 255],
        ] as [number, FieldType, number][])
      : []),
    ...(at.power > 0
      ? ([
          [at.power, 'i32', -25],
          [at.power + 4, 'i32', 500],
        ] as [number, FieldType, number][])
      : []),
    ...more,
  ]);
  body.set(new TextEncoder().encode('Größe'), 8);
  return body;
}

test.each(UNIT_VERSIONS)('an air unit of structure version %i is read at its own offsets', (structVersion) => {
  const at = UNIT_OFFSETS[structVersion];
  const body = unitBody(structVersion, 76, [
    [at.size, 'u32', 2],
    [at.size + 4, 'u32', 123_456],
    [at.size + 8, 'u32', 99],
    [at.size + 12, 'u16', 1500],
    [at.size + 14, 'u16', 42],
  ]);
  const { records } = read(30, body);
  expect(records[0]?.structVersion).toBe(structVersion);
  expect(records[0]?.values).toEqual({
    name: 'Größe',
    version: { 3: '10.3', 4: '11.1', 5: '11.4', 6: '11.7' }[structVersion],
    vehicleType: 3,
    firmwareType: 3,
    radioLinks: 3,
    frequenciesKhz: [5_800_000, 2_437_000, 868_000],
    relayLinks: [false, true, false],
    videoBitrateBps: 11_000_000,
    totalVideoBitrateBps: 15_000_000,
    dataBitrateBps: 21_000,
    videoPacketsPerSecond: 1001,
    dataPacketsPerSecond: 17,
    temperatureC: 55,
    cpuLoadPercent: 44,
    cpuMhz: 1300,
    throttleFlags: 3,
    lastSentDatarateBps: [
      [-2, 6_000_000],
      [0, 0],
      [0, -1],
    ],
    lastReceivedDatarateBps: [0, 0, 12_000_000],
    uplinkRssiDbm: [-60, null, -101],
    uplinkSnrDb: at.snr > 0 ? [25, null, 0] : [null, null, null],
    uplinkQualityPercent: [0, 66, 0],
    uplinkRcRssiPercent: 90,
    mavlinkRcRssiPercent: null,
    mavlinkRxRssiPercent: 40,
    txPowerMw: at.power > 0 ? [-25, 500, null] : [null, null, null],
    pitMode: false,
    pitBecauseHot: false,
    rubyFlags: 0x0811,
    airUnitTimeMs: 123_456,
    relayedAirUnit: 99,
    throttleInput: 1500,
    throttleOutput: 42,
  });
});

test('the clock of an air unit is absent when its block is missing or not marked valid', () => {
  for (const structVersion of UNIT_VERSIONS) {
    const absent = { airUnitTimeMs: null, relayedAirUnit: null, throttleInput: null, throttleOutput: null };
    expect(valuesOf(30, unitBody(structVersion, 0))).toMatchObject(absent);
    expect(valuesOf(30, unitBody(structVersion, 56, [[UNIT_OFFSETS[structVersion].size + 4, 'u32', 5]]))).toMatchObject(
      absent,
    );
  }
});

test('PIT mode shows in version 6', () => {
  expect(valuesOf(30, unitBody(6, 0, [[169, 'u16', 0x18]]))).toMatchObject({ pitMode: true, pitBecauseHot: true });
});

test('a length that no layout has, a wrong version and too many links are refused', () => {
  for (const structVersion of UNIT_VERSIONS) {
    const whole = unitBody(structVersion, 76);
    for (const extra of [1, 55, 57, 75, 77]) {
      const { size } = UNIT_OFFSETS[structVersion];
      expect(read(30, bodyOf(size + extra, [])).fault).toMatch(/type|range/);
    }
    whole[24] = structVersion === 6 ? 6 : 7;
    expect(read(30, whole).fault).toBe('range');
  }
  const tooNew = unitBody(3, 76);
  tooNew[2] = 0xa5;
  expect(read(30, tooNew).fault).toBe('range');
  tooNew[2] = 0xa4;
  expect(read(30, tooNew).fault).toBeUndefined();
  const tooOld = unitBody(6, 76);
  tooOld[2] = 0xb4;
  expect(read(30, tooOld).fault).toBe('range');
});

function flightBody(source: number, more: [number, FieldType, number][] = [], length = 84): Uint8Array {
  return bodyOf(length, [
    [0, 'u8', 0x83],
    [1, 'u8', source],
    [2, 'u8', 0x85],
    [46, 'u32', 17_908],
    [50, 'u32', 17_908],
    [75, 'u16be', 0xffff],
    ...more,
  ]);
}

test('a level MAVLink attitude reads 0, not -0.92', () => {
  expect(valuesOf(31, flightBody(1))).toMatchObject({ source: 'mavlink', rollDeg: 0, pitchDeg: 0 });
  expect(valuesOf(31, flightBody(2))).toMatchObject({ source: 'ltm', rollDeg: -0.92 });
});

test('any whole hundredth of a degree survives the MAVLink scale of the air unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: -17_999, max: 17_999 }), (hundredths) => {
      // As the air unit does it. One step holds two hundredths once in 200: then the lower one is as good.
      const raw = Math.floor((((hundredths / 100) * Math.PI) / 180 + Math.PI) * 5700.2958);
      const rollDeg = valuesOf(31, flightBody(1, [[46, 'u32', raw]]))?.['rollDeg'] as number;
      expect(Math.abs(rollDeg - hundredths / 100)).toBeLessThan(0.0101);
      expect(rollDeg).toBeLessThanOrEqual(hundredths / 100 + 1e-9);
    }),
  );
});

test('attitude is absent from MSP and when not marked valid', () => {
  expect(valuesOf(31, flightBody(3))).toMatchObject({ source: 'msp', rollDeg: null, pitchDeg: null });
  expect(valuesOf(31, flightBody(1, [[0, 'u8', 3]]))).toMatchObject({ rollDeg: null, pitchDeg: null });
});

test('absent flight values are null', () => {
  const values = valuesOf(
    31,
    flightBody(1, [
      [56, 'u16', 2000],
      [71, 'u8', 255],
      [73, 'u8', 255],
      [74, 'u8', 255],
    ]),
  );
  expect(values).toMatchObject({
    altitudeM: null,
    altitudeAboveSeaM: null,
    verticalSpeedMps: null,
    airspeedMps: null,
    groundSpeedMps: null,
    hdop: null,
    temperatureC: null,
    rcRssiPercent: null,
    satellites2: null,
    gpsFix2: null,
    hdop2: null,
    windHeadingDeg: null,
    windSpeedMps: null,
  });
});

test('the extras of a flight packet are big endian', () => {
  const extras: [number, FieldType, number][] = [
    [73, 'u8', 9],
    [74, 'u8', 3],
    [75, 'u16be', 123],
    [78, 'u8', 31],
    [79, 'u16be', 361],
    [81, 'u16be', 1025],
  ];
  expect(valuesOf(31, flightBody(1, extras))).toMatchObject({
    satellites2: 9,
    gpsFix2: 3,
    hdop2: 1.23,
    messagesPerSecond: 31,
    windHeadingDeg: 360,
    windSpeedMps: 10.24,
  });
});

test('a home packet, RC failsafe and negative values are told as such', () => {
  const fields: [number, FieldType, number][] = [
    [0, 'u8', 4 + 16],
    [18, 'u32', 99_999],
    [34, 'u32', 99_500],
    [60, 'i32', -337_654_321],
    [68, 'u8', 60],
  ];
  expect(valuesOf(31, flightBody(1, fields))).toMatchObject({
    armed: false,
    homePosition: true,
    currentPosition: false,
    rcFailsafe: true,
    flightMode: 5,
    altitudeM: -0.01,
    verticalSpeedMps: -5,
    latitudeDeg: -33.7654321,
    temperatureC: -40,
  });
});

test('a text without an end, with control characters and broken UTF-8 is made safe', () => {
  const body = flightBody(1, [], 186);
  body.fill(0x41, 85);
  expect(valuesOf(32, body)?.['text']).toBe('A'.repeat(101));
  body.set([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x07, 0xff, 0xc3, 0x28, 0xe2, 0x80, 0xae, 0x42, 0], 85);
  expect(valuesOf(32, body)?.['text']).toBe('[31m\ufffd\ufffd(B');
});

/** The shortest whole body of every type, so that one byte less is too short. */
const WHOLE: Record<number, Uint8Array> = {
  13: bodyOf(16, []),
  14: bodyOf(4, []),
  15: bodyOf(12, []),
  28: bodyOf(44, []),
  29: bodyOf(49, []),
  30: unitBody(3, 0),
  31: bodyOf(84, []),
  32: bodyOf(186, []),
  33: bodyOf(104, []),
  34: bodyOf(28, []),
  37: bodyOf(245, []),
  38: bodyOf(582, [[0, 'u8', 0xf0]]),
  39: bodyOf(1140, []),
  41: bodyOf(12, []),
  43: bodyOf(10, []),
  45: bodyOf(4, []),
  46: bodyOf(4, []),
  48: bodyOf(212, []),
  49: bodyOf(55, []),
  75: bodyOf(5, []),
};

test.each(Object.entries(WHOLE))('every cut of type %s is refused as short', (type, whole) => {
  expect(read(Number(type), whole).fault).toBeUndefined();
  for (let length = 0; length < whole.length; length++) {
    const { fault, records } = read(Number(type), whole.subarray(0, length));
    expect(fault).toBe('short');
    expect(records).toEqual([]);
  }
});

test('a header that promises more than is there, or less than itself, is refused', () => {
  const reader = new RubyTelemetryReader();
  const long = packetOf(31, flightBody(1));
  long.header.totalLength++;
  expect(readPacket(reader, long).fault).toBe('short');
  const tiny = packetOf(31, flightBody(1));
  tiny.header.totalLength = 23;
  expect(readPacket(reader, tiny).fault).toBe('range');
  expect(readPacket(reader, packetOf(22, flightBody(1))).fault).toBe('type');
  expect(reader.faults.counts).toMatchObject({ short: 1, range: 1, type: 1 });
});

test('noise of any type and length gives a fault or a printable record, never an exception', () => {
  const reader = new RubyTelemetryReader();
  const types = Object.keys(WHOLE).map(Number);
  expect(types.every(isTelemetryType)).toBe(true);
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 1250 }), fc.nat(9), (type, body, source) => {
      const { fault, records } = readPacket(reader, packetOf(type, body, source));
      expect(records.length).toBe(fault === undefined ? 1 : 0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not come through
      expect(JSON.stringify(records)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|NaN|Infinity/);
    }),
    { numRuns: 400 },
  );
});
