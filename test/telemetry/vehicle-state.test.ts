import { expect, test } from 'vitest';
import type { TelemetryKind, TelemetryRecord } from '../../radio/api/telemetry.ts';
import { ns } from '../../radio/base/time.ts';
import { alarmTexts } from '../../radio/telemetry/alarms.ts';
import type { MavlinkMessage, MavlinkName } from '../../radio/telemetry/mavlink-messages.ts';
import type { FlightValues, UnitValues } from '../../radio/telemetry/values.ts';
import { emptyVehicleState, guessCells, VehicleStateMerger } from '../../radio/telemetry/vehicle-state.ts';

const UNIT: UnitValues = {
  name: 'Wing',
  version: '11.7',
  vehicleType: 2,
  firmwareType: 0,
  radioLinks: 2,
  frequenciesKhz: [5_800_000, 868_000],
  relayLinks: [false, false],
  videoBitrateBps: 9_000_000,
  totalVideoBitrateBps: 12_000_000,
  dataBitrateBps: 0,
  videoPacketsPerSecond: 900,
  dataPacketsPerSecond: 10,
  temperatureC: 61,
  cpuLoadPercent: 35,
  cpuMhz: 1200,
  throttleFlags: 0,
  lastSentDatarateBps: [],
  lastReceivedDatarateBps: [],
  uplinkRssiDbm: [null, -71],
  uplinkSnrDb: [null, 20],
  uplinkQualityPercent: [0, 88],
  uplinkRcRssiPercent: 77,
  mavlinkRcRssiPercent: null,
  mavlinkRxRssiPercent: null,
  txPowerMw: [],
  pitMode: false,
  pitBecauseHot: false,
  rubyFlags: 0,
  airUnitTimeMs: 1,
  relayedAirUnit: null,
  throttleInput: null,
  throttleOutput: null,
};

const FLIGHT: FlightValues = {
  source: 'mavlink',
  armed: false,
  homePosition: false,
  currentPosition: true,
  rcFailsafe: false,
  flightMode: 12,
  armTimeS: 0,
  throttlePercent: 0,
  voltageV: 16.7,
  currentA: 0.4,
  voltage2V: 0,
  current2A: 0,
  consumedMah: 5,
  altitudeM: 0,
  altitudeAboveSeaM: 400,
  distanceM: 0,
  totalDistanceM: 0,
  verticalSpeedMps: 0,
  airspeedMps: 0,
  groundSpeedMps: 0,
  rollDeg: 1,
  pitchDeg: 2,
  satellites: 12,
  gpsFix: 3,
  hdop: 0.9,
  headingDeg: 90,
  latitudeDeg: 47,
  longitudeDeg: 8,
  temperatureC: null,
  heartbeatsPerSecond: 1,
  systemMessagesPerSecond: 1,
  serialKbps: 10,
  rcRssiPercent: 95,
  satellites2: null,
  gpsFix2: null,
  hdop2: null,
  messagesPerSecond: 1,
  windHeadingDeg: null,
  windSpeedMps: null,
};

const record = (kind: TelemetryKind, values: Record<string, unknown>, timeMs = 1000, airUnit = 7): TelemetryRecord => ({
  airUnit,
  kind,
  packetType: 0,
  at: ns(timeMs * 1e6),
  values,
});

const flight = (change: Partial<FlightValues>, timeMs?: number) => record('flight', { ...FLIGHT, ...change }, timeMs);

function merged(...records: TelemetryRecord[]): VehicleStateMerger {
  const merger = new VehicleStateMerger();
  for (const one of records) merger.record(one);
  return merger;
}

test('nothing is known at first', () => {
  expect(new VehicleStateMerger().state).toEqual(emptyVehicleState(0));
});

test('the air unit and its flight controller fill their own groups and ages', () => {
  const { state } = merged(record('air-unit', UNIT, 500), flight({}, 700));
  expect(state).toMatchObject({
    airUnit: 7,
    name: 'Wing',
    unitAt: 500e6,
    flightAt: 700e6,
    attitudeAt: 700e6,
    uplinkRssiDbm: -71,
    uplinkQualityPercent: 88,
    flightMode: 'Cruise',
    rcRssiPercent: 95,
    latitudeDeg: 47,
    voltageV: 16.7,
  });
});

test('RC strength comes from the air unit until the flight controller tells it', () => {
  expect(merged(record('air-unit', UNIT)).state.rcRssiPercent).toBe(77);
  expect(merged(flight({}), record('air-unit', UNIT)).state.rcRssiPercent).toBe(95);
});

test('home coordinates never count as where the air unit is', () => {
  const merger = merged(flight({ latitudeDeg: 47, longitudeDeg: 8 }));
  merger.record(flight({ homePosition: true, currentPosition: false, latitudeDeg: 48, longitudeDeg: 8 }));
  expect(merger.state).toMatchObject({ latitudeDeg: 47, longitudeDeg: 8, homeLatitudeDeg: 48, homeLongitudeDeg: 8 });
  expect(merger.state.homeBearingDeg).toBeCloseTo(0);
  merger.record(flight({ latitudeDeg: 49 }));
  expect(merger.state.homeBearingDeg).toBeCloseTo(180);
});

