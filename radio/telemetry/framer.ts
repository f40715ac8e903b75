/** What stands at a place of the buffer: a whole checked frame of so many bytes, or one of the two below. */
export type Measured = number;
/** Could become a frame when more bytes come. */
export const NEED_MORE = 0;
/** No frame starts here. */
export const NO_FRAME = -1;

/**
 * Looks at the bytes from `at` on, of which `available` are there (at least 1). Returns the length of the frame,
 * NEED_MORE or NO_FRAME. May not ask for more than the framer's capacity.
 */
export type Measure = (bytes: Uint8Array, view: DataView, at: number, available: number) => Measured;

/**
 * Finds checked frames in a byte stream that arrives in pieces and may lose any part. After bytes that are no frame it
 * goes on at the very next one, so a false start costs nothing but its own byte.
 */
export class Framer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #measure: Measure;
  #length = 0;
  /** Frames found so far. */
  frames = 0;
  /** Bytes passed over because no frame started there. */
  skipped = 0;

  /** `capacity`: bytes of the longest frame that `measure` accepts, at least. */
  constructor(capacity: number, measure: Measure) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
    this.#measure = measure;
  }

  /** Forgets the unfinished frame: the bytes that follow do not belong to it. */
  reset(): void {
    this.skipped += this.#length;
    this.#length = 0;
  }

  /** Takes bytes [start, end) and reports each whole frame by its place in `this.bytes`, lent for the call. */
  push(bytes: Uint8Array, start: number, end: number, onFrame: (at: number, length: number) => void): void {
    let from = start;
    while (from < end) {
      const taken = Math.min(end - from, this.bytes.length - this.#length);
      this.bytes.set(bytes.subarray(from, from + taken), this.#length);
      this.#length += taken;
      from += taken;
      this.#scan(onFrame);
    }
  }

  #scan(onFrame: (at: number, length: number) => void): void {
    let at = 0;
    while (at < this.#length) {
      const measured = this.#measure(this.bytes, this.view, at, this.#length - at);
      if (measured > 0) {
        onFrame(at, measured);
        this.frames++;
        at += measured;
      } else if (measured === NEED_MORE && !(at === 0 && this.#length === this.bytes.length)) {
        break;
      } else {
        this.skipped++;
        at++;
      }
    }
    this.bytes.copyWithin(0, at, this.#length);
    this.#length -= at;
  }
}
