import type { Fault } from '../../base/fault.ts';
import { printableText } from '../../telemetry/text.ts';
import type {
  FlightSource,
  FlightValues,
  MessageValues,
  RcChannelsValues,
  ShortValues,
} from '../../telemetry/values.ts';
import { versionText } from './telemetry-unit.ts';

/**
 * Flight telemetry: types 31 (84 bytes), 32 (31 and a text, 186), 29 (short, 49), 34 (RC channels, 28). All functions read
 * a packet body of `length` bytes at `at` and return its values, or the fault `short`. Little endian but for the extras
 * at 72. Source: rubyfpv-link.md 9.3 to 9.5.
 */
export const FLIGHT_LEN = 84;
export const MESSAGE_LEN = FLIGHT_LEN + 102;
export const SHORT_LEN = 49;
export const RC_CHANNELS = 14;

const Flag = { armed: 1, currentPosition: 2, homePosition: 4, rcFailsafe: 16, attitude: 128 } as const;

const SOURCES: Readonly<Record<number, FlightSource>> = {
  0: 'none',
  1: 'mavlink',
  2: 'ltm',
  3: 'msp',
  10: 'transparent',
};

/** The air unit stores (radians + pi) x this, cut to an integer. Source: rubyfpv-link.md 9.4, quirk. */
const MAVLINK_PER_RADIAN = 5700.2958;

export function readFlight(view: DataView, at: number, length: number): FlightValues | Fault {
  if (length < FLIGHT_LEN) return 'short';
  const flags = view.getUint8(at);
  const source = SOURCES[view.getUint8(at + 1)] ?? 'unknown';
  const hasAttitude = (flags & Flag.attitude) !== 0 && source !== 'msp';
  const hdop = view.getUint16(at + 56, true);
  const extra = at + 72;
  const hdop2 = view.getUint16(extra + 3);
  const windHeading = view.getUint16(extra + 7);
  const windSpeed = view.getUint16(extra + 9);
  return {
    source,
    armed: (flags & Flag.armed) !== 0,
    homePosition: (flags & Flag.homePosition) !== 0,
    currentPosition: (flags & Flag.currentPosition) !== 0,
    rcFailsafe: (flags & Flag.rcFailsafe) !== 0,
    flightMode: view.getUint8(at + 2) & 0x7f,
    armTimeS: view.getUint32(at + 3, true),
    throttlePercent: view.getUint8(at + 7),
    voltageV: view.getUint16(at + 8, true) / 1000,
    currentA: view.getUint16(at + 10, true) / 1000,
    voltage2V: view.getUint16(at + 12, true) / 1000,
    current2A: view.getUint16(at + 14, true) / 1000,
    consumedMah: view.getUint16(at + 16, true),
    altitudeM: offsetHundredths(view, at + 18),
    altitudeAboveSeaM: offsetHundredths(view, at + 22),
    distanceM: view.getUint32(at + 26, true) / 100,
    totalDistanceM: view.getUint32(at + 30, true) / 100,
    verticalSpeedMps: offsetHundredths(view, at + 34),
    airspeedMps: offsetHundredths(view, at + 38),
    groundSpeedMps: offsetHundredths(view, at + 42),
    rollDeg: hasAttitude ? angleDeg(view.getUint32(at + 46, true), source) : null,
    pitchDeg: hasAttitude ? angleDeg(view.getUint32(at + 50, true), source) : null,
    satellites: view.getUint8(at + 54),
    gpsFix: view.getUint8(at + 55),
    hdop: hdop === 2000 ? null : hdop / 100,
    headingDeg: view.getUint16(at + 58, true),
    latitudeDeg: view.getInt32(at + 60, true) / 1e7,
    longitudeDeg: view.getInt32(at + 64, true) / 1e7,
    temperatureC: offsetTemperature(view.getUint8(at + 68)),
    heartbeatsPerSecond: view.getUint8(at + 69) & 0x0f,
    systemMessagesPerSecond: view.getUint8(at + 69) >> 4,
    serialKbps: view.getUint8(at + 70),
    rcRssiPercent: unless255(view.getUint8(at + 71)),
    satellites2: unless255(view.getUint8(extra + 1)),
    gpsFix2: unless255(view.getUint8(extra + 2)),
    hdop2: hdop2 === 0xffff ? null : hdop2 / 100,
    messagesPerSecond: view.getUint8(extra + 6),
    windHeadingDeg: windHeading === 0 ? null : windHeading - 1,
    windSpeedMps: windSpeed === 0 ? null : (windSpeed - 1) / 100,
  };
}

