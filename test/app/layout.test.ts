import { expect, test } from 'vitest';
import { layOut, pictureRect } from '../../app/osd/layout.ts';

test('a 16:9 picture in a 4:3 window is letterboxed', () => {
  expect(pictureRect(960, 720, 1280, 720)).toEqual({ x: 0, y: 90, width: 960, height: 540 });
  expect(pictureRect(1600, 720, 1280, 720)).toEqual({ x: 160, y: 0, width: 1280, height: 720 });
  expect(pictureRect(960, 720, 0, 0)).toEqual({ x: 0, y: 0, width: 960, height: 720 });
});

test('sizes follow the height of the window', () => {
  expect(layOut(1280, 720, 1280, 720).k).toBe(1);
  expect(layOut(1920, 1080, 1280, 720).k).toBe(1.5);
  expect(layOut(3840, 2160, 1280, 720).k).toBe(3);
});

test.each([
  [1280, 720],
  [860, 720],
  [540, 720],
  [1920, 1080],
])('at %i x %i the columns leave the middle free and stay in the picture', (width, height) => {
  const layout = layOut(width, height, 1280, 720);
  expect(layout.centerX - layout.speedX).toBeGreaterThan(width / 6);
  expect(layout.altitudeX - layout.centerX).toBeGreaterThan(width / 6);
  expect(layout.speedX - layout.left).toBeGreaterThan(50 * layout.k);
  expect(layout.horizonHalf).toBeLessThan(layout.centerX - layout.speedX);
  expect(layout.horizonGap).toBeLessThan(layout.horizonHalf);
});
