import { type Ns, ns } from '../base/time.ts';
import type { AccessUnit } from './access-unit.ts';

/**
 * An access unit as one binary WebSocket message, little endian.
 *
 *   0      4    5      6      7     8      12      16        24..55                      56           56+n
 *   +------+----+------+------+-----+------+-------+---------+---------------------------+------------+-- - -
 *   | SPAU | 1  | codec| flags|  n  | width| height| sequence| first, last, complete, sent| codec string| Annex B
 *   +------+----+------+------+-----+------+-------+---------+---------------------------+------------+-- - -
 *
 * Flags: b0 key frame, b1 damaged, b2 after a gap. Times and the sequence are float64: nanoseconds fit exactly.
 */
export const ACCESS_UNIT_HEADER_LEN = 56;
const MAGIC = 0x55415053;
const VERSION = 1;
/** No codec string of any codec we carry comes near it. */
const MAX_CODEC_STRING = 64;

/** Writes `unit` as one message. The bytes are a copy. */
export function writeAccessUnit(unit: AccessUnit): Uint8Array<ArrayBuffer> {
  const text = unit.codecString.slice(0, MAX_CODEC_STRING);
  const bytes = new Uint8Array(ACCESS_UNIT_HEADER_LEN + text.length + unit.data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint8(5, unit.codec === 'h264' ? 1 : 2);
  view.setUint8(6, (unit.keyFrame ? 1 : 0) | (unit.damaged ? 2 : 0) | (unit.afterGap ? 4 : 0));
  view.setUint8(7, text.length);
  view.setUint32(8, unit.width, true);
  view.setUint32(12, unit.height, true);
  view.setFloat64(16, unit.sequence, true);
  view.setFloat64(24, unit.firstAt, true);
  view.setFloat64(32, unit.lastAt, true);
  view.setFloat64(40, unit.completeAt, true);
  view.setFloat64(48, unit.sentAt, true);
  for (let i = 0; i < text.length; i++) bytes[ACCESS_UNIT_HEADER_LEN + i] = text.charCodeAt(i);
  bytes.set(unit.data, ACCESS_UNIT_HEADER_LEN + text.length);
  return bytes;
}

/** Stamps a written message as sent at `at`. */
export function stampSent(message: Uint8Array<ArrayBuffer>, at: Ns): void {
  new DataView(message.buffer, message.byteOffset).setFloat64(48, at, true);
}

/** Reads a message; undefined for anything that is not one. `data` is a view of the message's own bytes. */
export function readAccessUnit(message: ArrayBuffer): AccessUnit | undefined {
  if (message.byteLength <= ACCESS_UNIT_HEADER_LEN) return undefined;
  const view = new DataView(message);
  if (view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== VERSION) return undefined;
  const codec = view.getUint8(5);
  const flags = view.getUint8(6);
  const textLength = view.getUint8(7);
  const dataAt = ACCESS_UNIT_HEADER_LEN + textLength;
  if ((codec !== 1 && codec !== 2) || textLength > MAX_CODEC_STRING || dataAt >= message.byteLength) return undefined;
  let codecString = '';
  for (let i = ACCESS_UNIT_HEADER_LEN; i < dataAt; i++) codecString += String.fromCharCode(view.getUint8(i));
  return {
    codec: codec === 1 ? 'h264' : 'h265',
    data: new Uint8Array(message, dataAt),
    keyFrame: (flags & 1) !== 0,
    damaged: (flags & 2) !== 0,
    afterGap: (flags & 4) !== 0,
    codecString,
    width: view.getUint32(8, true),
    height: view.getUint32(12, true),
    sequence: view.getFloat64(16, true),
    firstAt: ns(view.getFloat64(24, true)),
    lastAt: ns(view.getFloat64(32, true)),
    completeAt: ns(view.getFloat64(40, true)),
    sentAt: ns(view.getFloat64(48, true)),
  };
}
