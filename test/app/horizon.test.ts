import fc from 'fast-check';
import { expect, test } from 'vitest';
import { climbAngleDeg, dropPx, type Projection, projection, turned } from '../../app/osd/horizon.ts';

const PICTURE = { x: 0, y: 0, width: 1280, height: 720 };
const point = (to: Projection, along: number, down: number) => ({ ...turned(to, along, down, { x: 0, y: 0 }) });
const horizonAt = (to: Projection, along: number) => point(to, along, dropPx(to, 0) as number);

test('level flight puts the horizon through the middle of the picture', () => {
  const to = projection(PICTURE, 60, 0, 0, 0);
  expect(horizonAt(to, -200)).toEqual({ x: 440, y: 360 });
  expect(horizonAt(to, 200)).toEqual({ x: 840, y: 360 });
});

test('nose up by half the field of view puts the horizon on the lower edge', () => {
  expect(horizonAt(projection(PICTURE, 60, 0, 0, 30), 0).y).toBeCloseTo(720, 6);
  expect(horizonAt(projection(PICTURE, 60, 0, 0, -30), 0).y).toBeCloseTo(0, 6);
});

test('a pinhole is not linear: 10 degrees of 60 lie at tan 10 over tan 30 of the half height', () => {
  const to = projection(PICTURE, 60, 0, 0, 10);
  expect(horizonAt(to, 0).y - 360).toBeCloseTo((360 * Math.tan(Math.PI / 18)) / Math.tan(Math.PI / 6), 6);
});

test('banking right raises the right end of the horizon', () => {
  const to = projection(PICTURE, 60, 0, 30, 0);
  expect(horizonAt(to, 100).x).toBeCloseTo(640 + 100 * Math.cos(Math.PI / 6), 6);
  expect(horizonAt(to, 100).y).toBeCloseTo(360 - 50, 6);
  expect(horizonAt(to, -100).y).toBeCloseTo(360 + 50, 6);
});

test('in a letterboxed picture the middle and the scale are those of the picture', () => {
  const to = projection({ x: 0, y: 90, width: 960, height: 540 }, 60, 0, 0, 30);
  expect(horizonAt(to, 0)).toEqual({ x: 480, y: expect.closeTo(630, 6) });
});

test('a tilted camera in level flight is the same as a raised nose', () => {
  const tilted = projection(PICTURE, 60, 20, 0, 5);
  expect(tilted.axisDeg).toBeCloseTo(25, 9);
});

/** The plain twin: rotates a distant point on the horizon through the airframe and the camera into the picture. */
function seen(vfovDeg: number, tiltDeg: number, rollDeg: number, pitchDeg: number, azimuthDeg: number) {
  const rad = (deg: number) => (deg * Math.PI) / 180;
  const [sr, cr] = [Math.sin(rad(rollDeg)), Math.cos(rad(rollDeg))];
  const [sp, cp] = [Math.sin(rad(pitchDeg)), Math.cos(rad(pitchDeg))];
  const [st, ct] = [Math.sin(rad(tiltDeg)), Math.cos(rad(tiltDeg))];
  const [n, e] = [Math.cos(rad(azimuthDeg)), Math.sin(rad(azimuthDeg))];
  // Pitch about the wing axis, then roll about the nose (forward, right, down).
  const forward = n * cp;
  const downPitched = n * sp;
  const right = e * cr + downPitched * sr;
  const down = -e * sr + downPitched * cr;
  // The camera looks up by its tilt.
  const ahead = forward * ct - down * st;
  const below = forward * st + down * ct;
  const focal = 360 / Math.tan(rad(vfovDeg / 2));
  return { ahead, x: 640 + (focal * right) / ahead, y: 360 + (focal * below) / ahead };
}

test('every point of the real horizon lies on the drawn line, whatever roll, pitch, tilt and field of view', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 30, max: 120 }),
      fc.integer({ min: -20, max: 45 }),
      fc.integer({ min: -170, max: 170 }),
      fc.integer({ min: -35, max: 35 }),
      fc.integer({ min: -30, max: 30 }),
      (vfovDeg, tiltDeg, rollDeg, pitchDeg, azimuthDeg) => {
        const real = seen(vfovDeg, tiltDeg, rollDeg, pitchDeg, azimuthDeg);
        fc.pre(real.ahead > 0.2);
        const to = projection(PICTURE, vfovDeg, tiltDeg, rollDeg, pitchDeg);
        const drop = dropPx(to, 0);
        fc.pre(drop !== undefined);
        // Distance from the line, whose normal is the level frame's down.
        const off = (real.x - to.centerX) * to.sin + (real.y - to.centerY) * to.cos - (drop as number);
        expect(Math.abs(off)).toBeLessThan(1e-6 * (1 + Math.hypot(real.x, real.y)));
      },
    ),
  );
});

test('nothing is drawn for directions behind the camera', () => {
  expect(dropPx(projection(PICTURE, 60, 0, 0, 80), -10)).toBeUndefined();
});

test('the flight path needs speed to mean something', () => {
  expect(climbAngleDeg(5, 5)).toBeCloseTo(45, 9);
  expect(climbAngleDeg(2, 2.9)).toBeUndefined();
  expect(climbAngleDeg(null, 20)).toBeUndefined();
});
