import type { Ns } from '../base/time.ts';

/**
 * One telemetry packet in words: names, units and rounding as the command line's `--telemetry` prints them. SI units,
 * degrees, percent. A value that the air unit marks as absent is null.
 */
export interface TelemetryRecord {
  airUnit: number;
  kind: TelemetryKind;
  /** Packet type on the wire, such as 31. */
  packetType: number;
  /** Layout version of an `air-unit` packet, 3 to 6. */
  structVersion?: number;
  at: Ns;
  values: Record<string, unknown>;
}

export type TelemetryKind =
  | 'air-unit'
  | 'flight'
  | 'short'
  | 'message'
  | 'rc-channels'
  | 'rc-state'
  | 'msp'
  | 'raw'
  | 'alarm'
  | 'notice'
  | 'statistics';

/** A number and when it was last heard; `at` is 0 and `value` undefined until then. */
export interface Aged<T> {
  value: T | undefined;
  at: Ns;
}

/** What is known about the flown air unit, merged from all telemetry. Every group says when it was last heard. */
export interface VehicleState {
  airUnit: number;
  name: string;
  /** Software version such as `11.7`. */
  version: string;
  /** When the air unit itself was last heard by telemetry (types 29, 30). */
  unitAt: Ns;
  temperatureC: number | null;
  cpuLoadPercent: number | null;
  videoBitrateBps: number | null;
  totalVideoBitrateBps: number | null;
  uplinkRssiDbm: number | null;
  uplinkQualityPercent: number | null;
  frequenciesKhz: number[];

  /** When flight telemetry (types 29, 31, 32 or MAVLink) was last heard. */
  flightAt: Ns;
  armed: boolean | null;
  flightMode: string | null;
  armTimeS: number | null;
  throttlePercent: number | null;
  voltageV: number | null;
  currentA: number | null;
  consumedMah: number | null;
  /** Cells in series, guessed once from the first voltage while disarmed or at start. */
  cells: number | null;
  altitudeM: number | null;
  altitudeAboveSeaM: number | null;
  distanceM: number | null;
  totalDistanceM: number | null;
  verticalSpeedMps: number | null;
  airspeedMps: number | null;
  groundSpeedMps: number | null;
  /** Right wing down is positive. */
  rollDeg: number | null;
  /** Nose up is positive. */
  pitchDeg: number | null;
  headingDeg: number | null;
  /** Attitude comes from the flight controller (never from MSP through Ruby). */
  attitudeAt: Ns;
  satellites: number | null;
  gpsFix: number | null;
  hdop: number | null;
  latitudeDeg: number | null;
  longitudeDeg: number | null;
  homeLatitudeDeg: number | null;
  homeLongitudeDeg: number | null;
  /** Bearing from the air unit to home, degrees true, 0 to 360. */
  homeBearingDeg: number | null;
  rcRssiPercent: number | null;
  windHeadingDeg: number | null;
  windSpeedMps: number | null;

  /** Newest flight-controller text, and when it came. */
  message: string;
  messageAt: Ns;
  /** Newest air-unit alarms, newest last, at most 8. */
  alarms: { at: Ns; text: string; severity: 'info' | 'caution' | 'warning' }[];
}
