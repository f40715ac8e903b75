import { expect, test } from 'vitest';
import { Steady } from '../../app/osd/steady.ts';

test('a value that trembles around a half does not flicker', () => {
  const steady = new Steady();
  const shown = new Set<number>();
  for (let i = 0; i < 100; i++) shown.add(steady.number('x', 78.5 + (i % 2 === 0 ? 0.05 : -0.05), 1, i * 100));
  expect(shown.size).toBe(1);
});

test('the last digit changes at most five times a second', () => {
  const steady = new Steady();
  let changes = 0;
  let before = Number.NaN;
  for (let ms = 0; ms < 2000; ms += 16) {
    const now = steady.number('x', ms, 1, ms);
    if (now !== before) changes++;
    before = now;
  }
  expect(changes).toBeGreaterThan(8);
  expect(changes).toBeLessThanOrEqual(10);
});

test('a value that came back shows at once', () => {
  const steady = new Steady();
  steady.number('x', 10, 1, 0);
  steady.forget('x');
  expect(steady.number('x', 50, 1, 10)).toBe(50);
});

test('what is shown settles on the rounded value', () => {
  const steady = new Steady();
  steady.number('v', 15.02, 0.1, 0);
  expect(steady.number('v', 15.31, 0.1, 300)).toBeCloseTo(15.3, 9);
});
