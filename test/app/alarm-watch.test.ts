import { beforeEach, expect, test } from 'vitest';
import { type AlarmInput, AlarmWatch } from '../../app/alarms/alarm-watch.ts';
import type { AdapterSnapshot } from '../../radio/api/contract.ts';
import { link, telemetry } from './canned.ts';

const well = (change: Partial<AlarmInput> = {}): AlarmInput => ({
  telemetry: telemetry(),
  link: link(),
  pictureAgeMs: 10,
  videoAgeMs: 10,
  flightAgeMs: 100,
  unitAgeMs: 100,
  alarmAgesMs: [],
  cellLowV: 3.5,
  ...change,
});

const cells = (volts: number): Partial<AlarmInput> => ({ telemetry: telemetry({ cells: 4, voltageV: 4 * volts }) });

const antennas = (...dbm: number[]): Partial<AlarmInput> => {
  const adapter = link().adapters[0] as AdapterSnapshot;
  const each = dbm.map((rssiDbm, antenna) => ({ antenna, rssiDbm, noiseDbm: null }));
  return { link: link({ adapters: [{ ...adapter, antennas: each }] }) };
};

let watch: AlarmWatch;
let ms: number;

/** Holds a condition for `forMs` and gives the alarm at the end, looking ten times a second. */
function hold(input: AlarmInput, forMs: number) {
  let alarm = watch.update(input, ms);
  for (const end = ms + forMs; ms < end; ) {
    ms += 100;
    alarm = watch.update(input, ms);
  }
  return alarm;
}

beforeEach(() => {
  watch = new AlarmWatch();
  ms = 0;
});

test('a good flight is silent', () => {
  expect(hold(well(), 10_000)).toBeUndefined();
});

test('before anything was heard there is no alarm', () => {
  const nothing = { telemetry: undefined, link: undefined };
  const never = { pictureAgeMs: undefined, videoAgeMs: undefined, flightAgeMs: undefined, unitAgeMs: undefined };
  expect(hold(well({ ...nothing, ...never }), 10_000)).toBeUndefined();
});

test('the worst comes first, and the next when it is over', () => {
  const weak = antennas(-50, -79);
  const all = well({ ...weak, ...cells(3.4), pictureAgeMs: 3_200 });
  expect(hold(all, 3_000)).toEqual({ id: 'no-picture', severity: 'warning', text: 'No picture 3.2 s' });
  expect(hold({ ...all, pictureAgeMs: 10 }, 100)?.id).toBe('battery-low');
  expect(hold(well(weak), 4_000)).toEqual({ id: 'antenna-weak', severity: 'caution', text: 'Antenna B weak −79 dBm' });
});

test('a lost link is told as such, not as a missing picture', () => {
  const lost = well({ pictureAgeMs: 4_000, videoAgeMs: 4_000, flightAgeMs: 4_100, unitAgeMs: 4_200 });
  expect(hold(lost, 0)).toEqual({ id: 'link-lost', severity: 'warning', text: 'Link lost 4.0 s' });
});

test('telemetry without a picture, and a picture without telemetry, are no lost link', () => {
  expect(hold(well({ pictureAgeMs: 600, videoAgeMs: 5_000 }), 0)?.id).toBe('no-picture');
  expect(hold(well({ flightAgeMs: 4_000, unitAgeMs: 4_000 }), 1_000)?.id).toBe('telemetry-old');
});

test('a short sag of the battery is no alarm, a lasting one is, and it does not flap', () => {
  expect(hold(well(cells(3.45)), 1_000)).toBeUndefined();
  expect(hold(well(cells(3.7)), 500)).toBeUndefined();
  expect(hold(well(cells(3.45)), 2_000)?.id).toBe('battery-low');
  // Between the thresholds it stays.
  expect(hold(well(cells(3.52)), 20_000)?.id).toBe('battery-low');
  expect(hold(well(cells(3.56)), 100)).toBeUndefined();
  expect(hold(well(cells(3.52)), 20_000)).toBeUndefined();
});

test('an empty battery is a warning', () => {
  expect(hold(well(cells(3.25)), 2_000)).toEqual({
    id: 'battery-empty',
    severity: 'warning',
    text: 'Battery empty 3.25 V per cell',
  });
});

test('an alarm stays long enough to be read', () => {
  expect(hold(well(antennas(-50, -79)), 1_000)?.id).toBe('antenna-weak');
  expect(hold(well(), 1_000)?.id).toBe('antenna-weak');
  expect(hold(well(), 1_500)).toBeUndefined();
});

test('loss is raised above 20 percent and let go at 10', () => {
  expect(hold(well({ link: link({ lossPercent: 20 }) }), 5_000)).toBeUndefined();
  expect(hold(well({ link: link({ lossPercent: 24 }) }), 1_000)?.text).toBe('High loss 24 %');
  expect(hold(well({ link: link({ lossPercent: 12 }) }), 5_000)?.id).toBe('high-loss');
  expect(hold(well({ link: link({ lossPercent: 10 }) }), 5_000)).toBeUndefined();
});

test('alarms of the air unit stand where their severity puts them, while they are fresh', () => {
  const alarms = [
    { at: telemetry().flightAt, text: 'CPU load high', severity: 'caution' as const },
    { at: telemetry().flightAt, text: 'Camera lost', severity: 'warning' as const },
  ];
  const told = (ages: number[]) => well({ telemetry: telemetry({ alarms }), alarmAgesMs: ages });
  expect(hold(told([100, 100]), 0)).toMatchObject({ severity: 'warning', text: 'Camera lost' });
  expect(hold(told([100, 9_000]), 0)).toMatchObject({ severity: 'caution', text: 'CPU load high' });
  expect(hold(told([9_000, 9_000]), 0)).toBeUndefined();
});

test('another source starts silent', () => {
  hold(well(cells(3.25)), 3_000);
  watch.clear();
  expect(watch.update(well(), ms)).toBeUndefined();
});
