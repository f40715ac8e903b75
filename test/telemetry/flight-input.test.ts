import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TelemetryRecord } from '../../radio/api/telemetry.ts';
import { msToNs } from '../../radio/base/time.ts';
import { FlightInput } from '../../radio/telemetry/flight-input.ts';
import { VehicleStateMerger } from '../../radio/telemetry/vehicle-state.ts';
import { mavlinkFrame } from './frames.ts';
import { be, chunked, crsfFrame, le, ltmFrame, textBytes } from './serial-frames.ts';

/** Feeds a stream, 10 ms per chunk, and returns the records. */
function feed(input: FlightInput, chunks: ArrayLike<number>[], startMs = 100): TelemetryRecord[] {
  const records: TelemetryRecord[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const bytes = Uint8Array.from(chunk);
    input.push(bytes, 0, bytes.length, msToNs(startMs + 10 * i), (record) => records.push(record));
  }
  return records;
}

function merged(records: TelemetryRecord[]): VehicleStateMerger {
  const merger = new VehicleStateMerger();
  for (const record of records) merger.record(record);
  return merger;
}

const LATITUDE = 473_977_420;
const LONGITUDE = 85_455_940;

const CRSF_FLIGHT = [
  crsfFrame(0x21, [...textBytes('ANGL'), 0]),
  crsfFrame(0x02, be([4, LATITUDE], [4, LONGITUDE], [2, 360], [2, 9000], [2, 1488], [1, 14])),
  crsfFrame(0x08, be([2, 168], [2, 325], [3, 700], [1, 42])),
  crsfFrame(0x1e, be([2, 1745], [2, -15_708], [2, -15_708])),
  crsfFrame(0x14, be([1, 61], [1, 130], [1, 99], [1, -7], [1, 1], [1, 5], [1, 7], [1, 58], [1, 100], [1, 9])),
  crsfFrame(0x09, be([2, 10_123])),
];

const LTM_FLIGHT = [
  ltmFrame('O', le([4, LATITUDE], [4, LONGITUDE], [4, 0], [1, 1], [1, 1])),
  ltmFrame('G', le([4, LATITUDE + 10_000], [4, LONGITUDE], [1, 12], [4, 2550], [1, (14 << 2) | 2])),
  ltmFrame('A', le([2, -10], [2, 45], [2, -90])),
  ltmFrame('S', le([2, 16_800], [2, 1300], [1, 255], [1, 0], [1, (13 << 2) | 1])),
  ltmFrame('X', le([2, 135], [1, 0], [1, 1], [1, 0], [1, 0])),
];

/** Heartbeat of an armed ArduCopter in RTL, its position and its text. */
const heartbeat = (system = 1, component = 1) =>
  mavlinkFrame(0, 50, [...le([4, 6]), 2, 3, 0x80, 4, 3], { systemId: system, componentId: component });
const position = mavlinkFrame(
  33,
  104,
  le([4, 1000], [4, LATITUDE], [4, LONGITUDE], [4, 488_000], [4, 12_300], [2, 0], [2, 0], [2, 0], [2, 9000]),
);
const gps = mavlinkFrame(24, 24, [
  ...le([4, 0], [4, 0], [4, LATITUDE], [4, LONGITUDE], [4, 0]),
  ...le([2, 120], [2, 200], [2, 0], [2, 0]),
  3,
  14,
]);
const status = mavlinkFrame(253, 83, [4, ...textBytes('Low battery'.padEnd(50, '\0'))], { version: 1 });

test('CRSF becomes the state of the flight', () => {
  const input = new FlightInput(77);
  const records = feed(input, [...CRSF_FLIGHT, ...CRSF_FLIGHT]);
  expect(input.protocol).toBe('crsf');
  expect(new Set(records.map((record) => `${record.kind} ${record.airUnit} ${record.values['source']}`))).toEqual(
    new Set(['flight 77 crsf']),
  );
  expect(merged(records).state).toMatchObject({
    airUnit: 77,
    armed: true,
    flightMode: 'ANGL',
    latitudeDeg: 47.397742,
    longitudeDeg: 8.545594,
    satellites: 14,
    gpsFix: 3,
    voltageV: 16.8,
    currentA: 32.5,
    consumedMah: 700,
    altitudeM: 12.3,
    altitudeAboveSeaM: 488,
    groundSpeedMps: 10,
    rollDeg: -90,
    pitchDeg: 10,
    headingDeg: 270,
    rcRssiPercent: 99,
    // Never said, so not known.
    throttlePercent: null,
    distanceM: null,
    hdop: null,
    cells: 4,
  });
  expect(input.linkStatistics).toMatchObject({ uplinkRssi1Dbm: -61, downlinkQualityPercent: 100 });
});

