import { type Ns, ns } from '../../base/time.ts';
import { MAX_BLOCK_PACKETS, type VideoSegment, VideoStatus } from './video-segment.ts';

/** One FEC block in the window: what its packets said, and which are there. Made once, reused for many blocks. */
export class VideoBlock {
  /** Address of its first packet in the kernel's memory. */
  readonly slot: number;
  /** When each packet came; a rebuilt one came with the packet that completed it. */
  readonly times = new Float64Array(MAX_BLOCK_PACKETS);
  /** Data and parity packets; k is 0 until a packet has told. */
  k = 0;
  m = 0;
  packetSize = 0;
  type = 0;
  frame = 0;
  /** Bit i: packet i is there, received or rebuilt. */
  present = 0;
  /** Data packets there. */
  data = 0;
  /** Parity packets there. */
  parity = 0;
  /** Highest packet index received. */
  highest = 0;
  /** Bit i: data packet i was rebuilt, and did not come by itself since. */
  rebuilt = 0;
  repaired = 0;
  /** Block index, -1 when it holds none. */
  number = -1;
  /** Newest packet; of a block of which nothing came, when a later one showed that it is missing. */
  lastAt: Ns = ns(0);
  /** First and last block of its frame, as far as heard. */
  startsFrame = false;
  /** Its first packet itself told whether it starts a frame. */
  startIsKnown = false;
  endsFrame = false;
  /** Rebuilt bytes that cannot be: the block is given up. */
  corrupt = false;

  constructor(slot: number) {
    this.slot = slot;
  }

  /** Makes it the empty block `number`. */
  clear(number: number, at: Ns): void {
    this.number = number;
    this.k = 0;
    this.m = 0;
    this.present = 0;
    this.data = 0;
    this.parity = 0;
    this.highest = 0;
    this.rebuilt = 0;
    this.repaired = 0;
    this.lastAt = at;
    this.startsFrame = false;
    this.startIsKnown = false;
    this.endsFrame = false;
    this.corrupt = false;
  }

  get complete(): boolean {
    return this.k > 0 && this.data >= this.k && !this.corrupt;
  }

  has(packet: number): boolean {
    return ((this.present >>> packet) & 1) !== 0;
  }

  /**
   * Whether a packet fits what earlier ones said, and takes over what is new. A smaller k comes from a block cut short,
   * and only with a packet beyond those we have (rubyfpv-link.md 6.2).
   */
  agree(segment: VideoSegment): boolean {
    const { k, m, packet, packetSize } = segment;
    if (this.k === 0) {
      this.k = k;
      this.m = m;
      this.packetSize = packetSize;
      this.type = segment.type;
      this.frame = segment.frame;
    } else {
      if (packetSize !== this.packetSize || k > this.k || segment.frame !== this.frame) return false;
      if (k < this.k) {
        if (packet < this.highest || this.highest >= k) return false;
        this.k = k;
      }
      this.m = m;
    }
    this.#place(segment);
    return true;
  }

  /** Where in its frame the block is. Numbers wrap after 255, so that 0 is only a hint until the first packet came. */
  #place(segment: VideoSegment): void {
    const { packet, k, status } = segment;
    const isData = packet < k;
    if (packet === 0) {
      // The second copy of a block of one packet need not say it again.
      this.startsFrame = (this.startIsKnown && this.startsFrame) || (status & VideoStatus.frameStart) !== 0;
      this.startIsKnown = true;
    } else if (!this.startIsKnown) {
      const number = segment.frameNumbers & 0xff;
      this.startsFrame = ((isData ? number - packet : number - k + 1) & 0xff) === 0;
    }
    if ((!isData || packet === k - 1) && (status & VideoStatus.frameEnd) !== 0) this.endsFrame = true;
  }
}
