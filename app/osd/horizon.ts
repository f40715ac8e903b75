import type { Rect } from './layout.ts';

/**
 * The camera as a pinhole: a point `deg` above its axis lies `focal * tan(deg)` above the middle of the picture.
 * Rolling right (right wing down) turns the outside world counter-clockwise.
 */
export interface Projection {
  centerX: number;
  centerY: number;
  /** Pixels per unit of tangent. */
  focal: number;
  /** Camera axis above the horizon, degrees: of a level wing, the nose plus the camera's tilt. */
  axisDeg: number;
  /** Of the horizon's slant in the picture. With a tilted camera it is not quite the roll. */
  cos: number;
  sin: number;
}

export interface Point {
  x: number;
  y: number;
}

const RAD = Math.PI / 180;

/**
 * Projection for an attitude. `vfovDeg` covers the height of `picture`, 20 to 140; roll right and pitch up are positive.
 */
export function projection(
  picture: Rect,
  vfovDeg: number,
  tiltDeg: number,
  rollDeg: number,
  pitchDeg: number,
): Projection {
  const roll = rollDeg * RAD;
  const pitch = pitchDeg * RAD;
  const tilt = tiltDeg * RAD;
  // The world's up in the camera's frame: along its axis, to the left, and up.
  const ahead = Math.sin(pitch) * Math.cos(tilt) + Math.cos(roll) * Math.cos(pitch) * Math.sin(tilt);
  const left = Math.sin(roll) * Math.cos(pitch);
  const up = Math.cos(roll) * Math.cos(pitch) * Math.cos(tilt) - Math.sin(pitch) * Math.sin(tilt);
  const slant = Math.atan2(left, up);
  return {
    centerX: picture.x + picture.width / 2,
    centerY: picture.y + picture.height / 2,
    focal: picture.height / 2 / Math.tan((vfovDeg / 2) * RAD),
    axisDeg: Math.asin(Math.max(-1, Math.min(1, ahead))) / RAD,
    cos: Math.cos(slant),
    sin: Math.sin(slant),
  };
}

/**
 * How far below the middle, along the aircraft's down, the elevation `elevationDeg` straight ahead lies, in pixels.
 * Undefined when it is 85 degrees or more off the axis: behind or nearly so.
 */
export function dropPx(to: Projection, elevationDeg: number): number | undefined {
  const below = to.axisDeg - elevationDeg;
  if (Math.abs(below) >= 85) return undefined;
  return to.focal * Math.tan(below * RAD);
}

/** The pixel `along` right and `down` below the middle in a frame that keeps level with the horizon. */
export function turned(to: Projection, along: number, down: number, out: Point): Point {
  out.x = to.centerX + along * to.cos + down * to.sin;
  out.y = to.centerY - along * to.sin + down * to.cos;
  return out;
}

/**
 * Climb angle of the flight path, degrees, or undefined below 3 m/s over ground, where it means nothing.
 */
export function climbAngleDeg(verticalMps: number | null, groundMps: number | null): number | undefined {
  if (verticalMps === null || groundMps === null || groundMps < 3) return undefined;
  return Math.atan2(verticalMps, groundMps) / RAD;
}
