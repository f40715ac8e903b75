/** Equal counts in a row before a count that once was wrong is trusted again. */
const EQUAL_BEFORE_TRUST = 8;
/** Pictures within one sender's unit in a row before a stream no longer counts as spread over several. */
const WHOLE_BEFORE_TRUST = 64;

/**
 * Learns when a picture is over without seeing the next one.
 *
 * Either the sender puts all slices of a picture into one unit of its own, then its boundary ends the picture; or every
 * slice comes alone, then their number must be known. That number is learned apart for key frames and others, because
 * slices cut by size are more in a key frame.
 */
export class SliceCount {
  #seen = false;
  /** A picture was seen whose slices came in more than one sender's unit. */
  #spread = false;
  #whole = 0;
  readonly #expected = [0, 0];
  readonly #last = [0, 0];
  readonly #equal = [0, 0];
  readonly #contradicted = [false, false];

  /** Pictures are known to come in more than one sender's unit. */
  get spread(): boolean {
    return this.#spread;
  }

  /** True when a picture with `slices` slices so far is over, its last bytes being followed by a boundary. */
  complete(keyFrame: boolean, slices: number): boolean {
    if (!this.#seen) return false;
    if (!this.#spread) return true;
    const expected = this.#expected[Number(keyFrame)] as number;
    return expected > 0 && slices >= expected;
  }

  /** A whole picture went by: it had `slices` slices, in more than one sender's unit or not. */
  learn(keyFrame: boolean, slices: number, spread: boolean): void {
    const kind = Number(keyFrame);
    this.#seen = true;
    if (spread) {
      this.#spread = true;
      this.#whole = 0;
    } else if (++this.#whole >= WHOLE_BEFORE_TRUST) {
      this.#spread = false;
    }
    if (slices === this.#last[kind]) (this.#equal[kind] as number)++;
    else {
      if (this.#last[kind] !== 0) this.#contradicted[kind] = true;
      this.#last[kind] = slices;
      this.#equal[kind] = 1;
    }
    const needed = this.#contradicted[kind] ? EQUAL_BEFORE_TRUST : 1;
    this.#expected[kind] = (this.#equal[kind] as number) >= needed ? slices : 0;
    if (this.#expected[kind] !== 0) this.#contradicted[kind] = false;
  }

  /** A picture that counted as over went on. */
  tooEarly(keyFrame: boolean): void {
    const kind = Number(keyFrame);
    this.#spread = true;
    this.#whole = 0;
    this.#expected[kind] = 0;
    this.#last[kind] = 0;
    this.#equal[kind] = 0;
    this.#contradicted[kind] = true;
  }

  reset(): void {
    this.#seen = false;
    this.#spread = false;
    this.#whole = 0;
    for (const array of [this.#expected, this.#last, this.#equal]) array.fill(0);
    this.#contradicted.fill(false);
  }
}
