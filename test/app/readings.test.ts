import { beforeEach, expect, test } from 'vitest';
import { type ReadingsInput, takeReadings } from '../../app/osd/readings.ts';
import { Steady } from '../../app/osd/steady.ts';
import { DEFAULT_SETTINGS } from '../../app/state/settings-slice.ts';
import { ns } from '../../radio/base/time.ts';
import { link, NOW, telemetry } from './canned.ts';

let steady: Steady;
beforeEach(() => {
  steady = new Steady();
});

const input = (change: Partial<ReadingsInput> = {}): ReadingsInput => ({
  telemetry: telemetry(),
  link: link(),
  picture: undefined,
  settings: DEFAULT_SETTINGS,
  alarm: undefined,
  radioNow: NOW,
  nowMs: 0,
  clock: '21:51',
  ...change,
});

test('numbers stand rounded, in the chosen units', () => {
  const shown = takeReadings(input(), steady);
  expect(shown.speed).toEqual({ text: '78', unit: 'km/h', tone: 'normal' });
  expect(shown.altitude).toEqual({ text: '124', unit: 'm', tone: 'normal' });
  expect(shown.battery).toEqual({ text: '15.1', unit: 'V', tone: 'normal' });
  expect(shown.home).toEqual({ text: '1.84', unit: 'km', tone: 'normal' });
  expect(shown.heading).toBe('287°');
  expect(shown.climb).toBe('+2.4 m/s');
  expect(shown.gps).toBe('14 sats  3D  HDOP 0.9');
  expect(shown.armed).toBe('armed 07:42');
});

test('feet and knots when asked for', () => {
  const settings = { ...DEFAULT_SETTINGS, speedUnit: 'kn', lengthUnit: 'ft' } as const;
  const shown = takeReadings(input({ settings }), steady);
  expect(shown.speed).toMatchObject({ text: '42', unit: 'kn' });
  expect(shown.altitude).toMatchObject({ text: '408', unit: 'ft' });
});

test('what is absent leaves a gap, never a zero', () => {
  const absent = telemetry({
    groundSpeedMps: null,
    altitudeM: null,
    voltageV: null,
    distanceM: null,
    headingDeg: null,
  });
  const shown = takeReadings(input({ telemetry: absent }), steady);
  expect(shown.speed).toBeUndefined();
  expect(shown.altitude).toBeUndefined();
  expect(shown.battery).toBeUndefined();
  expect(shown.home).toBeUndefined();
  expect(shown.heading).toBe('');
  const nothing = takeReadings(input({ telemetry: undefined, link: undefined }), steady);
  expect(nothing.quality).toBeUndefined();
  expect(nothing.antennas).toEqual([]);
});

test('after two seconds flight values are old and say so', () => {
  const at = (s: number) => takeReadings(input({ radioNow: ns(NOW + s * 1e9) }), steady);
  expect(at(1.9).speed?.tone).toBe('normal');
  expect(at(1.9).flightAge).toBe('');
  expect(at(3.2).speed?.tone).toBe('old');
  expect(at(3.2).flightAge).toBe('3.2 s old');
  expect(at(3.2).linkAge).toBe('3.2 s old');
  expect(at(3.2).antennas).toEqual([]);
});

test('the battery turns amber by its cells, not by its voltage', () => {
  const tone = (voltageV: number, cells: number | null) =>
    takeReadings(input({ telemetry: telemetry({ voltageV, cells }) }), new Steady()).battery?.tone;
  expect(tone(15.1, 4)).toBe('normal');
  expect(tone(13.7, 4)).toBe('caution');
  expect(tone(13.0, 4)).toBe('warning');
  expect(tone(13.0, 3)).toBe('normal');
  expect(tone(13.0, null)).toBe('normal');
});

test('antennas run over all adapters, and a weak one is marked', () => {
  const adapters = link().adapters.map((adapter) => ({ ...adapter }));
  (adapters[1] as (typeof adapters)[number]).antennas = [];
  (adapters[1] as (typeof adapters)[number]).rssiDbm = -79;
  const shown = takeReadings(input({ link: link({ adapters }) }), steady).antennas;
  expect(shown.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  expect(shown[2]).toMatchObject({ text: '−79', tone: 'caution' });
  expect(shown[0]?.tone).toBe('normal');
});
