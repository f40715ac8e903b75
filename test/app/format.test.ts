import { expect, test } from 'vitest';
import { age, antennaName, decimal, distance, duration, megabits, signed, speedIn } from '../../app/osd/format.ts';

test('a distance has three figures', () => {
  const metric = (m: number) => Object.values(distance('m', m)).join(' ');
  expect([0, 7.4, 842.4, 999.4].map(metric)).toEqual(['0 m', '7 m', '842 m', '999 m']);
  expect([999.6, 1840, 9994, 9996, 12_440, 99_960].map(metric)).toEqual([
    '1.00 km',
    '1.84 km',
    '9.99 km',
    '10.0 km',
    '12.4 km',
    '100 km',
  ]);
  expect(Object.values(distance('ft', 100)).join(' ')).toBe('328 ft');
  expect(Object.values(distance('ft', 3219)).join(' ')).toBe('2.00 mi');
});

test('minus is a real minus, and zero has none', () => {
  expect(decimal(-79.4)).toBe('−79');
  expect(decimal(-0.4)).toBe('0');
  expect(signed(2.44, 1)).toBe('+2.4');
  expect(signed(-2.44, 1)).toBe('−2.4');
  expect(signed(0.04, 1)).toBe('0.0');
});

test('times and ages read at a glance', () => {
  expect(duration(462)).toBe('07:42');
  expect(duration(3_725)).toBe('1:02:05');
  expect([0, 3_240, 9_949, 9_951, 119_000, 180_000].map(age)).toEqual([
    '0.0 s',
    '3.2 s',
    '9.9 s',
    '10 s',
    '119 s',
    '3 min',
  ]);
});

test('rates and units', () => {
  expect(megabits(6_840_000)).toBe('6.8');
  expect(megabits(120_400_000)).toBe('120');
  expect(speedIn('km/h', 10)).toBeCloseTo(36);
  expect(speedIn('kn', 10)).toBeCloseTo(19.4384);
});

test('antennas are lettered over all adapters', () => {
  expect([0, 2, 25, 26].map(antennaName)).toEqual(['A', 'C', 'Z', 'A2']);
});
