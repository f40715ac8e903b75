import type { Fault } from '../../base/fault.ts';

/**
 * RubyFPV video packet (type 22), little endian, behind the Ruby header. Offsets from the video header:
 *
 *   0      1        5      6       10        11          13        17      21       22     24  25  26      28       30       32    36
 *   +------+--------+------+-------+---------+-----------+---------+-------+--------+------+---+---+-------+--------+--------+-----+-- - -
 *   | type | status | info | value | profile | key frame | bitrate | block | packet | size | k | m | frame | camera | number | 0   | body
 *   |      |        | id   |       |         | ms        | bps     | index | index  | S    |   |   | index | ms     | count  |     |
 *   +------+--------+------+-------+---------+-----------+---------+-------+--------+------+---+---+-------+--------+--------+-----+-- - -
 *
 * Body of a data packet: u16 L, u8 flags, L video bytes (L + 3 <= S), sometimes 18 bytes of timestamps outside the FEC.
 * Body of a parity packet: exactly S bytes.
 *
 * Source: rubyfpv-link.md 4.
 */
export const VIDEO_HEADER_LEN = 36;

/** Length and flags in front of the video bytes of a data packet; they are inside the FEC. */
export const VIDEO_PREFIX_LEN = 3;

/** Debug timestamps behind a data packet's video bytes, see `VideoStatus.debugTimes`. */
export const DEBUG_TIMES_LEN = 18;

/** Largest packet size S that fits a Ruby packet: 1500 - 24 - 36. */
export const MAX_BLOCK_PACKET_SIZE = 1440;

/** Most packets in a block, and most of either kind. Source: rubyfpv-link.md 5, "Ruby's limits". */
export const MAX_BLOCK_PACKETS = 32;
export const MAX_BLOCK_DATA = 16;
export const MAX_BLOCK_PARITY = 16;

/** Status word. Source: rubyfpv-link.md 4.2. */
export const VideoStatus = {
  toComeMask: 0xff,
  debugTimes: 1 << 8,
  loweredBitrate: 1 << 9,
  /** First packet of the frame. */
  frameStart: 1 << 10,
  /** Last data packet of the frame, and all parity packets of its block. */
  frameEnd: 1 << 11,
  hasI: 1 << 12,
  hasP: 1 << 13,
  hasOther: 1 << 14,
  /** Last packet sent of the frame, parity included. */
  lastOfFrame: 1 << 15,
} as const;

/** High nibble of the first byte. Source: rubyfpv-link.md 4.1. */
export const VideoType = { h264: 1, h265: 2 } as const;

/** What info values mean. Source: rubyfpv-link.md 4.3. */
export const VideoInfo = {
  none: 0,
  size: 1,
  framesPerSecond: 2,
  fecTime: 3,
  encodingFlags: 4,
  retransmissionId: 5,
  keyframeInterval: 6,
  frameTimers: 7,
  bitrates: 8,
} as const;

export interface VideoSegment {
  /** 1 H264, 2 H265, see `VideoType`. */
  type: number;
  videoStream: number;
  status: number;
  infoId: number;
  infoValue: number;
  profile: number;
  keyframeIntervalMs: number;
  bitrateBps: number;
  /** Block number since the air unit's video started, 0 to 2^32 - 1. */
  block: number;
  /** Place in the block: 0 to k - 1 data, k to k + m - 1 parity. */
  packet: number;
  /** Bytes covered by FEC, S: 4 to 1440. */
  packetSize: number;
  /** Data packets of this block, 1 to 16. */
  k: number;
  /** Parity packets of this block, 0 to 16. */
  m: number;
  /** Frame number, wraps at 65536. */
  frame: number;
  cameraMs: number;
  /** Low byte: number of the data packet in its frame (of a parity packet: of the block's last one). High: how many. */
  frameNumbers: number;
}

