import type { Codec } from '../../api/access-unit.ts';
import type { Fault } from '../../base/fault.ts';
import { msToNs, NS_PER_MS, type Ns, ns } from '../../base/time.ts';
import { ReedSolomon, SLOT_ALIGN } from '../../fec/reed-solomon.ts';
import type { LinkSink } from '../link.ts';
import type { RubyStats } from './stats.ts';
import { VideoBlock } from './video-block.ts';
import {
  MAX_BLOCK_PACKET_SIZE,
  MAX_BLOCK_PACKETS,
  VIDEO_PREFIX_LEN,
  type VideoSegment,
  VideoType,
} from './video-segment.ts';

/** Blocks in flight, as RubyFPV's larger receivers have. Source: rubyfpv-link.md 6.2. */
export const WINDOW_BLOCKS = 100;

const STRIDE = Math.ceil(MAX_BLOCK_PACKET_SIZE / SLOT_ALIGN) * SLOT_ALIGN;
const BLOCK_STRIDE = MAX_BLOCK_PACKETS * STRIDE;

/** Adapters do not lag each other by more packets than this: what is older is of another life of the air unit. */
const MAX_LAG_PACKETS = 512;
/** Nor by more time: when no new picture came for so long, an old block number is a new life. */
const MAX_LAG_NS = 500 * NS_PER_MS;
/**
 * After its first packet the window waits this long at most before it gives anything out: the packet may have overtaken
 * others, or come from the adapter that is ahead but had lost those before it.
 */
const MAX_SETTLE_NS = 50 * NS_PER_MS;
/** Old packets in a row, close together, that prove a new life while copies of the old one may still come. */
const PROOF = 3;
const PROOF_WITHIN_PACKETS = 64;

/**
 * Puts video packets in order, rebuilds lost ones, and gives whole frames' bytes to the sink as early as possible. A hole
 * is waited for while the block may still fill; then the rest of its frame is dropped and the output goes on at the next
 * frame. Source: rubyfpv-link.md 6.2 to 6.4; where it differs from RubyFPV, the comments say why.
 */
export class VideoWindow {
  readonly #stats: RubyStats;
  readonly #holdNs: Ns;
  readonly #code = new ReedSolomon(WINDOW_BLOCKS * BLOCK_STRIDE);
  readonly #blocks: readonly VideoBlock[];

  #started = false;
  #now: Ns = ns(0);
  /** Next block to give out, and the packet in it. */
  #bottom = 0;
  #position = 0;
  /** Nothing is given out before, and earlier blocks are still taken. */
  #settledAt: Ns = ns(0);
  #newest = 0;
  /** Of the newest packet sent for the first time. */
  #newestIndex = 0;
  #newestAt: Ns = ns(0);
  /** Block in which reception began; only its tail was heard, so it is not a loss. */
  #first = -1;
  /** Packets are passed over until a frame begins. */
  #skipping = true;
  /** Frame of the block given out or dropped last; -1 after one whose frame is unknown. */
  #frame = -1;
  /** Bytes of the frame were given out, and its end not yet told. */
  #open = false;
  /** Packets in a row that look like a new life of the sender. */
  #strangers = 0;
  #strangerIndex = 0;

  /** `holdMs`: how long a hole may wait for late copies, ms. Counts into `stats.packets`, `blocks` and `video`. */
  constructor(stats: RubyStats, holdMs: number) {
    this.#stats = stats;
    this.#holdNs = msToNs(holdMs);
    const { firstSlot } = this.#code;
    this.#blocks = Array.from({ length: WINDOW_BLOCKS }, (_, i) => new VideoBlock(firstSlot + i * BLOCK_STRIDE));
  }

