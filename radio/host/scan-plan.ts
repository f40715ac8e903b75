import { BANDS } from '../wifi/channels.ts';

/** How long a channel is listened to, ms. Source: rubyfpv-control.md 3.2. */
export const DWELL_MS = 825;
/** How long when more than `VIDEO_PACKETS` video packets came: its telemetry is worth waiting for. Same source. */
export const VIDEO_DWELL_MS = 2500;
export const VIDEO_PACKETS = 20;

/**
 * Where air units fly unless somebody changed it, MHz: RubyFPV's first, second and third link at 5.8 GHz, wfb-ng's
 * channels 161 and 165 among them, then RubyFPV's at 2.4 GHz. Source: rubyfpv-control.md 3.1; field-conventions.md.
 */
const DEFAULTS_MHZ = [5825, 5805, 5745, 2472, 2467, 2437] as const;

/** Where an air unit from the factory is first looked for, MHz. */
export const DEFAULT_MHZ = DEFAULTS_MHZ[0];

/** Above it is the 6 GHz band, which no air unit uses today. */
const LAST_5_GHZ_MHZ = 5925;

const RUBY_MHZ: ReadonlySet<number> = new Set(BANDS.filter((band) => band.wifi).flatMap((band) => band.channelsMhz));

/**
 * The channels in the order of a first round: `remembered` (the most recent first), the factory defaults, the rest of the
 * 5.8 GHz band, RubyFPV's other channels, everything else, and 6 GHz; each part from high to low, as FPV flies high.
 */
export function channelOrder(frequenciesMhz: Iterable<number>, remembered: readonly number[]): number[] {
  const rank = (mhz: number): number => {
    const known = remembered.indexOf(mhz);
    if (known >= 0) return known - 1000;
    const usual = (DEFAULTS_MHZ as readonly number[]).indexOf(mhz);
    if (usual >= 0) return usual - 100;
    if (mhz > LAST_5_GHZ_MHZ) return 4;
    return (RUBY_MHZ.has(mhz) ? 0 : 2) + (mhz > 5700 ? 0 : 1);
  };
  return [...new Set(frequenciesMhz)].sort((a, b) => rank(a) - rank(b) || b - a);
}

/** Shares channels among ears: the least visited first, no channel twice at a time while another is left. */
export class ScanPlan {
  /** All channels of all ears, in the order of the first round. */
  readonly order: readonly number[];
  readonly #ears: Set<number>[];
  readonly #listening: (number | undefined)[];
  readonly #visits = new Map<number, number>();

  /** `ears`: the frequencies each can be tuned to, MHz. */
  constructor(ears: readonly (readonly number[])[], remembered: readonly number[]) {
    this.order = channelOrder(ears.flat(), remembered);
    this.#ears = ears.map((frequencies) => new Set(frequencies));
    this.#listening = ears.map(() => undefined);
  }

  /** Where this ear goes next, counted as a visit; undefined when it has no channel left. */
  next(ear: number): number | undefined {
    this.#listening[ear] = undefined;
    let best: number | undefined;
    let bestScore = Number.POSITIVE_INFINITY;
    for (const [rank, mhz] of this.order.entries()) {
      if (!this.#ears[ear]?.has(mhz)) continue;
      const taken = this.#listening.includes(mhz) ? 1e12 : 0;
      const score = taken + this.visits(mhz) * 1e6 + rank;
      if (score >= bestScore) continue;
      best = mhz;
      bestScore = score;
    }
    if (best === undefined) return undefined;
    this.#listening[ear] = best;
    this.#visits.set(best, this.visits(best) + 1);
    return best;
  }

  /** The ear could not be tuned to it: it is not asked again, and the visit did not happen. */
  refuse(ear: number, mhz: number): void {
    this.#ears[ear]?.delete(mhz);
    if (this.#listening[ear] === mhz) this.#listening[ear] = undefined;
    this.#visits.set(mhz, Math.max(0, this.visits(mhz) - 1));
  }

  /** The ear is gone. */
  retire(ear: number): void {
    this.#ears[ear]?.clear();
    this.#listening[ear] = undefined;
  }

  /** Whether every channel that an ear can still be tuned to has had `rounds` visits, to their end. */
  finished(rounds: number): boolean {
    return this.order.every((mhz) => {
      if (!this.#ears.some((ear) => ear.has(mhz))) return true;
      const going = this.#listening.includes(mhz) ? 1 : 0;
      return this.visits(mhz) - going >= rounds;
    });
  }

  visits(mhz: number): number {
    return this.#visits.get(mhz) ?? 0;
  }
}
