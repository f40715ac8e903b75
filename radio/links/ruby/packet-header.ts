import type { Fault } from '../../base/fault.ts';
import { Flag, MAX_PACKET_LEN } from './constants.ts';
import { crc32 } from './crc32.ts';

/**
 * Ruby packet header, little endian. One packet per 802.11 data frame, right after the 24-byte 802.11 header.
 *
 *   0     4       5      6             10         12       14        16       20            24
 *   +-----+-------+------+-------------+----------+--------+---------+--------+-------------+-- - -
 *   | crc | flags | type | stream word | extended | length | counter | source | destination | body
 *   +-----+-------+------+-------------+----------+--------+---------+--------+-------------+-- - -
 *
 * Source: rubyfpv-link.md 2.
 */
export const RUBY_HEADER_LEN = 24;

export interface RubyHeader {
  /** As stored: 32 bits, of which receivers compare the low 24. */
  crc: number;
  /** See `Flag` and `Component`. */
  flags: number;
  packetType: number;
  /** 0 to 15, see `StreamId`. */
  streamId: number;
  /** Place in that stream, 0 to 2^28 - 1. */
  streamIndex: number;
  extendedFlags: number;
  /** Bytes of the packet, this header included: 24 to 1500. */
  totalLength: number;
  /** Counts frames built for one radio link, all packet types together; wraps at 65536. */
  linkCounter: number;
  source: number;
  /** 0: nobody in particular. */
  destination: number;
}

/** A header to read into; made once and reused. */
export function createRubyHeader(): RubyHeader {
  return {
    crc: 0,
    flags: 0,
    packetType: 0,
    streamId: 0,
    streamIndex: 0,
    extendedFlags: 0,
    totalLength: RUBY_HEADER_LEN,
    linkCounter: 0,
    source: 0,
    destination: 0,
  };
}

/**
 * Reads the header at `at` of a packet that ends at or before `end` (more bytes may follow it) and checks its CRC.
 * Faults: `short` (fewer than 24 bytes, or fewer than the header promises), `range` (length below 24 or above 1500),
 * `crc`, `scrambled`. `out` is untouched after a fault, but for `scrambled`: then it is filled, and the CRC unchecked
 * because it covers the plain bytes (unscramble a copy, then `rubyCrcMatches`).
 */
export function readRubyHeader(view: DataView, at: number, end: number, out: RubyHeader): Fault | undefined {
  if (end - at < RUBY_HEADER_LEN) return 'short';
  const totalLength = view.getUint16(at + 12, true);
  if (totalLength < RUBY_HEADER_LEN || totalLength > MAX_PACKET_LEN) return 'range';
  if (totalLength > end - at) return 'short';
  const flags = view.getUint8(at + 4);
  const scrambled = (flags & Flag.scrambled) !== 0;
  if (!scrambled && !rubyCrcMatches(view, at)) return 'crc';
  const word = view.getUint32(at + 6, true);
  out.crc = view.getUint32(at, true);
  out.flags = flags;
  out.packetType = view.getUint8(at + 5);
  out.streamId = word >>> 28;
  out.streamIndex = word & 0x0fffffff;
  out.extendedFlags = view.getUint16(at + 10, true);
  out.totalLength = totalLength;
  out.linkCounter = view.getUint16(at + 14, true);
  out.source = view.getUint32(at + 16, true);
  out.destination = view.getUint32(at + 20, true);
  return scrambled ? 'scrambled' : undefined;
}

/**
 * Whether the CRC of the packet at `at` holds. Only its low 24 bits count, as in RubyFPV's receivers. The caller has
 * checked that as many bytes are there as the header says.
 */
export function rubyCrcMatches(view: DataView, at: number): boolean {
  return ((crcOf(view, at) ^ view.getUint32(at, true)) & 0xffffff) === 0;
}

/**
 * Writes `header` at `at` and stores the CRC over it and, unless its flags say header only, over what already stands in
 * the body, up to `totalLength`. `header.crc` is not read but set. Throws RangeError when the buffer is too short.
 */
export function writeRubyHeader(view: DataView, at: number, header: RubyHeader): void {
  view.setUint8(at + 4, header.flags);
  view.setUint8(at + 5, header.packetType);
  view.setUint32(at + 6, ((header.streamId << 28) | (header.streamIndex & 0x0fffffff)) >>> 0, true);
  view.setUint16(at + 10, header.extendedFlags, true);
  view.setUint16(at + 12, header.totalLength, true);
  view.setUint16(at + 14, header.linkCounter, true);
  view.setUint32(at + 16, header.source, true);
  view.setUint32(at + 20, header.destination, true);
  header.crc = crcOf(view, at);
  view.setUint32(at, header.crc, true);
}

function crcOf(view: DataView, at: number): number {
  const headerOnly = (view.getUint8(at + 4) & Flag.headerCrcOnly) !== 0;
  return crc32(view, at + 4, at + (headerOnly ? RUBY_HEADER_LEN : view.getUint16(at + 12, true)));
}
