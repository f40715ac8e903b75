import { Framer, NEED_MORE, NO_FRAME } from './framer.ts';

/**
 * LTM frames ("lightweight telemetry"), little endian: `$T`, a letter, a payload whose length the letter says, and the
 * exclusive or of the payload.
 *
 * Source: INAV documentation, "Lightweight Telemetry (LTM)".
 */
const PAYLOAD_LEN: ReadonlyMap<number, number> = new Map([
  [0x47, 14], // G
  [0x41, 6], // A
  [0x53, 7], // S
  [0x4f, 14], // O
  [0x4e, 6], // N
  [0x58, 6], // X
]);
const HEADER_LEN = 3;
const MAX_FRAME = HEADER_LEN + 14 + 1;

/** By the two bits on the wire: none, two dimensions, three, and one that nobody sends. */
const FIXES = [0, 2, 3, 3];

/** A frame in words: SI units, degrees, percent. */
export type LtmMessage =
  | {
      kind: 'G';
      latitudeDeg: number;
      longitudeDeg: number;
      groundSpeedMps: number;
      altitudeM: number;
      /** As MAVLink counts: 0 none, 2 two dimensions, 3 three. */
      gpsFix: number;
      satellites: number;
    }
  | { kind: 'A'; pitchDeg: number; rollDeg: number; headingDeg: number }
  | {
      kind: 'S';
      voltageV: number;
      consumedMah: number;
      rcRssiPercent: number;
      airspeedMps: number;
      armed: boolean;
      failsafe: boolean;
      /** 0 to 63; see `ltmFlightMode`. */
      flightMode: number;
    }
  | { kind: 'O'; homeLatitudeDeg: number; homeLongitudeDeg: number; homeAltitudeM: number; homeFix: boolean }
  | { kind: 'N'; gpsMode: number; navMode: number; navAction: number; waypoint: number; navError: number }
  | { kind: 'X'; hdop: number; sensorFailed: boolean; counter: number; disarmReason: number };

const MODES: readonly (string | null)[] = [
  'Manual',
  'Rate',
  'Angle',
  'Horizon',
  'Acro',
  'Stabilised 1',
  'Stabilised 2',
  'Stabilised 3',
  'Altitude hold',
  'GPS hold',
  'Waypoints',
  'Head free',
  'Circle',
  'RTH',
  'Follow me',
  'Land',
  'FBWA',
  'FBWB',
  'Cruise',
  null,
  'Launch',
  'Autotune',
];

/** The name of a mode in an S frame; null for "unknown" (19) and numbers that the table has not. */
export const ltmFlightMode = (mode: number): string | null => MODES[mode] ?? null;

/** Finds LTM frames in any chunks of a byte stream; what fails its check is passed over. */
export class LtmParser {
  readonly #framer = new Framer(2 * MAX_FRAME, measureLtm);

  get frames(): number {
    return this.#framer.frames;
  }

  get skipped(): number {
    return this.#framer.skipped;
  }

  reset(): void {
    this.#framer.reset();
  }

  /** Takes bytes [start, end); `onMessage` gets each message. */
  push(bytes: Uint8Array, start: number, end: number, onMessage: (message: LtmMessage) => void): void {
    this.#framer.push(bytes, start, end, (at) => {
      const letter = this.#framer.bytes[at + 2] as number;
      onMessage(readLtm(letter, this.#framer.view, at + HEADER_LEN));
    });
  }
}

function measureLtm(bytes: Uint8Array, _view: DataView, at: number, available: number): number {
  if (bytes[at] !== 0x24) return NO_FRAME;
  if (available < 2) return NEED_MORE;
  if (bytes[at + 1] !== 0x54) return NO_FRAME;
  if (available < HEADER_LEN) return NEED_MORE;
  const payload = PAYLOAD_LEN.get(bytes[at + 2] as number);
  if (payload === undefined) return NO_FRAME;
  const length = HEADER_LEN + payload + 1;
  if (available < length) return NEED_MORE;
  let check = 0;
  for (let i = at + HEADER_LEN; i < at + length - 1; i++) check ^= bytes[i] as number;
  return check === bytes[at + length - 1] ? length : NO_FRAME;
}

function readLtm(letter: number, view: DataView, at: number): LtmMessage {
  switch (letter) {
    case 0x47:
      return {
        kind: 'G',
        latitudeDeg: view.getInt32(at, true) / 1e7,
        longitudeDeg: view.getInt32(at + 4, true) / 1e7,
        groundSpeedMps: view.getUint8(at + 8),
        altitudeM: view.getInt32(at + 9, true) / 100,
        gpsFix: FIXES[view.getUint8(at + 13) & 3] as number,
        satellites: view.getUint8(at + 13) >> 2,
      };
    case 0x41:
      return {
        kind: 'A',
        pitchDeg: view.getInt16(at, true),
        rollDeg: view.getInt16(at + 2, true),
        headingDeg: view.getInt16(at + 4, true),
      };
    case 0x53: {
      const status = view.getUint8(at + 6);
      return {
        kind: 'S',
        voltageV: view.getUint16(at, true) / 1000,
        consumedMah: view.getUint16(at + 2, true),
        rcRssiPercent: Math.round(view.getUint8(at + 4) / 2.55),
        airspeedMps: view.getUint8(at + 5),
        armed: (status & 1) !== 0,
        failsafe: (status & 2) !== 0,
        flightMode: status >> 2,
      };
    }
    case 0x4f:
      return {
        kind: 'O',
        homeLatitudeDeg: view.getInt32(at, true) / 1e7,
        homeLongitudeDeg: view.getInt32(at + 4, true) / 1e7,
        homeAltitudeM: view.getInt32(at + 8, true) / 100,
        homeFix: view.getUint8(at + 13) !== 0,
      };
    case 0x4e:
      return {
        kind: 'N',
        gpsMode: view.getUint8(at),
        navMode: view.getUint8(at + 1),
        navAction: view.getUint8(at + 2),
        waypoint: view.getUint8(at + 3),
        navError: view.getUint8(at + 4),
      };
    default:
      return {
        kind: 'X',
        hdop: view.getUint16(at, true) / 100,
        sensorFailed: view.getUint8(at + 2) !== 0,
        counter: view.getUint8(at + 3),
        disarmReason: view.getUint8(at + 4),
      };
  }
}
