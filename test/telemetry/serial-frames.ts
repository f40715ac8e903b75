/** CRSF and LTM frames made by code that shares nothing with the parsers: CRCs bit by bit, layouts by hand. */

/** CRC-8 by polynomial division of the whole message, x^8 + x^7 + x^6 + x^4 + x^2 + 1. */
function crc8(bytes: readonly number[]): number {
  const bits = [...bytes, 0].flatMap((byte) => Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1));
  const divisor = [1, 1, 1, 0, 1, 0, 1, 0, 1];
  for (let at = 0; at + 8 < bits.length; at++) {
    if (bits[at] === 1) for (let i = 0; i < 9; i++) bits[at + i] = (bits[at + i] as number) ^ (divisor[i] as number);
  }
  return bits.slice(-8).reduce((value, bit) => value * 2 + bit, 0);
}

export function crsfFrame(type: number, payload: readonly number[], sync = 0xc8): number[] {
  return [sync, payload.length + 2, type, ...payload, crc8([type, ...payload])];
}

export function ltmFrame(letter: string, payload: readonly number[]): number[] {
  return [0x24, 0x54, letter.charCodeAt(0), ...payload, payload.reduce((sum, byte) => sum ^ byte, 0)];
}

/** Big-endian bytes of integers: `be([2, -5], [4, 7])`. */
export const be = (...fields: readonly [size: number, value: number][]): number[] =>
  fields.flatMap(([size, value]) => Array.from({ length: size }, (_, i) => (value >> (8 * (size - 1 - i))) & 0xff));

export const le = (...fields: readonly [size: number, value: number][]): number[] =>
  fields.flatMap(([size, value]) => Array.from({ length: size }, (_, i) => (value >> (8 * i)) & 0xff));

export const textBytes = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** Cuts a stream into chunks of the given sizes, over and over. */
export function chunked(stream: readonly number[], sizes: readonly number[]): number[][] {
  const chunks: number[][] = [];
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length] as number;
    chunks.push(stream.slice(at, at + size));
    at += size;
  }
  return chunks;
}