/** Type 32: one record of kind `message`, with the flight values inside. */
export function readMessage(view: DataView, bytes: Uint8Array, at: number, length: number): MessageValues | Fault {
  if (length < MESSAGE_LEN) return 'short';
  const flight = readFlight(view, at, length);
  if (typeof flight === 'string') return flight;
  const text = at + FLIGHT_LEN + 1;
  return {
    text: printableText(bytes, text, at + MESSAGE_LEN),
    chunk: view.getUint8(at + FLIGHT_LEN),
    flight,
  };
}

/** Type 29, in place of 30 and 31 on slow links. Fault `range` for more than its three links. */
export function readShort(view: DataView, at: number, length: number): ShortValues | Fault {
  if (length < SHORT_LEN) return 'short';
  const radioLinks = view.getUint8(at + 4);
  if (radioLinks > 3) return 'range';
  const flags = view.getUint8(at + 2);
  return {
    version: versionText(view.getUint8(at + 3)),
    armed: (flags & Flag.armed) !== 0,
    rcFailsafe: (flags & Flag.rcFailsafe) !== 0,
    flightMode: view.getUint8(at + 17) & 0x7f,
    throttlePercent: view.getUint8(at + 18),
    voltageV: view.getUint16(at + 19, true) / 1000,
    currentA: view.getUint16(at + 21, true) / 1000,
    altitudeM: offsetHundredths(view, at + 23),
    altitudeAboveSeaM: offsetHundredths(view, at + 27),
    distanceM: view.getUint32(at + 31, true) / 100,
    headingDeg: view.getUint16(at + 35, true),
    verticalSpeedMps: offsetHundredths(view, at + 37),
    airspeedMps: offsetHundredths(view, at + 41),
    groundSpeedMps: offsetHundredths(view, at + 45),
    radioLinks,
    // Entries of links that do not exist hold whatever was in the air unit's memory.
    frequenciesKhz: Array.from({ length: radioLinks }, (_, i) => view.getUint32(at + 5 + 4 * i, true) & 0x7fffffff),
    rubyFlags: view.getUint16(at, true),
  };
}

/** Type 34: channels in microseconds. */
export function readRcChannels(view: DataView, at: number, length: number): RcChannelsValues | Fault {
  if (length < 2 * RC_CHANNELS) return 'short';
  return { channels: Array.from({ length: RC_CHANNELS }, (_, i) => view.getUint16(at + 2 * i, true)) };
}

/**
 * Metres or metres per second sent as hundredths + 100000. A field the air unit never filled is 0, which would be -1000:
 * seen in session.pcap, an air unit without a flight controller.
 */
function offsetHundredths(view: DataView, at: number): number | null {
  const raw = view.getUint32(at, true);
  return raw === 0 ? null : (raw - 100_000) / 100;
}

/**
 * Roll or pitch in degrees, hundredths. A MAVLink angle was cut off towards zero in steps of 0.01005 degrees, so the next
 * hundredth up is the one it was (checked on all angles of telemetry.pcap).
 */
function angleDeg(raw: number, source: FlightSource): number {
  if (source !== 'mavlink') return (raw - 18_000) / 100;
  const degrees = (raw / MAVLINK_PER_RADIAN - Math.PI) * (180 / Math.PI);
  // 1e-6: level flight must not become 0.01 by a rounding error. Adding 0 makes -0 a 0.
  return Math.ceil(degrees * 100 - 1e-6) / 100 + 0;
}

const unless255 = (value: number): number | null => (value === 255 ? null : value);

const offsetTemperature = (value: number): number | null => (value === 0 ? null : value - 100);
