import { Framer, NEED_MORE, NO_FRAME } from './framer.ts';
import { crc8DvbS2 } from './msp.ts';
import { printableText } from './text.ts';

/**
 * CRSF frames, as Crossfire and ExpressLRS speak them, big endian.
 *
 *   0      1        2      3         length + 1
 *   +------+--------+------+-- - - --+-----+
 *   | sync | length | type | payload | crc |       crc: CRC-8/DVB-S2 over type and payload
 *   +------+--------+------+-- - - --+-----+
 *
 * `length` counts type, payload and crc: 2 to 62. `sync` is 0xC8 or a device's address.
 * Source: github.com/tbs-fpv/tbs-crsf-spec crsf.md.
 */
export const CRSF_MAX_LEN = 64;

/**
 * Addresses that begin what a laptop can hear: flight controller, handset, receiver, transmitter module. Others are
 * possible and make too much of noise look like a beginning.
 */
const SYNC = new Set([0xc8, 0xea, 0xec, 0xee]);

const CrsfType = {
  gps: 0x02,
  vario: 0x07,
  battery: 0x08,
  baroAltitude: 0x09,
  airspeed: 0x0a,
  linkStatistics: 0x14,
  attitude: 0x1e,
  flightMode: 0x21,
} as const;

/** A frame in words: SI units, degrees, percent. */
export type CrsfMessage =
  | {
      kind: 'gps';
      latitudeDeg: number;
      longitudeDeg: number;
      groundSpeedMps: number;
      courseDeg: number;
      altitudeAboveSeaM: number;
      satellites: number;
    }
  | { kind: 'vario'; verticalSpeedMps: number }
  | { kind: 'battery'; voltageV: number; currentA: number; consumedMah: number; batteryPercent: number }
  | { kind: 'baro-altitude'; altitudeM: number; verticalSpeedMps: number | null }
  | { kind: 'airspeed'; airspeedMps: number }
  | ({ kind: 'link-statistics' } & CrsfLinkStatistics)
  | { kind: 'attitude'; rollDeg: number; pitchDeg: number; yawDeg: number }
  | { kind: 'flight-mode'; text: string };

/** The control link, seen from both its ends. Uplink is towards the air unit. */
export interface CrsfLinkStatistics {
  uplinkRssi1Dbm: number;
  uplinkRssi2Dbm: number;
  uplinkQualityPercent: number;
  uplinkSnrDb: number;
  activeAntenna: number;
  rfProfile: number;
  /** Null for a step that is not in the table. */
  uplinkPowerMw: number | null;
  downlinkRssiDbm: number;
  downlinkQualityPercent: number;
  downlinkSnrDb: number;
}

const POWER_MW = [0, 10, 25, 100, 500, 1000, 2000, 250, 50];

/** Finds CRSF frames in any chunks of a byte stream; what fails its check is passed over. */
export class CrsfParser {
  readonly #framer = new Framer(2 * CRSF_MAX_LEN, measureCrsf);

  /** Checked frames, those of types that we do not read included. */
  get frames(): number {
    return this.#framer.frames;
  }

  get skipped(): number {
    return this.#framer.skipped;
  }

  reset(): void {
    this.#framer.reset();
  }

  /** Takes bytes [start, end); `onMessage` gets each message of a type that we read and that is long enough. */
  push(bytes: Uint8Array, start: number, end: number, onMessage: (message: CrsfMessage) => void): void {
    this.#framer.push(bytes, start, end, (at, length) => {
      const message = readCrsf(this.#framer.bytes, this.#framer.view, at + 2, length - 3);
      if (message !== undefined) onMessage(message);
    });
  }
}

function measureCrsf(bytes: Uint8Array, _view: DataView, at: number, available: number): number {
  if (!SYNC.has(bytes[at] as number)) return NO_FRAME;
  if (available < 2) return NEED_MORE;
  const length = bytes[at + 1] as number;
  if (length < 2 || length > CRSF_MAX_LEN - 2) return NO_FRAME;
  if (available < length + 2) return NEED_MORE;
  return crc8DvbS2(bytes, at + 2, at + length + 1) === bytes[at + length + 1] ? length + 2 : NO_FRAME;
}

