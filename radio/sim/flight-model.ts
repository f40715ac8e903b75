/**
 * The demo flight as a pure function of time: a fixed-wing model takes off, climbs, flies a circuit and lands where it
 * started. The clip's camera and the telemetry both come from here, so the artificial horizon lies on the picture's.
 *
 * Plane geometry first: the ground track is a chain of straights and turns whose curvature eases in and out; two of the
 * straights are solved so that it closes. Speed is a shape in time, scaled so that one lap covers the track. Bank follows
 * from speed and curvature (a coordinated turn), pitch from climb and lift.
 *
 * x is east, y is north, z is up, all metres from home.
 */

/** One lap, seconds: the clip's length, and the flight's. */
export const LAP_S = 40;
/** Laps flown on one battery; then it is changed while the aircraft stands. */
export const LAPS_PER_BATTERY = 12;
/** Vertical field of view of the camera, degrees, over the picture's whole height; it looks straight ahead. */
export const CAMERA_VFOV_DEG = 60;
/** Height of the camera above the wheels, metres. */
export const CAMERA_HEIGHT_M = 0.7;
/** Home: a meadow near Beaune-la-Rolande, chosen for being nobody's airport. */
export const HOME = { latitudeDeg: 48.0712, longitudeDeg: 2.4318, altitudeAboveSeaM: 104 } as const;
/** Heading of the runway, degrees true. */
export const RUNWAY_HEADING_DEG = 62;

/** Flight modes the demo uses. Source: rubyfpv-link.md 9.4, offset 2. */
export const FlightMode = { stabilize: 2, land: 6, fbwa: 10, takeoff: 13, cruise: 12 } as const;
export type FlightMode = (typeof FlightMode)[keyof typeof FlightMode];

export interface FlightState {
  /** Metres east and north of home, and above it. */
  eastM: number;
  northM: number;
  altitudeM: number;
  /** Right wing down is positive. */
  rollDeg: number;
  /** Nose up is positive. */
  pitchDeg: number;
  /** True, 0 to 360. */
  headingDeg: number;
  groundSpeedMps: number;
  airspeedMps: number;
  verticalSpeedMps: number;
  throttlePercent: number;
  armed: boolean;
  mode: FlightMode;
  /** Whole seconds armed on this lap. */
  armTimeS: number;
  voltageV: number;
  currentA: number;
  consumedMah: number;
  latitudeDeg: number;
  longitudeDeg: number;
  distanceHomeM: number;
  /** Flown on this battery. */
  totalDistanceM: number;
  satellites: number;
  hdop: number;
  /** Bearing the wind comes from, degrees, and its speed. */
  windHeadingDeg: number;
  windSpeedMps: number;
}

const GRAVITY = 9.80665;
const DEG = Math.PI / 180;
const EARTH_RADIUS_M = 6_371_000;

/** 0 to 1 with two continuous derivatives. */
function ease(from: number, to: number, t: number): number {
  const u = Math.min(1, Math.max(0, (t - from) / (to - from)));
  return u * u * u * (u * (u * 6 - 15) + 10);
}

// --- Ground track ---------------------------------------------------------------------------------------------------

/** Metres over which a turn's curvature eases in, and out. */
const EASE_M = 46;

interface Leg {
  lengthM: number;
  /** Curvature in the middle of the leg, 1/m; right is positive. */
  curvature: number;
}

/** A turn by `angleDeg` (right is positive); easing counts half of its length at full curvature. */
function turn(angleDeg: number, radiusM: number): Leg {
  return { lengthM: Math.abs(angleDeg) * DEG * radiusM + EASE_M, curvature: Math.sign(angleDeg) / radiusM };
}

const legs: Leg[] = [
  { lengthM: 105, curvature: 0 },
  turn(-190, 78),
  { lengthM: 0, curvature: 0 },
  turn(20, 150),
  { lengthM: 0, curvature: 0 },
  turn(-190, 78),
  { lengthM: 108, curvature: 0 },
];
/** The two legs whose lengths close the track. */
const OPEN_LEGS = [2, 4] as const;

