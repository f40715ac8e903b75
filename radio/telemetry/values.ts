import type { DisplayPortCommand, TextRun } from './display-port.ts';
import type { MavlinkMessage } from './mavlink-messages.ts';

/**
 * What `TelemetryRecord.values` holds, by kind. SI units, degrees, percent; null where the air unit marks a value as
 * absent. Links other than RubyFPV use the same names for the same things.
 */

/** Kind `air-unit`. Lists have one entry per radio link. */
export type UnitValues = {
  name: string;
  version: string;
  vehicleType: number;
  firmwareType: number;
  radioLinks: number;
  frequenciesKhz: number[];
  relayLinks: boolean[];
  videoBitrateBps: number;
  totalVideoBitrateBps: number;
  dataBitrateBps: number;
  videoPacketsPerSecond: number;
  dataPacketsPerSecond: number;
  temperatureC: number;
  cpuLoadPercent: number;
  cpuMhz: number;
  throttleFlags: number;
  /** Video and data; negative is MCS -n - 1, 0 is never. */
  lastSentDatarateBps: number[][];
  lastReceivedDatarateBps: number[];
  uplinkRssiDbm: (number | null)[];
  uplinkSnrDb: (number | null)[];
  uplinkQualityPercent: number[];
  uplinkRcRssiPercent: number | null;
  mavlinkRcRssiPercent: number | null;
  mavlinkRxRssiPercent: number | null;
  /** Negative while lowered for a time. */
  txPowerMw: (number | null)[];
  pitMode: boolean;
  pitBecauseHot: boolean;
  rubyFlags: number;
  airUnitTimeMs: number | null;
  relayedAirUnit: number | null;
  throttleInput: number | null;
  throttleOutput: number | null;
};

/** What `flight` and `short` share. Ruby always has a number where null is possible; other sources may not know. */
export type FlightBasics = {
  armed: boolean | null;
  rcFailsafe: boolean;
  /** As rubyfpv-link.md 9.4; names in flight-modes.ts. */
  flightMode: number;
  /** From sources that name their modes themselves, in place of `flightMode`. */
  flightModeName?: string | null;
  throttlePercent: number | null;
  voltageV: number | null;
  currentA: number | null;
  altitudeM: number | null;
  altitudeAboveSeaM: number | null;
  distanceM: number | null;
  headingDeg: number | null;
  verticalSpeedMps: number | null;
  airspeedMps: number | null;
  groundSpeedMps: number | null;
};

/** Kind `short`: what a slow link has room for. */
export type ShortValues = FlightBasics & {
  version: string;
  radioLinks: number;
  frequenciesKhz: number[];
  rubyFlags: number;
};

export type FlightSource = 'none' | 'mavlink' | 'ltm' | 'crsf' | 'msp' | 'transparent' | 'unknown';

/** Kind `flight`. */
export type FlightValues = FlightBasics & {
  source: FlightSource;
  /** The coordinates are those of home. */
  homePosition: boolean;
  /** The coordinates are where the air unit is now. */
  currentPosition: boolean;
  armTimeS: number | null;
  consumedMah: number | null;
  voltage2V: number;
  current2A: number;
  totalDistanceM: number | null;
  rollDeg: number | null;
  pitchDeg: number | null;
  satellites: number | null;
  gpsFix: number | null;
  hdop: number | null;
  latitudeDeg: number;
  longitudeDeg: number;
  temperatureC: number | null;
  heartbeatsPerSecond: number;
  systemMessagesPerSecond: number;
  serialKbps: number;
  rcRssiPercent: number | null;
  satellites2: number | null;
  gpsFix2: number | null;
  hdop2: number | null;
  messagesPerSecond: number;
  windHeadingDeg: number | null;
  windSpeedMps: number | null;
};

/** Kind `message`: text of the flight controller, and the flight values that came in the same packet. */
export type MessageValues = { text: string; chunk: number; flight?: FlightValues };

/** Kind `msp`. `text` repeats the draw commands among `commands`, which are in order. */
export type MspValues = {
  flightController: 'betaflight' | 'inav' | 'ardupilot' | 'pitlab' | null;
  rows: number;
  columns: number;
  segment: number;
  text: TextRun[];
  commands: DisplayPortCommand[];
  bytes: string;
};

/** Kind `raw`: bytes of the flight controller's serial port in hexadecimal, and what was found in them. */
export type RawValues = {
  segment: number;
  bytes: string;
  mavlink?: MavlinkMessage[];
  text?: TextRun[];
  commands?: DisplayPortCommand[];
};

/** Kind `alarm`. `index` is null from units before 7.5. */
export type AlarmValues = { index: number | null; alarms: number; flags1: number; flags2: number };

/** Kind `notice`. */
export type NoticeValues = { id: number | null; severity: NoticeSeverity; text: string };
export type NoticeSeverity = 'debug' | 'info' | 'warning' | 'error';

/** Kind `rc-channels`, microseconds. */
export type RcChannelsValues = { channels: number[] };