  /**
   * Takes the packet that `segment` describes, its body at `body` of `view`. `index` is its place in the video stream.
   * Faults: `late` (its place was given out or given up), `range` (contradicts its neighbours).
   */
  take(
    view: DataView,
    body: number,
    segment: VideoSegment,
    index: number,
    retransmitted: boolean,
    at: Ns,
    sink: LinkSink,
  ): Fault | undefined {
    if (at > this.#now) this.#now = at;
    const fault = this.#admit(segment, index, retransmitted, at, sink);
    if (fault) {
      this.#cameByItself(this.#block(segment.block), segment);
      return fault;
    }
    const block = this.#block(segment.block);
    if (!block.agree(segment)) {
      if (retransmitted || indexDelta(index, this.#newestIndex) < 0) return 'range';
      this.#restart(segment, index, at, sink);
      this.#block(segment.block).agree(segment);
    }
    if (!retransmitted) this.#noteNewest(segment, index, at);
    this.#store(this.#block(segment.block), view, body, segment, at);
    this.#drain(sink);
    return undefined;
  }

  /** Gives up what waited too long. */
  tick(now: Ns, sink: LinkSink): void {
    if (now > this.#now) this.#now = now;
    if (this.#started) this.#drain(sink);
  }

  /** Gives out what can be given out and gives up the rest; the next packet may begin anywhere. */
  flush(sink: LinkSink): void {
    if (!this.#started) return;
    this.#giveUpBelow(this.#newest + 1, sink);
    if (this.#open) this.#gap(sink);
    this.#started = false;
  }

  /** Decides whether a packet belongs into the window, and moves or empties the window when it must. */
  #admit(segment: VideoSegment, index: number, retransmitted: boolean, at: Ns, sink: LinkSink): Fault | undefined {
    const number = segment.block;
    if (!this.#started) {
      if (retransmitted) return 'late';
      this.#start(segment, index, at);
      return undefined;
    }
    if (retransmitted) {
      if (number < this.#bottom || number >= this.#bottom + WINDOW_BLOCKS) return 'late';
    } else {
      const ahead = indexDelta(index, this.#newestIndex);
      // A sender never goes back: an older block in a newer packet is a new count of blocks (rubyfpv-link.md 4.5).
      if (ahead > 0 && (number < this.#newest || this.#isOtherNewest(segment))) {
        this.#restart(segment, index, at, sink);
        return undefined;
      }
      // Every block has a packet of its own: one that jumps further than the packets do is of another life, or damaged.
      if (ahead < -MAX_LAG_PACKETS || number - this.#newest > Math.max(ahead, 0)) {
        if (!this.#isNewLife(index, at)) return 'range';
        this.#restart(segment, index, at, sink);
        return undefined;
      }
      if (number < this.#bottom) {
        if (this.#mayGoBefore(number, ahead)) {
          this.#lower(number, segment.packet, at);
          return undefined;
        }
        if (at - this.#newestAt < MAX_LAG_NS) return 'late';
        this.#restart(segment, index, at, sink);
        return undefined;
      }
    }
    if (number > this.#newest) this.#extend(number, at, sink);
    return undefined;
  }

  /** Whether it has the newest block's number but is of another frame. */
  #isOtherNewest(segment: VideoSegment): boolean {
    if (segment.block !== this.#newest) return false;
    const block = this.#block(this.#newest);
    return block.k > 0 && block.frame !== segment.frame;
  }

  #isNewLife(index: number, at: Ns): boolean {
    const step = indexDelta(index, this.#strangerIndex);
    this.#strangers = step > 0 && step <= PROOF_WITHIN_PACKETS ? this.#strangers + 1 : 1;
    this.#strangerIndex = index;
    return this.#strangers >= PROOF || at - this.#newestAt >= MAX_LAG_NS;
  }

  #noteNewest(segment: VideoSegment, index: number, at: Ns): void {
    this.#strangers = 0;
    if (at > this.#newestAt) this.#newestAt = at;
    if (indexDelta(index, this.#newestIndex) < 0) return;
    this.#newestIndex = index;
    const { video } = this.#stats;
    video.k = segment.k;
    video.m = segment.m;
    video.packetSize = segment.packetSize;
    video.keyframeIntervalMs = segment.keyframeIntervalMs;
    video.bitrateBps = segment.bitrateBps;
    video.profile = segment.profile;
  }

  #start(segment: VideoSegment, index: number, at: Ns): void {
    this.#started = true;
    this.#bottom = segment.block;
    this.#newest = segment.block;
    this.#position = 0;
    this.#newestIndex = index;
    this.#newestAt = at;
    this.#first = segment.packet > 0 ? segment.block : -1;
    this.#settledAt = ns(at + Math.min(this.#holdNs, MAX_SETTLE_NS));
    this.#skipping = true;
    this.#frame = -1;
    this.#strangers = 0;
    for (const block of this.#blocks) block.number = -1;
    this.#block(segment.block).clear(segment.block, at);
  }

  /** Whether a block before the first one heard is really an earlier one: every block in between takes a packet. */
  #mayGoBefore(number: number, ahead: number): boolean {
    if (this.#now >= this.#settledAt || this.#newest - number >= WINDOW_BLOCKS) return false;
    return this.#bottom - number <= -ahead;
  }

  #lower(number: number, packet: number, at: Ns): void {
    while (this.#bottom > number) this.#block(--this.#bottom).clear(this.#bottom, at);
    this.#first = packet > 0 ? number : -1;
  }

  /** The sender counts anew: nothing of before can be completed. */
  #restart(segment: VideoSegment, index: number, at: Ns, sink: LinkSink): void {
    this.#stats.video.restarts++;
    this.#giveUpBelow(this.#newest + 1, sink);
    if (this.#open) this.#gap(sink);
    this.#start(segment, index, at);
  }

  /** Makes `number` the newest block; those in between are empty so far. */
  #extend(number: number, at: Ns, sink: LinkSink): void {
    if (number - this.#newest >= WINDOW_BLOCKS) {
      const { blocks, packets, video } = this.#stats;
      this.#giveUpBelow(this.#newest + 1, sink);
      if (!this.#skipping) this.#gap(sink);
      const missed = number - this.#bottom;
      blocks.lost += missed;
      packets.lost += missed * video.k;
      this.#bottom = number;
      this.#newest = number - 1;
      this.#frame = -1;
    } else if (number - this.#bottom >= WINDOW_BLOCKS) {
      this.#giveUpBelow(number - WINDOW_BLOCKS + 1, sink);
    }
    while (this.#newest < number) {
      this.#newest++;
      this.#block(this.#newest).clear(this.#newest, at);
    }
  }

  #store(block: VideoBlock, view: DataView, body: number, segment: VideoSegment, at: Ns): void {
    if (at > block.lastAt) block.lastAt = at;
    this.#cameByItself(block, segment);
    const { packet } = segment;
    // Parity of a block whose data are all there is the usual case, and of no use.
    if (block.data >= block.k || block.has(packet)) return;
    if (packet > block.highest) block.highest = packet;
    const isData = packet < block.k;
    const length = isData ? VIDEO_PREFIX_LEN + view.getUint16(body, true) : block.packetSize;
    const slot = block.slot + packet * STRIDE;
    copy(view, body, this.#code.view, slot, length);
    if (length < block.packetSize) this.#code.bytes.fill(0, slot + length, slot + block.packetSize);
    block.times[packet] = at;
    block.present |= 1 << packet;
    if (isData) block.data++;
    else block.parity++;
    if (block.parity > 0 && block.data < block.k && block.data + block.parity >= block.k) this.#repair(block, at);
  }

  /** A packet that a lagging adapter brings after FEC has rebuilt it was not lost. */
  #cameByItself(block: VideoBlock, segment: VideoSegment): void {
    const bit = 1 << segment.packet;
    if (block.number !== segment.block || (block.rebuilt & bit) === 0) return;
    block.rebuilt &= ~bit;
    this.#stats.packets.recovered--;
  }

  #repair(block: VideoBlock, at: Ns): void {
    const repaired = this.#code.repair(block.slot, STRIDE, block.k, block.present, block.packetSize);
    for (let packet = 0; packet < block.k; packet++) {
      if (block.has(packet)) continue;
      block.times[packet] = at;
      block.rebuilt |= 1 << packet;
      if (VIDEO_PREFIX_LEN + this.#lengthOf(block, packet) > block.packetSize) block.corrupt = true;
    }
    block.present |= (1 << block.k) - 1;
    block.data = block.k;
    block.repaired = repaired;
    this.#stats.packets.recovered += repaired;
  }

  /** Gives out all that is in order, and gives up what waited too long. */
  #drain(sink: LinkSink): void {
    if (this.#now < this.#settledAt) return;
    while (this.#bottom <= this.#newest) {
      const block = this.#block(this.#bottom);
      this.#emit(block, sink);
      if (block.complete) this.#pass(block, sink);
      else if (block.corrupt || (this.#hasHole(block) && this.#now - block.lastAt >= this.#holdNs)) {
        this.#giveUp(block, sink);
      } else return;
    }
  }

  /** Whether something later than its missing packet came: otherwise the sender may just not be there yet. */
  #hasHole(block: VideoBlock): boolean {
    if (this.#bottom < this.#newest) return true;
    return block.present >>> this.#position !== 0;
  }

  #giveUpBelow(number: number, sink: LinkSink): void {
    this.#settledAt = ns(0);
    while (this.#bottom < number) {
      const block = this.#block(this.#bottom);
      this.#emit(block, sink);
      if (block.complete) this.#pass(block, sink);
      else this.#giveUp(block, sink);
    }
  }

  /** Gives out the packets of the bottom block that follow each other. */
  #emit(block: VideoBlock, sink: LinkSink): void {
    if (block.corrupt) return;
    while (this.#position < block.k && block.has(this.#position)) {
      if (this.#position === 0) this.#beginBlock(block, sink);
      if (this.#skipping) return;
      const packet = this.#position++;
      const length = this.#lengthOf(block, packet);
      if (length === 0) continue;
      const start = block.slot + packet * STRIDE + VIDEO_PREFIX_LEN;
      this.#open = true;
      this.#stats.video.bytes += length;
      sink.payload('video', this.#code.bytes, start, start + length, ns(block.times[packet] as number));
    }
  }

  #beginBlock(block: VideoBlock, sink: LinkSink): void {
    if (this.#frame === block.frame) return;
    if (this.#open) this.#boundary(block.type, sink);
    if (block.startsFrame) this.#skipping = false;
  }

  /** Goes on behind a complete block, given out or passed over. */
  #pass(block: VideoBlock, sink: LinkSink): void {
    const { blocks } = this.#stats;
    blocks.complete++;
    if (block.repaired > 0) blocks.recovered++;
    if (block.endsFrame && this.#open) this.#boundary(block.type, sink);
    this.#next(block.frame);
  }

  /** Goes on behind a block that will not be whole. */
  #giveUp(block: VideoBlock, sink: LinkSink): void {
    const { blocks, packets, video } = this.#stats;
    // Neither a block of which only the end was heard, nor one that was still coming when all ended, is a loss.
    if (this.#bottom !== this.#first && (this.#bottom < this.#newest || this.#hasHole(block))) {
      blocks.lost++;
      packets.lost += (block.k || video.k) - block.data;
    }
    if (!this.#skipping) this.#gap(sink);
    this.#next(block.k > 0 ? block.frame : -1);
  }

  #next(frame: number): void {
    this.#frame = frame;
    this.#bottom++;
    this.#position = 0;
  }

  #gap(sink: LinkSink): void {
    this.#skipping = true;
    this.#open = false;
    sink.gap('video', this.#now);
  }

  #boundary(type: number, sink: LinkSink): void {
    this.#open = false;
    const codec: Codec = type === VideoType.h265 ? 'h265' : 'h264';
    sink.boundary('video', codec, this.#now);
  }

  #lengthOf(block: VideoBlock, packet: number): number {
    return this.#code.view.getUint16(block.slot + packet * STRIDE, true);
  }

  #block(number: number): VideoBlock {
    return this.#blocks[number % WINDOW_BLOCKS] as VideoBlock;
  }
}

/** How far index `a` is ahead of `b`, -2^27 to 2^27 - 1; stream indexes have 28 bits. */
function indexDelta(a: number, b: number): number {
  return ((a - b) << 4) >> 4;
}

/** Copies without making a subarray, 4 bytes a step; both ranges are inside their views. */
function copy(from: DataView, at: number, to: DataView, slot: number, length: number): void {
  const whole = length & ~3;
  let i = 0;
  for (; i < whole; i += 4) to.setInt32(slot + i, from.getInt32(at + i, true), true);
  for (; i < length; i++) to.setUint8(slot + i, from.getUint8(at + i));
}
