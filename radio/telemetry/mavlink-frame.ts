import { Framer, NEED_MORE, NO_FRAME } from './framer.ts';
import { MESSAGES } from './mavlink-messages.ts';

/**
 * MAVLink frames of the messages we read (mavlink-messages.ts).
 *
 *   v1   FE len seq sys comp id:u8                      payload crc:u16
 *   v2   FD len incompat compat seq sys comp id:u24     payload crc:u16 [signature 13, when incompat bit 0]
 *
 * The CRC (X.25) covers all but the magic, and then the message's CRC extra, which stands for its layout. A v2 sender cuts
 * zero bytes off the end of the payload. Signatures are not verified: we only listen, and say `signed`.
 * Source: MAVLink serialisation guide (mavlink.io/en/guide/serialization.html).
 */
export interface MavlinkFrame {
  /** Parser's memory, lent. Payload is bytes [start, end). */
  bytes: Uint8Array;
  version: 1 | 2;
  sequence: number;
  systemId: number;
  componentId: number;
  messageId: number;
  signed: boolean;
  start: number;
  end: number;
}

const MAGIC_V1 = 0xfe;
const MAGIC_V2 = 0xfd;
const HEADER_V1 = 6;
const HEADER_V2 = 10;
const SIGNATURE = 13;
const MAX_FRAME = HEADER_V2 + 255 + 2 + SIGNATURE;

/** Finds MAVLink frames in any chunks of a byte stream; unknown messages and failed checks are passed over. */
export class MavlinkParser {
  readonly #framer = new Framer(2 * MAX_FRAME, measureMavlink);
  readonly #frame: MavlinkFrame = {
    bytes: this.#framer.bytes,
    version: 2,
    sequence: 0,
    systemId: 0,
    componentId: 0,
    messageId: 0,
    signed: false,
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
  push(bytes: Uint8Array, start: number, end: number, onFrame: (frame: MavlinkFrame) => void): void {
    this.#framer.push(bytes, start, end, (at) => {
      const memory = this.#framer.bytes;
      const frame = this.#frame;
      const v2 = memory[at] === MAGIC_V2;
      const ids = at + (v2 ? 4 : 2);
      frame.version = v2 ? 2 : 1;
      frame.sequence = memory[ids] as number;
      frame.systemId = memory[ids + 1] as number;
      frame.componentId = memory[ids + 2] as number;
      frame.messageId = v2 ? readU24(memory, at + 7) : (memory[at + 5] as number);
      frame.signed = v2 && memory[at + 2] === 1;
      frame.start = at + (v2 ? HEADER_V2 : HEADER_V1);
      frame.end = frame.start + (memory[at + 1] as number);
      onFrame(frame);
    });
  }
}

function measureMavlink(bytes: Uint8Array, view: DataView, at: number, available: number): number {
  const magic = bytes[at];
  if (magic !== MAGIC_V1 && magic !== MAGIC_V2) return NO_FRAME;
  const v2 = magic === MAGIC_V2;
  const header = v2 ? HEADER_V2 : HEADER_V1;
  if (available < header) return NEED_MORE;
  const incompat = v2 ? (bytes[at + 2] as number) : 0;
  if (incompat > 1) return NO_FRAME;
  const message = MESSAGES.get(v2 ? readU24(bytes, at + 7) : (bytes[at + 5] as number));
  const payload = bytes[at + 1] as number;
  if (message === undefined || payload > message.maxLength) return NO_FRAME;
  if (v2 ? payload < 1 : payload < message.length) return NO_FRAME;
  const checked = header + payload;
  const length = checked + 2 + (incompat === 1 ? SIGNATURE : 0);
  if (available < length) return NEED_MORE;
  const crc = crcX25Byte(crcX25(bytes, at + 1, at + checked), message.crcExtra);
  return crc === view.getUint16(at + checked, true) ? length : NO_FRAME;
}

const readU24 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);

/** CRC-16/MCRF4XX over [start, end), as MAVLink accumulates it: initial 0xFFFF, no final XOR. */
export function crcX25(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffff;
  for (let i = start; i < end; i++) crc = crcX25Byte(crc, bytes[i] as number);
  return crc;
}

function crcX25Byte(crc: number, byte: number): number {
  let mixed = (byte ^ crc) & 0xff;
  mixed = (mixed ^ (mixed << 4)) & 0xff;
  return (crc >> 8) ^ (mixed << 8) ^ (mixed << 3) ^ (mixed >> 4);
}
