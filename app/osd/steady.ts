/** A shown number keeps still at least this long, ms: five changes of the last digit a second. */
export const STEADY_MS = 200;
/** The value must be this share of the last digit away before the digit moves, so that it does not flicker at a half. */
const STICKY = 0.6;

interface Kept {
  shown: number;
  changedMs: number;
}

/** Keeps digits from dancing: rounds, with a dead band and a least time between changes, for each name on its own. */
export class Steady {
  readonly #kept = new Map<string, Kept>();

  /** `value` rounded to a multiple of `step`, as it should be shown at `nowMs`. */
  number(name: string, value: number, step: number, nowMs: number): number {
    const rounded = Math.round(value / step) * step;
    const kept = this.#kept.get(name);
    if (kept === undefined) {
      this.#kept.set(name, { shown: rounded, changedMs: nowMs });
      return rounded;
    }
    const moved = Math.abs(value - kept.shown) > STICKY * step;
    if (moved && nowMs - kept.changedMs >= STEADY_MS) {
      kept.shown = rounded;
      kept.changedMs = nowMs;
    }
    return kept.shown;
  }

  /** The value went away: the next one shows at once. */
  forget(name: string): void {
    this.#kept.delete(name);
  }
}