function curvatureAt(leg: Leg, s: number): number {
  if (leg.curvature === 0) return 0;
  return leg.curvature * ease(0, EASE_M, s) * (1 - ease(leg.lengthM - EASE_M, leg.lengthM, s));
}

/** Walks the track in steps of at most `stepM`, middle point rule; returns where it ends and each leg's heading. */
function walk(stepM: number, visit: (s: number, x: number, y: number, heading: number, curvature: number) => void) {
  let s = 0;
  let x = 0;
  let y = 0;
  let heading = RUNWAY_HEADING_DEG * DEG;
  const starts: number[] = [];
  for (const leg of legs) {
    starts.push(heading);
    const steps = Math.ceil(leg.lengthM / stepM);
    const step = leg.lengthM / Math.max(1, steps);
    for (let i = 0; i < steps; i++) {
      visit(s, x, y, heading, curvatureAt(leg, i * step));
      const half = heading + (curvatureAt(leg, (i + 0.25) * step) * step) / 2;
      x += Math.sin(half) * step;
      y += Math.cos(half) * step;
      heading += curvatureAt(leg, (i + 0.5) * step) * step;
      s += step;
    }
  }
  visit(s, x, y, heading, 0);
  return { s, x, y, starts };
}

const nothing = () => {};

/** Sets the open legs so that the track ends where it began. Headings do not depend on their lengths: a 2 x 2 system. */
function closeTrack(): void {
  const { x, y, starts } = walk(0.05, nothing);
  const [a, b] = OPEN_LEGS;
  const [ha, hb] = [starts[a] as number, starts[b] as number];
  const det = Math.sin(ha) * Math.cos(hb) - Math.sin(hb) * Math.cos(ha);
  (legs[a] as Leg).lengthM = (-x * Math.cos(hb) + y * Math.sin(hb)) / det;
  (legs[b] as Leg).lengthM = (-y * Math.sin(ha) + x * Math.cos(ha)) / det;
  if (OPEN_LEGS.some((leg) => (legs[leg] as Leg).lengthM < 0)) throw new Error("the flight's track does not close");
}

// --- Speed and height over a lap ------------------------------------------------------------------------------------

const ARM_S = 0.5;
const ROLL_S = 0.9;
const TOUCH_S = 35.6;
const STOP_S = 39.3;

/** Speed as a share of cruise speed. */
function speedShape(t: number): number {
  const away = 0.93 * ease(ROLL_S, 5.2, t) + 0.07 * ease(6, 12, t);
  const slow = 0.18 * ease(20, 31, t) + 0.82 * ease(34.4, STOP_S, t);
  return Math.max(0, away - slow);
}

/** Climbs and descents: metres gained between two times. */
const CLIMBS = [
  [40, 3.9, 12],
  [18, 9, 18],
  [-12, 17, 25],
  [-46, 22.5, TOUCH_S],
] as const;

function height(t: number): number {
  let z = 0;
  for (const [gain, from, to] of CLIMBS) z += gain * ease(from, to, t);
  return Math.max(0, z);
}

// --- The lap as a table ---------------------------------------------------------------------------------------------

const ROWS_PER_S = 240;
const ROWS = LAP_S * ROWS_PER_S;
const column = () => new Float64Array(ROWS + 1);
const lap = {
  east: column(),
  north: column(),
  /** Radians, unwrapped: ends one full turn away from where it began. */
  heading: column(),
  speed: column(),
  roll: column(),
  pitch: column(),
  climb: column(),
  throttle: column(),
  current: column(),
  consumed: column(),
  distance: column(),
};

const DRAG_A = 7.5;
const CRUISE_A = 14;

