/** The last durations of drawing, ms. */
export class DrawTime {
  readonly #ring = new Float64Array(240);
  #count = 0;

  take(ms: number): void {
    this.#ring[this.#count++ % this.#ring.length] = ms;
  }

  /** The given share (0 to 1) of the last 240 drawn frames took at most this long; undefined before any. */
  percentile(share: number): number | undefined {
    const size = Math.min(this.#count, this.#ring.length);
    if (size === 0) return undefined;
    const sorted = this.#ring.slice(0, size).sort();
    return sorted[Math.min(size - 1, Math.floor(share * size))];
  }
}
