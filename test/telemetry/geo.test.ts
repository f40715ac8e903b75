import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bearingDeg, distanceM, wrapDeg } from '../../radio/telemetry/geo.ts';

test('the four winds', () => {
  expect(bearingDeg(0, 0, 1, 0)).toBeCloseTo(0);
  expect(bearingDeg(0, 0, 0, 1)).toBeCloseTo(90);
  expect(bearingDeg(0, 0, -1, 0)).toBeCloseTo(180);
  expect(bearingDeg(0, 0, 0, -1)).toBeCloseTo(270);
  expect(bearingDeg(10, 179.9, 10, -179.9)).toBeCloseTo(90, 0);
});

test('a degree of latitude is 111.2 km, and London to Paris 344 km', () => {
  expect(distanceM(0, 0, 1, 0)).toBeCloseTo(111_195, -1);
  expect(distanceM(51.5074, -0.1278, 48.8566, 2.3522) / 1000).toBeCloseTo(343.6, 0);
});

test('bearings stay within 0 to 360 and distances are the same both ways', () => {
  const lat = fc.double({ min: -90, max: 90, noNaN: true });
  const lon = fc.double({ min: -180, max: 180, noNaN: true });
  fc.assert(
    fc.property(lat, lon, lat, lon, (lat1, lon1, lat2, lon2) => {
      const bearing = bearingDeg(lat1, lon1, lat2, lon2);
      expect(bearing >= 0 && bearing < 360).toBe(true);
      expect(distanceM(lat1, lon1, lat2, lon2)).toBeCloseTo(distanceM(lat2, lon2, lat1, lon1), 3);
    }),
  );
});

test('angles wrap to 0 up to 360', () => {
  expect([-90, 0, 360, 725, -720].map(wrapDeg)).toEqual([270, 0, 0, 5, 0]);
});
