import type { FlightState } from './flight-model.ts';
import { HOME } from './flight-model.ts';

/** Writing side of RubyFPV telemetry types 30 (version 6), 31 and 32. Source: rubyfpv-link.md 9.1, 9.2, 9.4. */

export const UNIT_BODY_LEN = 248;
export const FLIGHT_BODY_LEN = 84;
export const MESSAGE_BODY_LEN = 186;

/** Spectators may read telemetry, extended block present, has a camera, flight controller heard. */
const RUBY_FLAGS = (1 << 3) | (1 << 11) | (1 << 12) | (1 << 13);
/** Fixed wing. Source: rubyfpv-control.md 7, command 2. */
const AIRPLANE = 2;
/** 11.7 */
const VERSION = 0xb7;

/** What an air unit says about itself. */
export interface UnitReport {
  id: number;
  /** At most 15 characters of ASCII. */
  name: string;
  frequencyKhz: number;
  videoBitrateBps: number;
  totalVideoBitrateBps: number;
  videoPacketsPerSecond: number;
  dataPacketsPerSecond: number;
  temperatureC: number;
  cpuLoadPercent: number;
  cpuMhz: number;
  /** Signed rate: -4 is MCS 3. */
  videoRate: number;
  txPowerMw: number;
  /** Milliseconds since it started. */
  clockMs: number;
  throttlePercent: number;
}

/** Writes a type 30 body at `at`; returns its length. The 248 bytes must be zero. */
export function writeUnit(view: DataView, at: number, unit: UnitReport): number {
  view.setUint16(at, RUBY_FLAGS, true);
  view.setUint8(at + 2, VERSION);
  view.setUint32(at + 3, unit.id, true);
  view.setUint8(at + 7, AIRPLANE);
  for (let i = 0; i < Math.min(15, unit.name.length); i++) view.setUint8(at + 8 + i, unit.name.charCodeAt(i) & 0x7f);
  view.setUint8(at + 24, 1);
  view.setUint32(at + 25, unit.frequencyKhz, true);
  view.setUint32(at + 46, unit.videoBitrateBps, true);
  view.setUint32(at + 50, unit.totalVideoBitrateBps, true);
  view.setUint16(at + 58, unit.videoPacketsPerSecond, true);
  view.setUint16(at + 60, unit.dataPacketsPerSecond, true);
  view.setUint16(at + 62, unit.dataPacketsPerSecond, true);
  view.setUint8(at + 64, unit.temperatureC);
  view.setUint8(at + 65, unit.cpuLoadPercent);
  view.setUint16(at + 66, unit.cpuMhz, true);
  view.setInt32(at + 69, unit.videoRate, true);
  view.setInt32(at + 73, unit.videoRate, true);
  for (let i = 0; i < 5; i++) view.setUint8(at + 134 + i, 255);
  for (let i = 0; i < 3; i++) view.setUint8(at + 144 + i, 255);
  view.setInt32(at + 147, unit.txPowerMw, true);
  // The structure's version, 6, in its low bits.
  view.setUint16(at + 169, 6, true);
  view.setUint32(at + 172, 2, true);
  view.setUint32(at + 176, unit.clockMs, true);
  view.setUint16(at + 184, Math.round(1000 + 10 * unit.throttlePercent), true);
  view.setUint16(at + 186, Math.round(unit.throttlePercent), true);
  return UNIT_BODY_LEN;
}

const hundredths = (value: number) => Math.max(0, Math.round(value * 100) + 100_000);
/** MAVLink attitude as Ruby scales it. Source: rubyfpv-link.md 9.4, quirk. */
const mavlinkAngle = (degrees: number) => Math.floor(((degrees * Math.PI) / 180 + Math.PI) * 5700.2958);

/**
 * Writes a type 31 body at `at`, or 32 when there is a `text` of at most 100 characters; returns its length. Like an air
 * unit behind MAVLink, `home` sends the home position in place of the current one. The bytes must be zero.
 */
export function writeFlight(view: DataView, at: number, state: FlightState, home: boolean, text: string): number {
  const position = home ? 4 : 2;
  view.setUint8(at, (state.armed ? 1 : 0) | position | 8 | (text ? 64 : 0) | 128);
  view.setUint8(at + 1, 1);
  view.setUint8(at + 2, (state.armed ? 0x80 : 0) | state.mode);
  view.setUint32(at + 3, state.armTimeS, true);
  view.setUint8(at + 7, Math.round(state.throttlePercent));
  view.setUint16(at + 8, Math.round(state.voltageV * 1000), true);
  view.setUint16(at + 10, Math.min(0xffff, Math.round(state.currentA * 1000)), true);
  view.setUint16(at + 16, Math.round(state.consumedMah), true);
  view.setUint32(at + 18, hundredths(state.altitudeM), true);
  view.setUint32(at + 22, hundredths(state.altitudeM + HOME.altitudeAboveSeaM), true);
  view.setUint32(at + 26, Math.round(state.distanceHomeM * 100), true);
  view.setUint32(at + 30, Math.round(state.totalDistanceM * 100), true);
  view.setUint32(at + 34, hundredths(state.verticalSpeedMps), true);
  view.setUint32(at + 38, hundredths(state.airspeedMps), true);
  view.setUint32(at + 42, hundredths(state.groundSpeedMps), true);
  view.setUint32(at + 46, mavlinkAngle(state.rollDeg), true);
  view.setUint32(at + 50, mavlinkAngle(state.pitchDeg), true);
  view.setUint8(at + 54, state.satellites);
  view.setUint8(at + 55, 3);
  view.setUint16(at + 56, Math.round(state.hdop * 100), true);
  view.setUint16(at + 58, Math.round(state.headingDeg) % 360, true);
  view.setInt32(at + 60, Math.round((home ? HOME.latitudeDeg : state.latitudeDeg) * 1e7), true);
  view.setInt32(at + 64, Math.round((home ? HOME.longitudeDeg : state.longitudeDeg) * 1e7), true);
  view.setUint8(at + 68, 100 + 24);
  view.setUint8(at + 69, 0x21);
  view.setUint8(at + 70, 38);
  view.setUint8(at + 71, 255);
  const extra = at + 72;
  view.setUint8(extra + 1, 0xff);
  view.setUint8(extra + 2, 0xff);
  view.setUint16(extra + 3, 0xffff);
  view.setUint8(extra + 6, 60);
  view.setUint16(extra + 7, state.windHeadingDeg + 1);
  view.setUint16(extra + 9, Math.round(state.windSpeedMps * 100) + 1);
  if (!text) return FLIGHT_BODY_LEN;
  const length = Math.min(100, text.length);
  for (let i = 0; i < length; i++) view.setUint8(at + 85 + i, text.charCodeAt(i) & 0x7f);
  return MESSAGE_BODY_LEN;
}
