/** MAVLink and MSP frames made by code that shares nothing with the parsers: table-driven CRCs, layouts by hand. */

/** X.25 CRC by table, reflected polynomial 0x8408, as MAVLink uses it. */
const X25_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  return crc;
});

export function x25(bytes: readonly number[]): number {
  return bytes.reduce((crc, byte) => (crc >> 8) ^ (X25_TABLE[(crc ^ byte) & 0xff] as number), 0xffff);
}

export interface FrameOptions {
  version?: 1 | 2;
  sequence?: number;
  systemId?: number;
  componentId?: number;
  signed?: boolean;
  /** Leave the zero bytes that a v2 sender cuts off. */
  untrimmed?: boolean;
}

export function mavlinkFrame(
  messageId: number,
  crcExtra: number,
  payload: readonly number[],
  { version = 2, sequence = 1, systemId = 1, componentId = 1, signed = false, untrimmed = false }: FrameOptions = {},
): Uint8Array {
  const sent = [...payload];
  if (version === 2 && !untrimmed) while (sent.length > 1 && sent.at(-1) === 0) sent.pop();
  const ids = [sequence, systemId, componentId];
  const header =
    version === 1
      ? [sent.length, ...ids, messageId]
      : [sent.length, signed ? 1 : 0, 0, ...ids, messageId & 0xff, (messageId >> 8) & 0xff, messageId >> 16];
  const crc = x25([...header, ...sent, crcExtra]);
  const signature = signed ? Array.from({ length: 13 }, (_, i) => i + 0x30) : [];
  return Uint8Array.from([version === 1 ? 0xfe : 0xfd, ...header, ...sent, crc & 0xff, crc >> 8, ...signature]);
}

/** A payload of `length` bytes with numbers at wire offsets, little endian. */
export function payloadOf(
  length: number,
  fields: readonly [at: number, type: 'u8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32', value: number][],
): number[] {
  const view = new DataView(new ArrayBuffer(length));
  for (const [at, type, value] of fields) {
    if (type === 'u8') view.setUint8(at, value);
    else if (type === 'u16') view.setUint16(at, value, true);
    else if (type === 'i16') view.setInt16(at, value, true);
    else if (type === 'u32') view.setUint32(at, value, true);
    else if (type === 'i32') view.setInt32(at, value, true);
    else view.setFloat32(at, value, true);
  }
  return [...new Uint8Array(view.buffer)];
}

export function attitudeFrame(
  { rollRad = 0, pitchRad = 0, yawRad = 0 }: { rollRad?: number; pitchRad?: number; yawRad?: number },
  options: FrameOptions = {},
): Uint8Array {
  const payload = payloadOf(28, [
    [0, 'u32', 1000],
    [4, 'f32', rollRad],
    [8, 'f32', pitchRad],
    [12, 'f32', yawRad],
  ]);
  return mavlinkFrame(30, 39, payload, options);
}

/** MSP v1, towards us. */
export function mspFrame(command: number, payload: readonly number[]): number[] {
  const body = [payload.length, command, ...payload];
  return [0x24, 0x4d, 0x3e, ...body, body.reduce((sum, byte) => sum ^ byte, 0)];
}

/** MSP v2, towards us, its CRC computed bit by bit on the whole message as a long division. */
export function mspFrameV2(command: number, payload: readonly number[]): number[] {
  const body = [0, command & 0xff, command >> 8, payload.length & 0xff, payload.length >> 8, ...payload];
  const bits = [...body, 0].flatMap((byte) => Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1));
  const divisor = [1, 1, 1, 0, 1, 0, 1, 0, 1];
  for (let i = 0; i + 8 < bits.length; i++) {
    if (bits[i] === 1) for (const [j, bit] of divisor.entries()) bits[i + j] = (bits[i + j] as number) ^ bit;
  }
  const crc = bits.slice(-8).reduce((value, bit) => value * 2 + bit, 0);
  return [0x24, 0x58, 0x3e, ...body, crc];
}
