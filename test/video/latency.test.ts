import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkedUnit } from '../../app/video/feed.ts';
import { ClockOffset, PerSecond, StageTimes } from '../../app/video/latency.ts';
import { msToNs, ns } from '../../radio/base/time.ts';
import { unitsOf } from './clips.ts';

test('percentiles are those of the newest 256 durations', () => {
  const times = new StageTimes();
  expect(times.percentiles()).toBeNull();
  for (let i = 0; i < 300; i++) times.add(msToNs(1000));
  for (let i = 1; i <= 256; i++) times.add(msToNs(i));
  expect(times.percentiles()).toEqual({ p50: 129, p95: 244 });
});

test('a rate counts the last second only', () => {
  const rate = new PerSecond();
  for (let i = 0; i < 120; i++) rate.add(msToNs(i * 20));
  expect(rate.rate(msToNs(119 * 20))).toBe(51);
  expect(rate.rate(msToNs(10_000))).toBe(0);
});

test('the clock offset is as exact as the quickest ping', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.array(fc.tuple(fc.nat(20_000_000), fc.nat(20_000_000)), { minLength: 1, maxLength: 30 }),
      (difference, trips) => {
        const offset = new ClockOffset();
        expect(offset.toRadio(ns(0))).toBeUndefined();
        trips.forEach(([there, back], i) => {
          const asked = 2e12 + i * 1e9;
          offset.add(ns(asked), ns(asked + there + back), ns(asked + there + difference));
        });
        const error = Math.abs((offset.toRadio(ns(0)) as number) - difference);
        expect(error).toBeLessThanOrEqual(Math.min(...trips.map(([there, back]) => there + back)) / 2 + 1);
      },
    ),
  );
});

test('only whole access units are taken from a port', () => {
  const unit = unitsOf('baseline.h264')[0];
  expect(checkedUnit(unit)).toBe(unit);
  for (const change of [
    { data: 'x' },
    { data: new Uint8Array(0) },
    { codec: 'vp9' },
    { sequence: '1' },
    { codecString: 7 },
  ]) {
    expect(checkedUnit({ ...unit, ...change })).toBeUndefined();
  }
  fc.assert(fc.property(fc.anything(), (value) => checkedUnit(value) === undefined));
});
