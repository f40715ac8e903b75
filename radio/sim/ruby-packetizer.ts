import type { Codec } from '../api/access-unit.ts';
import { encodeParity } from '../fec/reed-solomon.ts';
import {
  createVideoSegment,
  VIDEO_HEADER_LEN,
  VIDEO_PREFIX_LEN,
  VideoInfo,
  VideoStatus,
  VideoType,
  writeVideoSegment,
} from '../links/ruby/video-segment.ts';

/** How an air unit cuts its video. */
export interface VideoScheme {
  /** Data and parity packets of an ordinary block: 1 to 16, and 0 to k. */
  k: number;
  m: number;
  /** Bytes of a packet that FEC covers, 3-byte prefix included: 50 to 1150 on a real air unit, 1100 by default. */
  packetSize: number;
}

export const DEFAULT_SCHEME: VideoScheme = { k: 8, m: 4, packetSize: 1100 };

export interface PacketizerOptions {
  codec: Codec;
  scheme: VideoScheme;
  width: number;
  height: number;
  fps: number;
  keyframeIntervalMs: number;
  bitrateBps: number;
}

/** Info items in the order in which packets carry them. Source: rubyfpv-link.md 4.3. */
const ROTATION = [
  VideoInfo.size,
  VideoInfo.framesPerSecond,
  VideoInfo.fecTime,
  VideoInfo.encodingFlags,
  VideoInfo.keyframeInterval,
  VideoInfo.frameTimers,
  VideoInfo.bitrates,
] as const;

export interface BlockPlan {
  k: number;
  m: number;
}

/**
 * The blocks that a frame of `packets` data packets is sent in. Source: rubyfpv-link.md 4.5, rules 4 and 5.
 */
export function planBlocks(packets: number, scheme: VideoScheme): BlockPlan[] {
  const { k: k0, m: m0 } = scheme;
  const blocks: BlockPlan[] = [];
  for (let left = packets; left > 0; ) {
    let k = k0;
    let m = m0;
    if (k0 < left && left < k0 + 5 && left < 16) {
      k = left;
      if (m0 > 0) m = Math.floor((k * m0) / k0);
    }
    if (left < k) {
      // Cut short. The small addition is the air unit's: exact products round up.
      const share = m / k;
      k = left;
      m = m0 > 0 ? Math.min(k, Math.max(1, Math.ceil(k * share + 0.001))) : 0;
      if (k === 1) m = 0;
    }
    blocks.push({ k, m });
    left -= k;
  }
  return blocks;
}

/** One video packet's body: video header and what follows, ready for a Ruby header in front. */
export type VideoBody = Uint8Array<ArrayBuffer>;

/** Cuts an elementary stream into RubyFPV video packets, frame by frame. Source: rubyfpv-link.md 4. */
export class RubyPacketizer {
  readonly #options: PacketizerOptions;
  readonly #segment = createVideoSegment();
  #frame = 0;
  #block = 0;
  #rotation = 0;

  constructor(options: PacketizerOptions) {
    this.#options = options;
    this.#segment.type = options.codec === 'h264' ? VideoType.h264 : VideoType.h265;
    this.#segment.keyframeIntervalMs = options.keyframeIntervalMs;
    this.#segment.bitrateBps = options.bitrateBps;
    this.#segment.packetSize = options.scheme.packetSize;
  }

  /** Restarts block and frame numbers, as an air unit does when its video starts anew. */
  restart(): void {
    this.#frame = 0;
    this.#block = 0;
    this.#rotation = 0;
  }

