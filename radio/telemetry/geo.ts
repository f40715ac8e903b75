/** Mean radius of the earth, metres. Source: IUGG R1. */
const EARTH_RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Great-circle distance, metres, between two places in degrees. Within 0.5 % of the ellipsoid. */
export function distanceM(fromLat: number, fromLon: number, toLat: number, toLon: number): number {
  const sinLat = Math.sin(((toLat - fromLat) * RADIANS) / 2);
  const sinLon = Math.sin(((toLon - fromLon) * RADIANS) / 2);
  const a = sinLat * sinLat + Math.cos(fromLat * RADIANS) * Math.cos(toLat * RADIANS) * sinLon * sinLon;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Course to steer first on the great circle, degrees true, 0 up to 360. 0 between equal places. */
export function bearingDeg(fromLat: number, fromLon: number, toLat: number, toLon: number): number {
  const from = fromLat * RADIANS;
  const to = toLat * RADIANS;
  const turn = (toLon - fromLon) * RADIANS;
  const east = Math.sin(turn) * Math.cos(to);
  const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(turn);
  return wrapDeg(Math.atan2(east, north) / RADIANS);
}

/** Any angle as 0 up to 360. */
export function wrapDeg(angle: number): number {
  return ((angle % 360) + 360) % 360;
}
