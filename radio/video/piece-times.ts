import { type Ns, ns } from '../base/time.ts';

/** Pieces of one access unit remembered apart. */
const LIMIT = 4096;

/** Remembers when each piece of a growing buffer came. When more than 4096 are held, the newest are merged. */
export class PieceTimes {
  readonly #ends = new Uint32Array(LIMIT);
  readonly #times = new Float64Array(LIMIT);
  #count = 0;

  /** Bytes up to offset `end` are there, the last of them since `at`. */
  add(end: number, at: Ns): void {
    if (this.#count === LIMIT) this.#count--;
    this.#ends[this.#count] = end;
    this.#times[this.#count++] = at;
  }

  /** When the byte at `offset` came; for one past the last, when the last came; 0 when nothing is held. */
  of(offset: number): Ns {
    if (this.#count === 0) return ns(0);
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) > offset) high = middle;
      else low = middle + 1;
    }
    return ns(this.#times[low] as number);
  }

  /** The first `bytes` bytes were taken out of the buffer. */
  drop(bytes: number): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const end = (this.#ends[i] as number) - bytes;
      if (end <= 0) continue;
      this.#ends[kept] = end;
      this.#times[kept++] = this.#times[i] as number;
    }
    this.#count = kept;
  }
}