/** Gusts: small, and whole cycles per lap so that laps join. Degrees. */
function gust(t: number, phase: number): number {
  const w = (2 * Math.PI * t) / LAP_S;
  return 0.34 * Math.sin(23 * w + phase) + 0.22 * Math.sin(41 * w + 2 * phase) + 0.1 * Math.sin(67 * w + 5 * phase);
}

function fillLap(): void {
  closeTrack();
  const points: number[][] = [];
  const { s: length } = walk(0.1, (s, x, y, heading, curvature) => points.push([s, x, y, heading, curvature]));
  let area = 0;
  for (let i = 0; i < ROWS; i++) area += speedShape((i + 0.5) / ROWS_PER_S) / ROWS_PER_S;
  const cruise = length / area;
  let s = 0;
  let at = 0;
  let consumed = 0;
  for (let i = 0; i <= ROWS; i++) {
    const t = i / ROWS_PER_S;
    const speed = cruise * speedShape(t);
    while (at < points.length - 2 && (points[at + 1]?.[0] as number) <= s) at++;
    const [s0, x0, y0, h0, k0] = points[at] as [number, number, number, number, number];
    const [s1, x1, y1, h1, k1] = points[at + 1] as [number, number, number, number, number];
    const u = Math.min(1, (s - s0) / (s1 - s0));
    const curvature = k0 + (k1 - k0) * u;
    const climb = ((height(t + 1e-3) - height(t - 1e-3)) / 2e-3) * (t > 0 && t < LAP_S ? 1 : 0);
    const airborne = ease(0, 2.5, height(t));
    const bank = Math.atan((speed * speed * curvature) / GRAVITY);
    const track = speed > 3 ? Math.asin(Math.max(-0.9, Math.min(0.9, climb / Math.hypot(speed, climb)))) : 0;
    const lift = speed > 3 ? Math.min(7, (1.9 / Math.cos(bank)) * (cruise / speed) ** 2) : 0;
    const accel = (cruise * (speedShape(t + 1e-3) - speedShape(t - 1e-3))) / 2e-3;
    const power = speed / cruise;
    const pull = accel / GRAVITY + Math.sin(track) + 0.16 * power * power + (0.05 / Math.cos(bank)) * airborne;
    const throttle = t < ROLL_S - 0.2 || t > STOP_S ? 0 : Math.max(0, Math.min(1, pull * 1.55 + 0.06));
    const current =
      t < ARM_S || t > STOP_S + 0.3 ? 0.6 : 0.9 + DRAG_A * throttle + CRUISE_A * 2.2 * throttle * throttle;
    lap.east[i] = x0 + (x1 - x0) * u;
    lap.north[i] = y0 + (y1 - y0) * u;
    lap.heading[i] = h0 + (h1 - h0) * u;
    lap.speed[i] = speed;
    lap.roll[i] = bank / DEG + gust(t, 1) * airborne;
    lap.pitch[i] = (track / DEG + lift) * airborne + gust(t, 2.3) * 0.5 * airborne;
    lap.climb[i] = climb;
    lap.throttle[i] = throttle;
    lap.current[i] = current;
    lap.consumed[i] = consumed;
    lap.distance[i] = s;
    consumed += ((current / ROWS_PER_S) * 1000) / 3600;
    s += (cruise * speedShape(t + 0.5 / ROWS_PER_S)) / ROWS_PER_S;
  }
}

fillLap();

/** Length of a lap's ground track, metres. */
export const LAP_LENGTH_M = lap.distance[ROWS] as number;

function look(values: Float64Array, row: number): number {
  const i = Math.min(ROWS - 1, Math.floor(row));
  const a = values[i] as number;
  return a + ((values[i + 1] as number) - a) * (row - i);
}

function modeAt(t: number): FlightMode {
  if (t < ARM_S || t >= STOP_S + 0.3) return FlightMode.stabilize;
  if (t < 9) return FlightMode.takeoff;
  if (t < 22.5) return FlightMode.cruise;
  return t < 30.5 ? FlightMode.fbwa : FlightMode.land;
}