test('CRSF tells arming and failsafe by the text of its mode', () => {
  const told = (text: string) => {
    const frame = crsfFrame(0x21, [...textBytes(text), 0]);
    return feed(new FlightInput(), [frame, frame, frame, frame, frame]).at(-1)?.values;
  };
  expect(told('ACRO*')).toMatchObject({ armed: false, rcFailsafe: false, flightModeName: 'ACRO' });
  expect(told('OK')).toMatchObject({ armed: false });
  expect(told('!ERR')).toMatchObject({ armed: false });
  expect(told('WAIT')).toMatchObject({ armed: false });
  expect(told('ACRO')).toMatchObject({ armed: true, flightModeName: 'ACRO' });
  expect(told('!FS!')).toMatchObject({ armed: true, rcFailsafe: true });
});

test('LTM becomes the state of the flight, with home and the distance to it', () => {
  const input = new FlightInput(5);
  const { state } = merged(feed(input, [...LTM_FLIGHT, ...LTM_FLIGHT]));
  expect(input.protocol).toBe('ltm');
  expect(state).toMatchObject({
    armed: true,
    flightMode: 'RTH',
    voltageV: 16.8,
    consumedMah: 1300,
    rcRssiPercent: 100,
    airspeedMps: null,
    groundSpeedMps: 12,
    altitudeM: 25.5,
    rollDeg: 45,
    pitchDeg: -10,
    headingDeg: 270,
    hdop: 1.35,
    homeLatitudeDeg: 47.397742,
    latitudeDeg: 47.398742,
    homeBearingDeg: 180,
    currentA: null,
  });
  expect(state.distanceM).toBeCloseTo(111.2, 1);
});

test('MAVLink becomes the state of the flight, and its texts messages', () => {
  const input = new FlightInput(9);
  const { state } = merged(feed(input, [heartbeat(), heartbeat(), gps, position, status]));
  expect(input.protocol).toBe('mavlink');
  expect(state).toMatchObject({
    armed: true,
    flightMode: 'RTL',
    latitudeDeg: 47.397742,
    altitudeM: 12.3,
    gpsFix: 3,
    satellites: 14,
    headingDeg: 90,
    message: 'Low battery',
  });
});

test('what came in the chunk that told the protocol is not lost', () => {
  const state = (frames: ArrayLike<number>[]) =>
    merged(feed(new FlightInput(), [frames.flatMap((frame) => [...Array.from(frame)])])).state;
  expect(state([...CRSF_FLIGHT])).toMatchObject({ voltageV: 16.8, flightMode: 'ANGL', latitudeDeg: 47.397742 });
  expect(state(LTM_FLIGHT)).toMatchObject({ voltageV: 16.8, flightMode: 'RTH', homeLatitudeDeg: 47.397742 });
  expect(state([heartbeat(), position])).toMatchObject({ flightMode: 'RTL', altitudeM: 12.3 });
});

test('a second aircraft and the gimbal on the same MAVLink network are left alone', () => {
  const input = new FlightInput();
  feed(input, [heartbeat(), heartbeat()]);
  expect(feed(input, [heartbeat(2), heartbeat(1, 154)], 200)).toEqual([]);
  expect(feed(input, [heartbeat()], 300)).toHaveLength(1);
});

test('each protocol is told from the others however the stream is cut, behind noise of any kind', () => {
  const streams = {
    crsf: CRSF_FLIGHT.flat(),
    ltm: LTM_FLIGHT.flat(),
    mavlink: [...heartbeat(), ...gps, ...position],
  } as const;
  fc.assert(
    fc.property(
      fc.constantFrom('crsf', 'ltm', 'mavlink' as const),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
      (name, noise, sizes) => {
        const input = new FlightInput();
        const stream = streams[name as keyof typeof streams];
        // Chunks of one byte each take longer than the time in which a protocol must tell itself: hand them on at once.
        const chunks = chunked([...noise, ...stream, ...stream, ...stream], sizes);
        const records: TelemetryRecord[] = [];
        for (const chunk of chunks) {
          input.push(Uint8Array.from(chunk), 0, chunk.length, msToNs(5), (record) => records.push(record));
        }
        expect(input.protocol).toBe(name);
        expect(records.length).toBeGreaterThan(0);
        expect(records.every((record) => record.values['source'] === name)).toBe(true);
      },
    ),
  );
});

test('noise alone is no protocol and brings no records', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (noise) => {
      const input = new FlightInput();
      expect(feed(input, [noise])).toEqual([]);
      expect(input.protocol).toBeUndefined();
    }),
  );
});

test('chance frames further apart than the window tell nothing', () => {
  const input = new FlightInput();
  const frame = crsfFrame(0x07, [0, 1]);
  for (let i = 0; i < 20; i++) feed(input, [frame], 100 + 1500 * i);
  expect(input.protocol).toBeUndefined();
});

test('a source that falls silent may come back as another one', () => {
  const input = new FlightInput();
  feed(input, [...LTM_FLIGHT, ...LTM_FLIGHT]);
  expect(feed(input, CRSF_FLIGHT, 1000)).toEqual([]);
  expect(input.protocol).toBe('ltm');
  const records = feed(input, [...CRSF_FLIGHT, ...CRSF_FLIGHT], 7000);
  expect(input.protocol).toBe('crsf');
  expect(records.at(-1)?.values).toMatchObject({ source: 'crsf', hdop: null });
});