  /**
   * The packets of one frame (a picture with its parameter sets), in the order sent; a packet that is sent twice is there
   * twice. The memory is the caller's. `cameraMs`: time since the frame before.
   */
  cut(frame: Uint8Array, cameraMs: number): VideoBody[] {
    const { scheme } = this.#options;
    const room = scheme.packetSize - VIDEO_PREFIX_LEN;
    const count = Math.ceil(frame.length / room);
    const plan = planBlocks(count, scheme);
    let toCome = 0;
    for (const { k, m } of plan) toCome += k + m + (k === 1 && m === 0 ? 1 : 0);
    const total = toCome;
    const kind = nalStatus(this.#options.codec, frame);
    const segment = this.#segment;
    this.#frame = (this.#frame + 1) & 0xffff;
    segment.frame = this.#frame;
    segment.cameraMs = cameraMs;
    const bodies: VideoBody[] = [];
    let number = 0;
    for (const { k, m } of plan) {
      segment.block = this.#block;
      this.#block = (this.#block + 1) >>> 0;
      segment.k = k;
      segment.m = m;
      const covered: Uint8Array[] = [];
      const lastBlock = number + k === count;
      for (let i = 0; i < k; i++, number++) {
        const from = number * room;
        const length = Math.min(room, frame.length - from);
        const body = new Uint8Array(VIDEO_HEADER_LEN + VIDEO_PREFIX_LEN + length);
        const view = new DataView(body.buffer);
        const last = number === count - 1;
        segment.packet = i;
        segment.frameNumbers = (number & 0xff) | (Math.min(255, count) << 8);
        for (let copy = k === 1 && m === 0 ? 2 : 1; copy > 0; copy--) {
          toCome--;
          segment.status =
            (toCome & VideoStatus.toComeMask) |
            (total - toCome === 1 ? kind | VideoStatus.frameStart : later(kind)) |
            (last ? VideoStatus.frameEnd : 0) |
            (toCome === 0 ? VideoStatus.lastOfFrame : 0);
          this.#info(last);
          writeVideoSegment(view, 0, segment);
          view.setUint16(VIDEO_HEADER_LEN, length, true);
          body.set(frame.subarray(from, from + length), VIDEO_HEADER_LEN + VIDEO_PREFIX_LEN);
          bodies.push(copy > 1 ? body.slice() : body);
        }
        covered.push(body.subarray(VIDEO_HEADER_LEN));
      }
      const parity = m > 0 ? encodeParity(covered, scheme.packetSize, m) : [];
      for (let row = 0; row < m; row++) {
        toCome--;
        segment.packet = k + row;
        segment.frameNumbers = ((number - 1) & 0xff) | (Math.min(255, count) << 8);
        segment.status =
          (toCome & VideoStatus.toComeMask) |
          later(kind) |
          (lastBlock ? VideoStatus.frameEnd : 0) |
          (toCome === 0 ? VideoStatus.lastOfFrame : 0);
        this.#info(lastBlock);
        const body = new Uint8Array(VIDEO_HEADER_LEN + scheme.packetSize);
        writeVideoSegment(new DataView(body.buffer), 0, segment);
        body.set(parity[row] as Uint8Array, VIDEO_HEADER_LEN);
        bodies.push(body);
      }
    }
    return bodies;
  }

  /** The next info item; the end of a frame carries its timers and does not advance. */
  #info(end: boolean): void {
    const segment = this.#segment;
    const id = end ? VideoInfo.frameTimers : (ROTATION[this.#rotation] as number);
    if (!end) this.#rotation = (this.#rotation + 1) % ROTATION.length;
    segment.infoId = id;
    segment.infoValue = this.#infoValue(id);
  }

  #infoValue(id: number): number {
    const { width, height, fps, keyframeIntervalMs, bitrateBps, scheme } = this.#options;
    const kbps = Math.min(0xffff, Math.round(bitrateBps / 1000));
    if (id === VideoInfo.size) return (width | (height << 16)) >>> 0;
    if (id === VideoInfo.framesPerSecond) return fps;
    if (id === VideoInfo.keyframeInterval) return keyframeIntervalMs;
    if (id === VideoInfo.bitrates) {
      const withParity = Math.min(0xffff, Math.round(kbps * (1 + scheme.m / scheme.k) * 1.06));
      return (kbps | (withParity << 16)) >>> 0;
    }
    return 0;
  }
}

/** The parameter-set bit stays on the first packet alone when the frame also holds a picture. */
function later(kind: number): number {
  return (kind & (VideoStatus.hasI | VideoStatus.hasP)) !== 0 ? kind & ~VideoStatus.hasOther : kind;
}

/**
 * Bits 12 to 14 as an air unit sets them: by the low five bits of every NAL header, whatever the codec. Source:
 * rubyfpv-link.md 4.2, quirk.
 */
function nalStatus(codec: Codec, frame: Uint8Array): number {
  let status = 0;
  for (let i = 0; i + 3 < frame.length; i++) {
    if (frame[i] !== 0 || frame[i + 1] !== 0 || frame[i + 2] !== 1) continue;
    const type = (frame[i + 3] as number) & 0x1f;
    if (type === 5 && codec === 'h264') status |= VideoStatus.hasI;
    else if (type === 1 && codec === 'h264') status |= VideoStatus.hasP;
    else status |= VideoStatus.hasOther;
    i += 3;
  }
  return status;
}