/** Resting voltage of a 4S pack by charge used, volts: a straight line is close enough between 5 and 90 %. */
const FULL_V = 16.6;
const VOLTS_PER_MAH = 0.00068;
const RESISTANCE_OHM = 0.026;

/** Fills `out` with the flight at `timeS` seconds after its start, any number of laps on. Returns `out`. */
export function flightAt(timeS: number, out: FlightState): FlightState {
  const lapNumber = Math.floor(timeS / LAP_S);
  const onBattery = ((lapNumber % LAPS_PER_BATTERY) + LAPS_PER_BATTERY) % LAPS_PER_BATTERY;
  const t = timeS - lapNumber * LAP_S;
  const row = t * ROWS_PER_S;
  out.eastM = look(lap.east, row);
  out.northM = look(lap.north, row);
  out.altitudeM = height(t);
  out.rollDeg = look(lap.roll, row);
  out.pitchDeg = look(lap.pitch, row);
  out.headingDeg = (((look(lap.heading, row) / DEG) % 360) + 360) % 360;
  out.groundSpeedMps = look(lap.speed, row);
  out.verticalSpeedMps = look(lap.climb, row);
  out.windHeadingDeg = 250;
  out.windSpeedMps = 2.4;
  const headwind = out.windSpeedMps * Math.cos((out.windHeadingDeg - out.headingDeg) * DEG);
  out.airspeedMps = Math.max(0, out.groundSpeedMps + headwind * Math.min(1, out.groundSpeedMps / 10));
  out.throttlePercent = 100 * look(lap.throttle, row);
  out.armed = t >= ARM_S && t < STOP_S + 0.3;
  out.mode = modeAt(t);
  out.armTimeS = out.armed ? Math.floor(t - ARM_S) : 0;
  out.currentA = look(lap.current, row);
  out.consumedMah = onBattery * (lap.consumed[ROWS] as number) + look(lap.consumed, row);
  out.voltageV = FULL_V - VOLTS_PER_MAH * out.consumedMah - RESISTANCE_OHM * out.currentA;
  out.latitudeDeg = HOME.latitudeDeg + out.northM / EARTH_RADIUS_M / DEG;
  out.longitudeDeg = HOME.longitudeDeg + out.eastM / (EARTH_RADIUS_M * Math.cos(HOME.latitudeDeg * DEG)) / DEG;
  out.distanceHomeM = Math.hypot(out.eastM, out.northM);
  out.totalDistanceM = onBattery * LAP_LENGTH_M + look(lap.distance, row);
  out.satellites = 16 + Math.round(1.4 * Math.sin((2 * Math.PI * t) / LAP_S));
  out.hdop = 0.78 - 0.06 * Math.sin((2 * Math.PI * t) / LAP_S);
  return out;
}

/** A state to be filled by flightAt. */
export function createFlightState(): FlightState {
  return flightAt(0, {} as FlightState);
}

/** What the flight controller says in words, and when on the lap. */
const TEXTS = [
  [ARM_S, 'Arming motors'],
  [3.9, 'Takeoff to 60m'],
  [9, 'Mode CRUISE'],
  [13.4, 'Reached waypoint 2'],
  [22.5, 'Mode FBWA'],
  [30.5, 'Landing sequence started'],
  [TOUCH_S, 'Touchdown'],
  [STOP_S + 0.3, 'Disarming motors'],
] as const;

/** How long a text is repeated, seconds. Source: rubyfpv-link.md 9.4, type 32. */
const TEXT_REPEAT_S = 2.5;

/** The flight controller's newest text at `timeS`, while it is younger than 2.5 s; else empty. */
export function flightTextAt(timeS: number): string {
  const t = timeS - Math.floor(timeS / LAP_S) * LAP_S;
  let text = '';
  for (const [at, words] of TEXTS) if (t >= at && t < at + TEXT_REPEAT_S) text = words;
  return text;
}
