const TABLE = new Uint32Array(256);
for (let i = 0; i < 256; i++) {
  let c = i;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  TABLE[i] = c;
}

/**
 * CRC-32 as in zlib (reflected, polynomial 0xEDB88320, initial and final XOR 0xFFFFFFFF) over bytes [start, end).
 * Returns 0 to 2^32 - 1. The caller has checked the range. Source: rubyfpv-link.md 2.3.
 */
export function crc32(view: DataView, start: number, end: number): number {
  let c = 0xffffffff;
  for (let at = start; at < end; at++) c = (TABLE[(c ^ view.getUint8(at)) & 0xff] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
