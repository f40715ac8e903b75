import { RadioError } from '../../base/errors.ts';
import { LinkType } from '../../base/frame.ts';
import { NS_PER_S } from '../../base/time.ts';

/** A capture time that no rounding has touched. */
export interface CaptureTime {
  /** Whole seconds since 1970. */
  seconds: number;
  /** 0 to 999,999,999. */
  nanos: number;
}

/** A capture file in memory with an index of its frames; frame `i` is bytes [starts[i], ends[i]). */
export interface Capture {
  /** File name without its folder. */
  name: string;
  bytes: Uint8Array;
  view: DataView;
  /** How many frames the index holds. */
  frames: number;
  starts: Uint32Array;
  ends: Uint32Array;
  linkTypes: Uint8Array;
  /** Time of the first frame. */
  base: CaptureTime;
  /** Nanoseconds since `base`; negative when a frame lies before the first one. */
  offsets: Float64Array;
  /** Frames of link types that we do not read, left out of the index. */
  skipped: number;
  /** The file ends in the middle of a frame or is damaged: what follows the last frame is lost. */
  truncated: boolean;
  /** Why, as half a sentence: `the last frame is cut off`; empty when the file is whole. */
  reason: string;
}

/** Largest frame that a capture may hold, as in libpcap (MAXIMUM_SNAPLEN): a longer one is a sign of damage. */
export const MAX_FRAME_LEN = 262_144;

/** Collects an index while a file is read; grows by doubling, so that a frame costs no object. */
export class FrameIndex {
  #frames = 0;
  #starts = new Uint32Array(1024);
  #ends = new Uint32Array(1024);
  #linkTypes = new Uint8Array(1024);
  #offsets = new Float64Array(1024);
  #base: CaptureTime = { seconds: 0, nanos: 0 };
  #timed = false;
  #lastOffset = 0;
  skipped = 0;
  reason = '';

  get frames(): number {
    return this.#frames;
  }

  /** Adds a frame heard at `seconds` + `nanos` (which may exceed a second). */
  add(start: number, end: number, linkType: LinkType, seconds: number, nanos: number): void {
    if (!this.#timed) {
      this.#timed = true;
      this.#base = { seconds: seconds + Math.floor(nanos / NS_PER_S), nanos: nanos % NS_PER_S };
    }
    this.#lastOffset = (seconds - this.#base.seconds) * NS_PER_S + (nanos - this.#base.nanos);
    this.addUntimed(start, end, linkType);
  }

  /** Adds a frame whose time the file does not tell: it came with the one before (or, at the start, the one after). */
  addUntimed(start: number, end: number, linkType: LinkType): void {
    const i = this.#frames++;
    if (i === this.#starts.length) this.#grow();
    this.#starts[i] = start;
    this.#ends[i] = end;
    this.#linkTypes[i] = linkType;
    this.#offsets[i] = this.#lastOffset;
  }

  finish(name: string, bytes: Uint8Array, view: DataView): Capture {
    const frames = this.#frames;
    return {
      name,
      bytes,
      view,
      frames,
      starts: this.#starts.subarray(0, frames),
      ends: this.#ends.subarray(0, frames),
      linkTypes: this.#linkTypes.subarray(0, frames),
      base: this.#base,
      offsets: this.#offsets.subarray(0, frames),
      skipped: this.skipped,
      truncated: this.reason !== '',
      reason: this.reason,
    };
  }

  #grow(): void {
    const length = this.#starts.length * 2;
    this.#starts = grown(this.#starts, new Uint32Array(length));
    this.#ends = grown(this.#ends, new Uint32Array(length));
    this.#linkTypes = grown(this.#linkTypes, new Uint8Array(length));
    this.#offsets = grown(this.#offsets, new Float64Array(length));
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The link type if we read it. */
export function knownLinkType(linkType: number): LinkType | undefined {
  return linkType === LinkType.radiotap || linkType === LinkType.ieee80211 ? linkType : undefined;
}

const LINK_TYPE_NAMES: Record<number, string> = {
  1: 'Ethernet',
  101: 'raw IP',
  113: 'Linux cooked',
  276: 'Linux cooked',
};

/** The error for a capture of another kind of interface. */
export function badLinkType(name: string, linkType: number): RadioError {
  const known = LINK_TYPE_NAMES[linkType];
  return new RadioError(
    'bad-link-type',
    `${name}: link type ${linkType}${known ? ` (${known})` : ''} is not 802.11; capture on a monitor interface (link type 127 or 105)`,
  );
}
