/** Attitude as it is drawn, degrees. `ageMs` counts from the newest sample. */
export interface Pose {
  rollDeg: number;
  pitchDeg: number;
  headingDeg: number | undefined;
  ageMs: number;
}

/** Beyond this no motion is invented, ms. */
export const EXTRAPOLATE_MS = 200;
/** Rates fade with this time constant while nothing new comes, so that a reversal is not overrun. */
const RATE_FADES_MS = 140;
/** A new sample is met over this time constant instead of in one jump. */
const MEETS_MS = 60;
/** Samples further apart than this say nothing about a rate. */
const RATE_OVER_MS = 600;
/** Faster than any airframe: such a step is a jump in the data. */
const MOST_DEG_PER_S = 720;

/** Shortest way from one angle to another, -180 to 180. */
export function turnDeg(from: number, to: number): number {
  const turn = (to - from) % 360;
  return turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
}

/** One angle: the newest sample, its rate, and what is left of the last correction. */
class Axis {
  value = Number.NaN;
  #rate = 0;
  #offset = 0;

  take(value: number, sinceMs: number, shown: number): void {
    if (Number.isNaN(this.value) || sinceMs <= 0 || sinceMs > RATE_OVER_MS) {
      this.#rate = 0;
    } else {
      const rate = turnDeg(this.value, value) / sinceMs;
      this.#rate = Math.abs(rate) * 1000 > MOST_DEG_PER_S ? 0 : rate;
    }
    this.#offset = Number.isNaN(shown) || sinceMs > RATE_OVER_MS ? 0 : turnDeg(value, shown);
    this.value = value;
  }

  at(afterMs: number): number {
    const ahead = Math.min(Math.max(afterMs, 0), EXTRAPOLATE_MS);
    const carried = this.#rate * RATE_FADES_MS * (1 - Math.exp(-ahead / RATE_FADES_MS));
    return this.value + carried + this.#offset * Math.exp(-Math.max(afterMs, 0) / MEETS_MS);
  }

  clear(): void {
    this.value = Number.NaN;
    this.#rate = 0;
    this.#offset = 0;
  }
}

/**
 * Turns attitude of 4 to 20 samples a second into smooth motion at the display's rate: the newest sample carried on by its
 * fading rate for at most EXTRAPOLATE_MS, then held.
 */
export class AttitudeTracker {
  readonly #roll = new Axis();
  readonly #pitch = new Axis();
  readonly #heading = new Axis();
  #sampledAtMs = Number.NEGATIVE_INFINITY;
  #seenAtMs = Number.NEGATIVE_INFINITY;
  readonly #pose: Pose = { rollDeg: 0, pitchDeg: 0, headingDeg: undefined, ageMs: 0 };

  /**
   * Takes a sample that the radio heard at `heardAtMs`, seen here at `nowMs`. The same `heardAtMs` again is no new sample.
   * An earlier one (another source) starts anew.
   */
  take(heardAtMs: number, nowMs: number, rollDeg: number, pitchDeg: number, headingDeg: number | null): void {
    if (heardAtMs === this.#sampledAtMs) return;
    if (heardAtMs < this.#sampledAtMs) this.clear();
    const sinceMs = heardAtMs - this.#sampledAtMs;
    const afterMs = nowMs - this.#seenAtMs;
    this.#roll.take(rollDeg, sinceMs, this.#roll.at(afterMs));
    this.#pitch.take(pitchDeg, sinceMs, this.#pitch.at(afterMs));
    if (headingDeg === null) this.#heading.clear();
    else this.#heading.take(headingDeg, sinceMs, this.#heading.at(afterMs));
    this.#sampledAtMs = heardAtMs;
    this.#seenAtMs = nowMs;
  }

  clear(): void {
    this.#roll.clear();
    this.#pitch.clear();
    this.#heading.clear();
    this.#sampledAtMs = Number.NEGATIVE_INFINITY;
    this.#seenAtMs = Number.NEGATIVE_INFINITY;
  }

  /** The pose at `nowMs`, lent until the next call; undefined before any sample. An unknown angle is NaN. */
  at(nowMs: number): Pose | undefined {
    if (this.#seenAtMs === Number.NEGATIVE_INFINITY) return undefined;
    const afterMs = nowMs - this.#seenAtMs;
    const heading = this.#heading.at(afterMs);
    this.#pose.rollDeg = this.#roll.at(afterMs);
    this.#pose.pitchDeg = this.#pitch.at(afterMs);
    this.#pose.headingDeg = Number.isNaN(heading) ? undefined : ((heading % 360) + 360) % 360;
    this.#pose.ageMs = afterMs;
    return this.#pose;
  }
}
