import { Framer, NEED_MORE, NO_FRAME } from './framer.ts';

/**
 * MSP frames, as flight controllers speak them.
 *
 *   v1   '$' 'M' dir  size:u8  command:u8  payload  xor           xor over size, command, payload
 *   v1+  '$' 'M' dir  255      command:u8  size:u16 payload xor   ("jumbo": 255 bytes and more)
 *   v2   '$' 'X' dir  flags:u8 command:u16 size:u16 payload crc   CRC-8 (polynomial 0xD5) over flags to payload
 *
 * `dir`: '<' request, '>' answer, '!' error. Little endian.
 * Source: MSP v2 description in the INAV wiki; rubyfpv-control.md 15.3; frames of telemetry.pcap.
 */
export const MSP_DISPLAYPORT = 182;
/** Longest payload taken. OSD frames stay below 256; the wire would allow 65,535, which noise would make us wait for. */
export const MSP_MAX_PAYLOAD = 1024;

const DOLLAR = 0x24;
const VERSION_1 = 0x4d;
const VERSION_2 = 0x58;
const JUMBO = 255;

/** A frame in the parser's memory, lent and reused. Payload is bytes [start, end). */
export interface MspFrame {
  bytes: Uint8Array;
  version: 1 | 2;
  direction: '<' | '>' | '!';
  command: number;
  start: number;
  end: number;
}

/** Finds MSP frames in any chunks of a byte stream; what fails its check is passed over. */
export class MspParser {
  readonly #framer = new Framer(MSP_MAX_PAYLOAD + 16, measureMsp);
  readonly #frame: MspFrame = {
    bytes: this.#framer.bytes,
    version: 1,
    direction: '>',
    command: 0,
    start: 0,
    end: 0,
  };

  get frames(): number {
    return this.#framer.frames;
  }

  get skipped(): number {
    return this.#framer.skipped;
  }

  /** Forgets an unfinished frame, after bytes were lost. */
  reset(): void {
    this.#framer.reset();
  }

  /** Takes bytes [start, end); `onFrame` gets each whole frame, lent for the call. */
  push(bytes: Uint8Array, start: number, end: number, onFrame: (frame: MspFrame) => void): void {
    this.#framer.push(bytes, start, end, (at, length) => {
      const { bytes: memory, view } = this.#framer;
      const frame = this.#frame;
      frame.version = memory[at + 1] === VERSION_1 ? 1 : 2;
      frame.direction = String.fromCharCode(memory[at + 2] as number) as MspFrame['direction'];
      frame.command = frame.version === 1 ? (memory[at + 4] as number) : view.getUint16(at + 4, true);
      frame.start = at + (frame.version === 2 ? 8 : memory[at + 3] === JUMBO ? 7 : 5);
      frame.end = at + length - 1;
      onFrame(frame);
    });
  }
}

function measureMsp(bytes: Uint8Array, view: DataView, at: number, available: number): number {
  if (bytes[at] !== DOLLAR) return NO_FRAME;
  if (available < 2) return NEED_MORE;
  const version = bytes[at + 1];
  if (version !== VERSION_1 && version !== VERSION_2) return NO_FRAME;
  if (available < 3) return NEED_MORE;
  const direction = bytes[at + 2];
  if (direction !== 0x3c && direction !== 0x3e && direction !== 0x21) return NO_FRAME;
  return version === VERSION_1 ? measureV1(bytes, view, at, available) : measureV2(bytes, view, at, available);
}

function measureV1(bytes: Uint8Array, view: DataView, at: number, available: number): number {
  if (available < 6) return NEED_MORE;
  const jumbo = bytes[at + 3] === JUMBO;
  if (jumbo && available < 7) return NEED_MORE;
  const size = jumbo ? view.getUint16(at + 5, true) : (bytes[at + 3] as number);
  if (size > MSP_MAX_PAYLOAD) return NO_FRAME;
  const length = (jumbo ? 7 : 5) + size + 1;
  if (available < length) return NEED_MORE;
  let check = 0;
  for (let i = at + 3; i < at + length - 1; i++) check ^= bytes[i] as number;
  return check === bytes[at + length - 1] ? length : NO_FRAME;
}

function measureV2(bytes: Uint8Array, view: DataView, at: number, available: number): number {
  if (available < 9) return NEED_MORE;
  const size = view.getUint16(at + 6, true);
  if (size > MSP_MAX_PAYLOAD) return NO_FRAME;
  const length = 9 + size;
  if (available < length) return NEED_MORE;
  return crc8DvbS2(bytes, at + 3, at + length - 1) === bytes[at + length - 1] ? length : NO_FRAME;
}

/** CRC-8/DVB-S2 over [start, end): polynomial 0xD5, not reflected, initial 0. */
export function crc8DvbS2(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let i = start; i < end; i++) {
    crc ^= bytes[i] as number;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0xd5) & 0xff : crc << 1;
  }
  return crc;
}