test('a position that is stale, without a fix, or 0, 0 is not taken', () => {
  expect(merged(flight({ currentPosition: false })).state.latitudeDeg).toBeNull();
  expect(merged(flight({ gpsFix: 1 })).state.latitudeDeg).toBeNull();
  expect(merged(flight({ latitudeDeg: 0, longitudeDeg: 0 })).state.latitudeDeg).toBeNull();
  expect(merged(flight({ latitudeDeg: 91 })).state.latitudeDeg).toBeNull();
});

test('without home packets, home is the last place before arming, and a home packet corrects it', () => {
  const merger = merged(
    flight({ latitudeDeg: 47.001 }),
    flight({ latitudeDeg: 47.002 }),
    flight({ latitudeDeg: 47.003, armed: true }),
    flight({ latitudeDeg: 47.004, armed: true }),
  );
  expect(merger.state.homeLatitudeDeg).toBe(47.002);
  merger.record(flight({ homePosition: true, armed: true, latitudeDeg: 47.0021 }));
  merger.record(flight({ armed: false, latitudeDeg: 47.01 }));
  merger.record(flight({ armed: true, latitudeDeg: 47.01 }));
  expect(merger.state.homeLatitudeDeg).toBe(47.0021);
});

test('an air unit heard in flight for the first time gets no made-up home', () => {
  expect(merged(flight({ armed: true }), flight({ armed: true })).state.homeLatitudeDeg).toBeNull();
});

test('cells are guessed once, from the first believable voltage', () => {
  const merger = merged(flight({ voltageV: 0 }));
  expect(merger.state.cells).toBeNull();
  merger.record(flight({ voltageV: 16.8 }));
  expect(merger.state.cells).toBe(4);
  merger.record(flight({ voltageV: 12.6 }));
  expect(merger.state.cells).toBe(4);
});

test.each([
  [4.2, 1],
  [3.5, 1],
  [8.4, 2],
  [12.6, 3],
  [16.8, 4],
  [15.2, 4],
  [25.2, 6],
  [22.2, 6],
  [50.4, 12],
  [2.4, null],
  [0, null],
  [60.1, null],
  [Number.NaN, null],
])('%f V is a pack of %s cells', (voltageV, cells) => {
  expect(guessCells(voltageV)).toBe(cells);
});

test('an air unit without a flight controller tells nothing about flight', () => {
  expect(merged(flight({ source: 'none' })).state.flightAt).toBe(0);
  const { state } = merged(
    flight({
      source: 'msp',
      satellites: 0,
      headingDeg: 0,
      voltageV: 0,
      rollDeg: null,
      pitchDeg: null,
      throttlePercent: 12,
    }),
  );
  expect(state).toMatchObject({
    satellites: null,
    headingDeg: null,
    voltageV: null,
    rollDeg: null,
    throttlePercent: 12,
  });
  expect(state.attitudeAt).toBe(0);
});

test('a message brings its flight values, and an empty one keeps the last text', () => {
  const merger = merged(record('message', { text: 'Hello', chunk: 0, flight: { ...FLIGHT, headingDeg: 33 } }, 2000));
  expect(merger.state).toMatchObject({ message: 'Hello', messageAt: 2000e6, headingDeg: 33, flightAt: 2000e6 });
  merger.record(record('message', { text: '', chunk: 0 }, 3000));
  expect(merger.state).toMatchObject({ message: 'Hello', messageAt: 2000e6 });
});

test('short telemetry stands for both the air unit and the flight', () => {
  const { state } = merged(
    record('short', {
      ...FLIGHT,
      version: '11.7',
      radioLinks: 1,
      frequenciesKhz: [868_000],
      rubyFlags: 0,
      voltageV: 8,
    }),
  );
  expect(state).toMatchObject({
    version: '11.7',
    frequenciesKhz: [868_000],
    voltageV: 8,
    cells: 2,
    unitAt: 1000e6,
    flightAt: 1000e6,
  });
});

test('an alarm is shown once however often it is repeated, and again when it is a new one', () => {
  const alarm = (index: number | null, alarms: number, timeMs: number) =>
    record('alarm', { index, alarms, flags1: 0, flags2: 0 }, timeMs);
  const merger = merged(alarm(1, 16, 1000), alarm(1, 16, 1200), alarm(1, 16, 5900), alarm(2, 16, 6000));
  expect(merger.state.alarms).toEqual([
    { at: 1000e6, text: 'Uplink lost', severity: 'warning' },
    { at: 6000e6, text: 'Uplink lost', severity: 'warning' },
  ]);
  const old = merged(alarm(null, 8, 1000), alarm(null, 8, 2000), alarm(null, 32, 2000), alarm(null, 8, 9000));
  expect(old.state.alarms.map(({ text }) => text)).toEqual([
    'Video capture failed',
    'Uplink restored',
    'Video capture failed',
  ]);
});

