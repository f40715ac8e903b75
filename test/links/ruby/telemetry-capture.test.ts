import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isTelemetryType, RubyTelemetryReader } from '../../../radio/links/ruby/telemetry.ts';
import { VehicleStateMerger } from '../../../radio/telemetry/vehicle-state.ts';
import { capturePackets, readPacket } from './telemetry-packets.ts';

interface Expected {
  timeS: number;
  kind: string;
  packetType: number;
  structVersion?: number;
  values: Record<string, unknown>;
}

const vector = JSON.parse(readFileSync(new URL('../../captures/ruby/telemetry.json', import.meta.url), 'utf8')) as {
  sourceId: number;
  expected: Expected[];
};
const telemetry = capturePackets('telemetry.pcap');

test('the capture has every kind of packet the vector names', () => {
  expect(telemetry.length).toBe(vector.expected.length);
  expect(new Set(vector.expected.map((record) => record.kind))).toEqual(
    new Set(['air-unit', 'flight', 'short', 'msp', 'message', 'rc-channels', 'raw', 'alarm', 'notice']),
  );
});

test('every packet of the capture says what the vector says', () => {
  const reader = new RubyTelemetryReader();
  for (const [i, packet] of telemetry.entries()) {
    const expected = vector.expected[i] as Expected;
    const { fault, records } = readPacket(reader, packet);
    expect(fault).toBeUndefined();
    expect(records.length).toBe(1);
    const record = records[0];
    expect(record?.airUnit).toBe(vector.sourceId);
    expect([record?.kind, record?.packetType, record?.structVersion]).toEqual([
      expected.kind,
      expected.packetType,
      expected.structVersion,
    ]);
    expect((record?.at as number) / 1e9).toBeCloseTo(expected.timeS, 5);
    // As the command line prints it: through JSON, so that undefined and -0 cannot hide.
    const printed = JSON.parse(JSON.stringify(record?.values)) as Record<string, unknown>;
    const named = Object.fromEntries(Object.keys(expected.values).map((name) => [name, printed[name]]));
    expect(named).toEqual(expected.values);
    expect(Object.values(record?.values ?? {}).some((value) => Object.is(value, -0))).toBe(false);
  }
  expect(Object.values(reader.faults.counts).every((count) => count === 0)).toBe(true);
});

test('a text message brings the flight values of its packet along', () => {
  const reader = new RubyTelemetryReader();
  const at = vector.expected.findIndex((record) => record.kind === 'message');
  const { records } = readPacket(reader, telemetry[at] as (typeof telemetry)[number]);
  const before = vector.expected[at - 1] as Expected;
  expect(before.kind).toBe('flight');
  expect(records[0]?.values['flight']).toMatchObject(before.values);
});

test('the state after the capture is that of its newest packets', () => {
  const reader = new RubyTelemetryReader();
  const merger = new VehicleStateMerger();
  for (const packet of telemetry) for (const record of readPacket(reader, packet).records) merger.record(record);
  const state = merger.state;
  expect(state).toMatchObject({
    airUnit: vector.sourceId,
    name: 'Spinel test',
    version: '10.3',
    temperatureC: 62,
    cpuLoadPercent: 34,
    videoBitrateBps: 6431760,
    uplinkRssiDbm: -76,
    uplinkQualityPercent: 93,
    frequenciesKhz: [5825000, 868000],
    armed: true,
    flightMode: 'Cruise',
    armTimeS: 23,
    voltageV: 15.172,
    cells: 4,
    latitudeDeg: 47.455,
    longitudeDeg: 8.5656,
    homeLatitudeDeg: 47.4539,
    homeLongitudeDeg: 8.5678,
    rollDeg: 5,
    pitchDeg: -19,
    message: 'EKF3 IMU10 is using GPS',
  });
  // Home lies 122 m south and 166 m east of the last place.
  expect(state.homeBearingDeg).toBeCloseTo(126.5, 0);
  expect(state.alarms.map((alarm) => [alarm.text, alarm.severity])).toEqual([
    ['Video capture failed', 'warning'],
    ['Low storage space', 'caution'],
  ]);
  expect(merger.screen.text(4).trimEnd()).toBe('       ALT 95.7');
  expect(merger.screen.text(11).trim()).toBe('RTH');
});

test('a real air unit without a flight controller shows no made-up flight', () => {
  const reader = new RubyTelemetryReader();
  const merger = new VehicleStateMerger();
  const kinds: Record<string, number> = {};
  for (const packet of capturePackets('session.pcap')) {
    if (packet.header.source !== 800743719 || !isTelemetryType(packet.header.packetType)) continue;
    const { fault, records } = readPacket(reader, packet);
    expect(fault).toBeUndefined();
    for (const record of records) {
      kinds[record.kind] = (kinds[record.kind] ?? 0) + 1;
      merger.record(record);
    }
  }
  expect(kinds).toEqual({ 'air-unit': 65, flight: 68, alarm: 10 });
  expect(merger.state).toMatchObject({
    airUnit: 800743719,
    name: 'Spinel_air',
    version: '11.7',
    frequenciesKhz: [5825000],
    armed: false,
    voltageV: null,
    altitudeM: null,
    airspeedMps: null,
    rollDeg: null,
    latitudeDeg: null,
    homeBearingDeg: null,
    cells: null,
    hdop: null,
  });
  expect(merger.state.unitAt).toBeGreaterThan(0);
  expect(merger.state.videoBitrateBps).toBeGreaterThan(100_000);
  expect(merger.state.alarms.map((alarm) => alarm.text)).toContain('Uplink restored');
  expect(merger.state.alarms.length).toBeLessThan(10);
});
