import type { MavlinkFrame } from './mavlink-frame.ts';
import { printableText } from './text.ts';

/** A message in words: SI units, degrees, percent; null where the sender marks a value as unknown. */
export interface MavlinkMessage {
  message: MavlinkName;
  systemId: number;
  componentId: number;
  sequence: number;
  /** Carried a signature, which nobody checked. */
  signed: boolean;
  values: Record<string, unknown>;
}

export type MavlinkName =
  | 'HEARTBEAT'
  | 'SYS_STATUS'
  | 'GPS_RAW_INT'
  | 'ATTITUDE'
  | 'GLOBAL_POSITION_INT'
  | 'RC_CHANNELS'
  | 'VFR_HUD'
  | 'RADIO_STATUS'
  | 'BATTERY_STATUS'
  | 'WIND'
  | 'HOME_POSITION'
  | 'STATUSTEXT';

interface Field {
  name: string;
  type: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'text';
  at: number;
  /** Value = raw / per. 1 when left out. */
  per?: number;
  /** Raw value that means unknown. */
  absent?: number;
  /** Elements of an array, or bytes of a text. */
  count?: number;
}

interface Layout {
  id: number;
  name: MavlinkName;
  /** Seed that stands for names, types and order of the fields. Source: generated from common.xml, ardupilotmega.xml. */
  crcExtra: number;
  /** Payload bytes without and with extension fields. */
  length: number;
  maxLength: number;
  fields: readonly Field[];
}

const DEGREE = Math.PI / 180;

/**
 * Offsets are those of the wire, where fields are ordered by size.
 * Source: MAVLink common.xml (mavlink.io/en/messages/common.html); WIND from ardupilotmega.xml.
 */
const LAYOUTS: readonly Layout[] = [
  {
    id: 0,
    name: 'HEARTBEAT',
    crcExtra: 50,
    length: 9,
    maxLength: 9,
    fields: [
      { name: 'customMode', type: 'u32', at: 0 },
      { name: 'vehicleType', type: 'u8', at: 4 },
      { name: 'autopilot', type: 'u8', at: 5 },
      { name: 'baseMode', type: 'u8', at: 6 },
      { name: 'systemStatus', type: 'u8', at: 7 },
    ],
  },
  {
    id: 1,
    name: 'SYS_STATUS',
    crcExtra: 124,
    length: 31,
    maxLength: 43,
    fields: [
      { name: 'sensorsPresent', type: 'u32', at: 0 },
      { name: 'sensorsEnabled', type: 'u32', at: 4 },
      { name: 'sensorsHealthy', type: 'u32', at: 8 },
      { name: 'loadPercent', type: 'u16', at: 12, per: 10 },
      { name: 'voltageV', type: 'u16', at: 14, per: 1000, absent: 0xffff },
      { name: 'currentA', type: 'i16', at: 16, per: 100, absent: -1 },
      { name: 'batteryPercent', type: 'i8', at: 30, absent: -1 },
    ],
  },
  {
    id: 24,
    name: 'GPS_RAW_INT',
    crcExtra: 24,
    length: 30,
    maxLength: 52,
    fields: [
      { name: 'latitudeDeg', type: 'i32', at: 8, per: 1e7 },
      { name: 'longitudeDeg', type: 'i32', at: 12, per: 1e7 },
      { name: 'altitudeAboveSeaM', type: 'i32', at: 16, per: 1000 },
      { name: 'hdop', type: 'u16', at: 20, per: 100, absent: 0xffff },
      { name: 'groundSpeedMps', type: 'u16', at: 24, per: 100, absent: 0xffff },
      { name: 'courseDeg', type: 'u16', at: 26, per: 100, absent: 0xffff },
      { name: 'gpsFix', type: 'u8', at: 28 },
      { name: 'satellites', type: 'u8', at: 29, absent: 0xff },
    ],
  },
  {
    id: 30,
    name: 'ATTITUDE',
    crcExtra: 39,
    length: 28,
    maxLength: 28,
    fields: [
      { name: 'bootTimeS', type: 'u32', at: 0, per: 1000 },
      { name: 'rollDeg', type: 'f32', at: 4, per: DEGREE },
      { name: 'pitchDeg', type: 'f32', at: 8, per: DEGREE },
      { name: 'yawDeg', type: 'f32', at: 12, per: DEGREE },
    ],
  },
  {
    id: 33,
    name: 'GLOBAL_POSITION_INT',
    crcExtra: 104,
    length: 28,
    maxLength: 28,
    fields: [
      { name: 'bootTimeS', type: 'u32', at: 0, per: 1000 },
      { name: 'latitudeDeg', type: 'i32', at: 4, per: 1e7 },
      { name: 'longitudeDeg', type: 'i32', at: 8, per: 1e7 },
      { name: 'altitudeAboveSeaM', type: 'i32', at: 12, per: 1000 },
      { name: 'altitudeM', type: 'i32', at: 16, per: 1000 },
      { name: 'northSpeedMps', type: 'i16', at: 20, per: 100 },
      { name: 'eastSpeedMps', type: 'i16', at: 22, per: 100 },
      { name: 'downSpeedMps', type: 'i16', at: 24, per: 100 },
      { name: 'headingDeg', type: 'u16', at: 26, per: 100, absent: 0xffff },
    ],
  },
  {
    id: 65,
    name: 'RC_CHANNELS',
    crcExtra: 118,
    length: 42,
    maxLength: 42,
    fields: [
      { name: 'bootTimeS', type: 'u32', at: 0, per: 1000 },
      { name: 'channels', type: 'u16', at: 4, count: 18, absent: 0xffff },
      { name: 'channelCount', type: 'u8', at: 40 },
      { name: 'rcRssiPercent', type: 'u8', at: 41, per: 2.54, absent: 0xff },
    ],
  },
  {
    id: 74,
    name: 'VFR_HUD',
    crcExtra: 20,
    length: 20,
    maxLength: 20,
    fields: [
      { name: 'airspeedMps', type: 'f32', at: 0 },
      { name: 'groundSpeedMps', type: 'f32', at: 4 },
      { name: 'altitudeAboveSeaM', type: 'f32', at: 8 },
      { name: 'verticalSpeedMps', type: 'f32', at: 12 },
      { name: 'headingDeg', type: 'i16', at: 16 },
      { name: 'throttlePercent', type: 'u16', at: 18 },
    ],
  },
  {
    id: 109,
    name: 'RADIO_STATUS',
    crcExtra: 185,
    length: 9,
    maxLength: 9,
    fields: [
      { name: 'receiveErrors', type: 'u16', at: 0 },
      { name: 'corrected', type: 'u16', at: 2 },
      { name: 'rssi', type: 'u8', at: 4, absent: 0xff },
      { name: 'remoteRssi', type: 'u8', at: 5, absent: 0xff },
      { name: 'txBufferPercent', type: 'u8', at: 6 },
      { name: 'noise', type: 'u8', at: 7, absent: 0xff },
      { name: 'remoteNoise', type: 'u8', at: 8, absent: 0xff },
    ],
  },
  {
    id: 147,
    name: 'BATTERY_STATUS',
    crcExtra: 154,
    length: 36,
    maxLength: 54,
    fields: [
      { name: 'consumedMah', type: 'i32', at: 0, absent: -1 },
      { name: 'temperatureC', type: 'i16', at: 8, per: 100, absent: 0x7fff },
      { name: 'cellVoltagesV', type: 'u16', at: 10, per: 1000, count: 10, absent: 0xffff },
      { name: 'currentA', type: 'i16', at: 30, per: 100, absent: -1 },
      { name: 'id', type: 'u8', at: 32 },
      { name: 'batteryPercent', type: 'i8', at: 35, absent: -1 },
    ],
  },
  {
    id: 168,
    name: 'WIND',
    crcExtra: 1,
    length: 12,
    maxLength: 12,
    fields: [
      { name: 'windHeadingDeg', type: 'f32', at: 0 },
      { name: 'windSpeedMps', type: 'f32', at: 4 },
      { name: 'windVerticalMps', type: 'f32', at: 8 },
    ],
  },
  {
    id: 242,
    name: 'HOME_POSITION',
    crcExtra: 104,
    length: 52,
    maxLength: 60,
    fields: [
      { name: 'homeLatitudeDeg', type: 'i32', at: 0, per: 1e7 },
      { name: 'homeLongitudeDeg', type: 'i32', at: 4, per: 1e7 },
      { name: 'homeAltitudeAboveSeaM', type: 'i32', at: 8, per: 1000 },
    ],
  },
  {
    id: 253,
    name: 'STATUSTEXT',
    crcExtra: 83,
    length: 51,
    maxLength: 54,
    fields: [
      { name: 'severity', type: 'u8', at: 0 },
      { name: 'text', type: 'text', at: 1, count: 50 },
    ],
  },
];