test('only the newest eight alarms are kept', () => {
  const merger = new VehicleStateMerger();
  for (let i = 0; i < 12; i++) merger.record(record('notice', { id: i, severity: 'info', text: `Notice ${i}` }));
  expect(merger.state.alarms.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, (_, i) => `Notice ${i + 4}`));
});

test('a notice keeps its weight, and a debug line is not shown', () => {
  const notice = (id: number, severity: string) => record('notice', { id, severity, text: severity });
  const { state } = merged(notice(1, 'debug'), notice(2, 'info'), notice(3, 'warning'), notice(4, 'error'));
  expect(state.alarms.map(({ severity }) => severity)).toEqual(['info', 'caution', 'warning']);
});

test('RC failsafe raises one warning when it begins', () => {
  const merger = merged(
    flight({ rcFailsafe: true }),
    flight({ rcFailsafe: true }),
    flight({}),
    flight({ rcFailsafe: true }),
  );
  expect(merger.state.alarms.map(({ text }) => text)).toEqual(['RC failsafe', 'RC failsafe']);
});

test('another air unit starts from nothing', () => {
  const merger = merged(record('air-unit', UNIT), flight({}));
  merger.record(record('air-unit', { ...UNIT, name: 'Other' }, 9000, 8));
  expect(merger.state).toEqual({
    ...emptyVehicleState(8),
    name: 'Other',
    version: '11.7',
    unitAt: 9000e6,
    temperatureC: 61,
    cpuLoadPercent: 35,
    videoBitrateBps: 9_000_000,
    totalVideoBitrateBps: 12_000_000,
    uplinkRssiDbm: -71,
    uplinkQualityPercent: 88,
    frequenciesKhz: [5_800_000, 868_000],
    rcRssiPercent: 77,
  });
});

const mavlink = (message: MavlinkName, values: Record<string, unknown>, componentId = 1): MavlinkMessage => ({
  message,
  systemId: 1,
  componentId,
  sequence: 0,
  signed: false,
  values,
});
const raw = (...messages: MavlinkMessage[]) => record('raw', { segment: 0, bytes: '', mavlink: messages }, 4000);

test('MAVLink in raw packets fills flight, attitude, home and text', () => {
  const { state } = merged(
    raw(
      mavlink('HEARTBEAT', { customMode: 11, vehicleType: 1, autopilot: 3, baseMode: 0x81, systemStatus: 4 }),
      mavlink('SYS_STATUS', { voltageV: 12.5, currentA: 3 }),
      mavlink('GPS_RAW_INT', { gpsFix: 3, satellites: 11, hdop: 1.1 }),
      mavlink('HOME_POSITION', { homeLatitudeDeg: 47, homeLongitudeDeg: 8 }),
      mavlink('GLOBAL_POSITION_INT', {
        latitudeDeg: 47.001,
        longitudeDeg: 8,
        altitudeM: 55,
        altitudeAboveSeaM: 455,
        headingDeg: 12,
      }),
      mavlink('ATTITUDE', { rollDeg: 10, pitchDeg: -5, yawDeg: -90 }),
      mavlink('VFR_HUD', { airspeedMps: 15, groundSpeedMps: 14, verticalSpeedMps: 1, throttlePercent: 50 }),
      mavlink('STATUSTEXT', { severity: 4, text: 'Take off' }),
    ),
  );
  expect(state).toMatchObject({
    armed: true,
    flightMode: 'RTL',
    voltageV: 12.5,
    cells: 3,
    satellites: 11,
    latitudeDeg: 47.001,
    altitudeM: 55,
    rollDeg: 10,
    pitchDeg: -5,
    headingDeg: 270,
    attitudeAt: 4000e6,
    flightAt: 4000e6,
    groundSpeedMps: 14,
    homeBearingDeg: 180,
    message: 'Take off',
  });
  expect(state.distanceM).toBeCloseTo(111.2, 0);
});

test('a gimbal or ground station on the same wire is not the flight controller', () => {
  const heartbeat = { customMode: 0, vehicleType: 6, autopilot: 8, baseMode: 0x80, systemStatus: 4 };
  expect(merged(raw(mavlink('HEARTBEAT', heartbeat, 190))).state).toMatchObject({ armed: null, flightAt: 0 });
});

test('every alarm bit has a text, and overloads say how much', () => {
  for (let bit = 0; bit < 32; bit++) {
    const texts = alarmTexts((1 << bit) >>> 0, 0);
    expect(texts).toHaveLength(1);
    expect(texts[0]?.text).toMatch(/^[A-Z].{5,45}$/);
  }
  expect(alarmTexts(0, 0)).toEqual([]);
  expect(alarmTexts(0xffffffff, 0)).toHaveLength(32);
  expect(alarmTexts(64, 9000 * 65536 + 12_000)[0]?.text).toBe('Video overload: 12000 of 9000 kbit/s');
  expect(alarmTexts(2 ** 15, 1)[0]?.severity).toBe('info');
});