/** Reads `size` bytes: the type at `type` and a payload. Undefined when unknown or short; longer ones are allowed. */
function readCrsf(bytes: Uint8Array, view: DataView, type: number, size: number): CrsfMessage | undefined {
  const at = type + 1;
  const payload = size - 1;
  switch (bytes[type]) {
    case CrsfType.gps:
      if (payload < 15) return undefined;
      return {
        kind: 'gps',
        latitudeDeg: view.getInt32(at) / 1e7,
        longitudeDeg: view.getInt32(at + 4) / 1e7,
        // Tenths of km/h, as Betaflight, INAV and EdgeTX have it; the specification's text says hundredths.
        groundSpeedMps: hundredths(view.getUint16(at + 8) / 36),
        courseDeg: view.getUint16(at + 10) / 100,
        altitudeAboveSeaM: view.getUint16(at + 12) - 1000,
        satellites: view.getUint8(at + 14),
      };
    case CrsfType.vario:
      return payload < 2 ? undefined : { kind: 'vario', verticalSpeedMps: view.getInt16(at) / 100 };
    case CrsfType.battery:
      if (payload < 8) return undefined;
      return {
        kind: 'battery',
        // Tenths of a volt and of an ampere; the specification's text names another unit that no sender uses.
        voltageV: view.getUint16(at) / 10,
        currentA: view.getInt16(at + 2) / 10,
        consumedMah: view.getUint32(at + 4) >>> 8,
        batteryPercent: view.getUint8(at + 7),
      };
    case CrsfType.baroAltitude:
      if (payload < 2) return undefined;
      return {
        kind: 'baro-altitude',
        altitudeM: unpackAltitude(view.getUint16(at)),
        verticalSpeedMps: payload < 3 ? null : unpackVerticalSpeed(view.getInt8(at + 2)),
      };
    case CrsfType.airspeed:
      return payload < 2 ? undefined : { kind: 'airspeed', airspeedMps: hundredths(view.getUint16(at) / 36) };
    case CrsfType.linkStatistics:
      return payload < 10 ? undefined : readLinkStatistics(view, at);
    case CrsfType.attitude:
      if (payload < 6) return undefined;
      return {
        kind: 'attitude',
        pitchDeg: degrees(view.getInt16(at)),
        rollDeg: degrees(view.getInt16(at + 2)),
        yawDeg: degrees(view.getInt16(at + 4)),
      };
    case CrsfType.flightMode:
      return { kind: 'flight-mode', text: printableText(bytes, at, at + payload) };
    default:
      return undefined;
  }
}

function readLinkStatistics(view: DataView, at: number): CrsfMessage {
  return {
    kind: 'link-statistics',
    uplinkRssi1Dbm: 0 - view.getUint8(at),
    uplinkRssi2Dbm: 0 - view.getUint8(at + 1),
    uplinkQualityPercent: view.getUint8(at + 2),
    uplinkSnrDb: view.getInt8(at + 3),
    activeAntenna: view.getUint8(at + 4),
    rfProfile: view.getUint8(at + 5),
    uplinkPowerMw: POWER_MW[view.getUint8(at + 6)] ?? null,
    downlinkRssiDbm: 0 - view.getUint8(at + 7),
    downlinkQualityPercent: view.getUint8(at + 8),
    downlinkSnrDb: view.getInt8(at + 9),
  };
}

/** Metres: whole ones when bit 15 is set, else tenths from -1000 m on. */
const unpackAltitude = (packed: number): number => (packed & 0x8000 ? packed & 0x7fff : (packed - 10_000) / 10);

/** Metres per second, about 25 at most: the byte is a logarithm. */
const unpackVerticalSpeed = (packed: number): number =>
  hundredths(Math.sign(packed) * (Math.exp(Math.abs(packed) * 0.026) - 1));

const degrees = (tenthsOfMilliradian: number): number => hundredths((tenthsOfMilliradian / 10_000) * (180 / Math.PI));

/** Two decimals; adding 0 makes -0 a 0. */
const hundredths = (value: number): number => Math.round(value * 100) / 100 + 0;