/** A segment to read into; made once and reused. */
export function createVideoSegment(): VideoSegment {
  return {
    type: VideoType.h264,
    videoStream: 0,
    status: 0,
    infoId: 0,
    infoValue: 0,
    profile: 0,
    keyframeIntervalMs: 0,
    bitrateBps: 0,
    block: 0,
    packet: 0,
    packetSize: VIDEO_PREFIX_LEN + 1,
    k: 1,
    m: 0,
    frame: 0,
    cameraMs: 0,
    frameNumbers: 0,
  };
}

/**
 * Reads the video header at `at` of a packet that ends at `end`, and checks that its body is there: nothing else protects
 * it. Faults: `short` (header or body cut), `type` (neither H264 nor H265), `range` (packet index, k, m, S or the length
 * prefix outside their limits). On a fault `out` is untouched.
 */
export function readVideoSegment(view: DataView, at: number, end: number, out: VideoSegment): Fault | undefined {
  if (end - at < VIDEO_HEADER_LEN) return 'short';
  const first = view.getUint8(at);
  const type = first >>> 4;
  if (type !== VideoType.h264 && type !== VideoType.h265) return 'type';
  const packet = view.getUint8(at + 21);
  const packetSize = view.getUint16(at + 22, true);
  const k = view.getUint8(at + 24);
  const m = view.getUint8(at + 25);
  if (k < 1 || k > MAX_BLOCK_DATA || m > MAX_BLOCK_PARITY || packet >= k + m) return 'range';
  if (packetSize <= VIDEO_PREFIX_LEN || packetSize > MAX_BLOCK_PACKET_SIZE) return 'range';
  const body = at + VIDEO_HEADER_LEN;
  if (packet < k) {
    if (end - body < VIDEO_PREFIX_LEN) return 'short';
    const covered = VIDEO_PREFIX_LEN + view.getUint16(body, true);
    if (covered > packetSize) return 'range';
    if (end - body < covered) return 'short';
  } else if (end - body < packetSize) {
    return 'short';
  }
  out.type = type;
  out.videoStream = first & 0x0f;
  out.status = view.getUint32(at + 1, true);
  out.infoId = view.getUint8(at + 5);
  out.infoValue = view.getUint32(at + 6, true);
  out.profile = view.getUint8(at + 10);
  out.keyframeIntervalMs = view.getUint16(at + 11, true);
  out.bitrateBps = view.getUint32(at + 13, true) & 0x7fffffff;
  out.block = view.getUint32(at + 17, true);
  out.packet = packet;
  out.packetSize = packetSize;
  out.k = k;
  out.m = m;
  out.frame = view.getUint16(at + 26, true);
  out.cameraMs = view.getUint8(at + 28);
  out.frameNumbers = view.getUint16(at + 30, true);
  return undefined;
}

/** Writes the 36-byte video header at `at`. Throws RangeError when the buffer is too short. */
export function writeVideoSegment(view: DataView, at: number, segment: VideoSegment): void {
  view.setUint8(at, (segment.type << 4) | (segment.videoStream & 0x0f));
  view.setUint32(at + 1, segment.status, true);
  view.setUint8(at + 5, segment.infoId);
  view.setUint32(at + 6, segment.infoValue, true);
  view.setUint8(at + 10, segment.profile);
  view.setUint16(at + 11, segment.keyframeIntervalMs, true);
  view.setUint32(at + 13, segment.bitrateBps, true);
  view.setUint32(at + 17, segment.block, true);
  view.setUint8(at + 21, segment.packet);
  view.setUint16(at + 22, segment.packetSize, true);
  view.setUint8(at + 24, segment.k);
  view.setUint8(at + 25, segment.m);
  view.setUint16(at + 26, segment.frame, true);
  view.setUint16(at + 28, segment.cameraMs & 0xff, true);
  view.setUint16(at + 30, segment.frameNumbers, true);
  view.setUint32(at + 32, 0, true);
}
