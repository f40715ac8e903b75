import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tapeMark, tapeTicks } from '../../app/osd/heading-tape.ts';

test('the tape around 287 degrees is the sketch', () => {
  const ticks = tapeTicks(287, 172, 5.2);
  expect(ticks.filter(({ major }) => major).map(({ label }) => label)).toEqual(['255', 'W', '285', '300', 'NW']);
  expect(ticks.find(({ label }) => label === 'W')).toMatchObject({ x: expect.closeTo(-17 * 5.2, 6), cardinal: true });
});

test('the tape passes north without a seam', () => {
  const labels = (deg: number) => tapeTicks(deg, 172, 5.2).map(({ label }) => label);
  expect(labels(359)).toContain('N');
  expect(labels(1)).toContain('345');
  expect(labels(1)).toContain('015');
});

test('every tick lies on the tape, five degrees from the next', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 360, noNaN: true }), (deg) => {
      const ticks = tapeTicks(deg, 172, 5.2);
      expect(ticks.length).toBeGreaterThanOrEqual(13);
      ticks.forEach(({ x }, i) => {
        expect(Math.abs(x)).toBeLessThanOrEqual(172.001);
        if (i > 0) expect(x - (ticks[i - 1]?.x as number)).toBeCloseTo(26, 6);
      });
    }),
  );
});

test('home stands at its bearing, or at the end of the tape on the side to turn to', () => {
  expect(tapeMark(287, 263, 172, 5.2)).toEqual({ x: expect.closeTo(-124.8, 6), beyond: 0 });
  expect(tapeMark(350, 10, 172, 5.2)).toEqual({ x: expect.closeTo(104, 6), beyond: 0 });
  expect(tapeMark(0, 120, 172, 5.2)).toEqual({ x: 172, beyond: 1 });
  expect(tapeMark(0, 240, 172, 5.2)).toEqual({ x: -172, beyond: -1 });
});
