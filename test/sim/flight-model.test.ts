import { expect, test } from 'vitest';
import { createFlightState, flightAt, LAP_S, LAPS_PER_BATTERY } from '../../radio/sim/flight-model.ts';

const at = (timeS: number) => ({ ...flightAt(timeS, createFlightState()) });
const STEP = 1 / 60;
const times = Array.from({ length: Math.round(LAP_S / STEP) - 2 }, (_, i) => (i + 1) * STEP);
const turn = (from: number, to: number) => ((to - from + 540) % 360) - 180;

test('a lap ends where and as it began', () => {
  const begin = at(0);
  const end = at(LAP_S - 1e-6);
  for (const key of ['eastM', 'northM', 'altitudeM', 'rollDeg', 'pitchDeg', 'headingDeg', 'groundSpeedMps'] as const) {
    expect(end[key], key).toBeCloseTo(begin[key], 2);
  }
  expect(begin.armed || end.armed).toBe(false);
  expect(at(12.3 + LAP_S).eastM).toBeCloseTo(at(12.3).eastM, 6);
  expect(at(12.3 + LAP_S).rollDeg).toBeCloseTo(at(12.3).rollDeg, 6);
});

test('position, speed and heading belong together', () => {
  for (const t of times) {
    const [a, b, c] = [at(t - STEP), at(t), at(t + STEP)];
    const east = (c.eastM - a.eastM) / (2 * STEP);
    const north = (c.northM - a.northM) / (2 * STEP);
    expect(Math.abs(Math.hypot(east, north) - b.groundSpeedMps), `speed at ${t}`).toBeLessThan(0.15);
    if (b.groundSpeedMps > 3) {
      expect(Math.abs(turn(b.headingDeg, (Math.atan2(east, north) * 180) / Math.PI)), `track at ${t}`).toBeLessThan(
        0.6,
      );
    }
    const climb = (c.altitudeM - a.altitudeM) / (2 * STEP);
    expect(Math.abs(climb - b.verticalSpeedMps), `climb at ${t}`).toBeLessThan(0.05);
  }
});

test('in the air the rate of turn is that of the bank, and the nose follows the climb', () => {
  for (const t of times) {
    const [a, b, c] = [at(t - STEP), at(t), at(t + STEP)];
    if (b.altitudeM < 3) continue;
    const rate = (turn(a.headingDeg, c.headingDeg) / (2 * STEP)) * (Math.PI / 180);
    const bank = (Math.atan((rate * b.groundSpeedMps) / 9.80665) * 180) / Math.PI;
    expect(Math.abs(bank - b.rollDeg), `bank at ${t}`).toBeLessThan(2);
    const path = (Math.atan2(b.verticalSpeedMps, b.groundSpeedMps) * 180) / Math.PI;
    expect(b.pitchDeg - path, `angle of attack at ${t}`).toBeGreaterThan(-1);
    expect(b.pitchDeg - path, `angle of attack at ${t}`).toBeLessThan(9);
  }
});

test('no attitude or position jumps from one picture to the next', () => {
  for (let t = 0; t < 2 * LAP_S; t += STEP) {
    const [a, b] = [at(t), at(t + STEP)];
    expect(Math.abs(b.rollDeg - a.rollDeg), `roll at ${t}`).toBeLessThan(1.6);
    expect(Math.abs(b.pitchDeg - a.pitchDeg), `pitch at ${t}`).toBeLessThan(0.6);
    expect(Math.hypot(b.eastM - a.eastM, b.northM - a.northM), `position at ${t}`).toBeLessThan(0.8);
  }
});

test('the battery is used up by the current, sags under load, and is changed between laps', () => {
  let mah = 0;
  for (const t of times) mah += (at(t).currentA * STEP * 1000) / 3600;
  const used = at(LAP_S - STEP).consumedMah;
  expect(Math.abs(used - mah)).toBeLessThan(2);
  expect(at(3 * LAP_S).consumedMah).toBeGreaterThan(2.9 * used);
  expect(at(LAPS_PER_BATTERY * LAP_S).consumedMah).toBe(0);
  expect(at(3).voltageV).toBeLessThan(at(0).voltageV - 0.5);
  expect(at(LAPS_PER_BATTERY * LAP_S - 0.1).voltageV).toBeGreaterThan(14);
});