/** Messages by id. */
export const MESSAGES: ReadonlyMap<number, Layout> = new Map(LAYOUTS.map((layout) => [layout.id, layout]));

/** The longest payload with what a sender cut off put back as zeroes. */
const padded = new Uint8Array(255);
const paddedView = new DataView(padded.buffer);

/** The frame's message in words; undefined for an id that is not in the table. */
export function readMavlinkMessage(frame: MavlinkFrame): MavlinkMessage | undefined {
  const layout = MESSAGES.get(frame.messageId);
  if (layout === undefined) return undefined;
  const length = Math.min(frame.end - frame.start, padded.length);
  padded.fill(0);
  padded.set(frame.bytes.subarray(frame.start, frame.start + length));
  const values: Record<string, unknown> = {};
  for (const field of layout.fields) values[field.name] = readField(field);
  const { systemId, componentId, sequence, signed } = frame;
  return { message: layout.name, systemId, componentId, sequence, signed, values };
}

const SIZE = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, text: 1 } as const;

function readField(field: Field): unknown {
  if (field.type === 'text') return printableText(padded, field.at, field.at + (field.count ?? 0));
  if (field.count === undefined) return readNumber(field, field.at);
  return Array.from({ length: field.count }, (_, i) => readNumber(field, field.at + i * SIZE[field.type]));
}

function readNumber(field: Field, at: number): number | null {
  const raw = readRaw(field.type, at);
  if (raw === field.absent || !Number.isFinite(raw)) return null;
  const value = raw / (field.per ?? 1);
  // Floats get two decimals; integers are as exact as they came, which for coordinates is seven.
  return field.type === 'f32' || field.per === 2.54 ? Math.round(value * 100) / 100 + 0 : value;
}

function readRaw(type: Field['type'], at: number): number {
  switch (type) {
    case 'u8':
    case 'text':
      return paddedView.getUint8(at);
    case 'i8':
      return paddedView.getInt8(at);
    case 'u16':
      return paddedView.getUint16(at, true);
    case 'i16':
      return paddedView.getInt16(at, true);
    case 'u32':
      return paddedView.getUint32(at, true);
    case 'i32':
      return paddedView.getInt32(at, true);
    case 'f32':
      return paddedView.getFloat32(at, true);
  }
}
