import { expect, test } from 'vitest';
import { AttitudeTracker, EXTRAPOLATE_MS, turnDeg } from '../../app/osd/attitude.ts';

/** Feeds a steady roll of `degPerS` with a sample every `everyMs`, for a second. */
function rolling(degPerS: number, everyMs: number): { tracker: AttitudeTracker; lastMs: number; lastDeg: number } {
  const tracker = new AttitudeTracker();
  let lastMs = 0;
  for (let ms = 0; ms <= 1000; ms += everyMs) {
    tracker.take(ms + 1, ms, (degPerS * ms) / 1000, 0, 0);
    lastMs = ms;
  }
  return { tracker, lastMs, lastDeg: (degPerS * lastMs) / 1000 };
}

test('nothing is known before the first sample', () => {
  expect(new AttitudeTracker().at(0)).toBeUndefined();
});

test('between samples the motion goes on', () => {
  const { tracker, lastMs, lastDeg } = rolling(60, 100);
  const ahead = (tracker.at(lastMs + 50)?.rollDeg as number) - lastDeg;
  expect(ahead).toBeGreaterThan(1);
  expect(ahead).toBeLessThan(3.1);
});

test('a new sample is met without a jump and reached within a quarter of a second', () => {
  const { tracker, lastMs } = rolling(60, 100);
  const before = tracker.at(lastMs + 100)?.rollDeg as number;
  tracker.take(lastMs + 101, lastMs + 100, 0, 0, 0);
  expect(Math.abs((tracker.at(lastMs + 100)?.rollDeg as number) - before)).toBeLessThan(0.001);
  // The step of -60 degrees in 100 ms is a rate of 600 deg/s, which may be carried on; held values must come near.
  tracker.take(lastMs + 201, lastMs + 200, 0, 0, 0);
  tracker.take(lastMs + 301, lastMs + 300, 0, 0, 0);
  expect(Math.abs(tracker.at(lastMs + 550)?.rollDeg as number)).toBeLessThan(1);
});

test('no motion is invented after 200 ms', () => {
  const { tracker, lastMs } = rolling(60, 100);
  const held = tracker.at(lastMs + 1000)?.rollDeg as number;
  expect(tracker.at(lastMs + 3000)?.rollDeg).toBeCloseTo(held, 3);
  expect(tracker.at(lastMs + 3000)?.ageMs).toBe(3000);
  expect(held - 60).toBeLessThanOrEqual((60 * EXTRAPOLATE_MS) / 1000);
});

test('the heading turns the short way through north', () => {
  const tracker = new AttitudeTracker();
  tracker.take(1, 0, 0, 0, 358);
  tracker.take(101, 100, 0, 0, 2);
  const heading = tracker.at(150)?.headingDeg as number;
  expect(heading > 357 || heading < 8).toBe(true);
  expect(turnDeg(358, 2)).toBe(4);
  expect(turnDeg(2, 358)).toBe(-4);
  expect(turnDeg(10, 190)).toBe(180);
});

test('the same sample seen twice is no second sample', () => {
  const tracker = new AttitudeTracker();
  tracker.take(1, 0, 10, 0, 0);
  tracker.take(1, 500, 10, 0, 0);
  expect(tracker.at(600)?.ageMs).toBe(600);
});

test('a clock that went back is another source, which starts at its own attitude', () => {
  const { tracker, lastMs } = rolling(60, 100);
  tracker.take(5, lastMs + 50, -20, 3, 90);
  expect(tracker.at(lastMs + 50)?.rollDeg).toBe(-20);
});

test('a jump in the data is not carried on as a rate', () => {
  const tracker = new AttitudeTracker();
  tracker.take(1, 0, -90, 0, 0);
  tracker.take(51, 50, 90, 0, 0);
  expect(tracker.at(1000)?.rollDeg).toBeCloseTo(90, 3);
});
