import { NS_PER_MS, NS_PER_S, type Ns } from '../../radio/base/time.ts';

/** Samples that percentiles are taken of: 4 s at 60 frames/s. */
const SAMPLES = 256;

export interface Percentiles {
  p50: number;
  p95: number;
}

/** The newest 256 durations of one stage. */
export class StageTimes {
  readonly #samples = new Float64Array(SAMPLES);
  #count = 0;

  /** Adds one, in nanoseconds. */
  add(durationNs: number): void {
    this.#samples[this.#count++ % SAMPLES] = durationNs;
  }

  clear(): void {
    this.#count = 0;
  }

  /** In milliseconds; null before any. */
  percentiles(): Percentiles | null {
    const count = Math.min(this.#count, SAMPLES);
    if (count === 0) return null;
    const sorted = this.#samples.slice(0, count).sort();
    const at = (share: number) => (sorted[Math.min(count - 1, Math.floor(share * count))] as number) / NS_PER_MS;
    return { p50: at(0.5), p95: at(0.95) };
  }
}

/** How often something happened in the second before. */
export class PerSecond {
  readonly #times: number[] = [];

  add(at: Ns): void {
    this.#times.push(at);
    if (this.#times.length > 1000) this.#times.shift();
  }

  rate(now: Ns): number {
    while (this.#times.length > 0 && now - (this.#times[0] as number) > NS_PER_S) this.#times.shift();
    return this.#times.length;
  }
}

/** Pings remembered: with one each second the newest half minute, in which clocks part by less than 1 ms. */
const PINGS = 32;

/** The difference between the radio's clock and ours, by the quickest of many questions. */
export class ClockOffset {
  readonly #pings: { tripNs: number; offsetNs: number }[] = [];
  #offsetNs: number | undefined;

  /** A question asked at `asked` was answered at `answered` with the radio's time `radioNow`. */
  add(asked: Ns, answered: Ns, radioNow: Ns): void {
    if (answered < asked || !Number.isFinite(radioNow)) return;
    this.#pings.push({ tripNs: answered - asked, offsetNs: radioNow - (asked + answered) / 2 });
    if (this.#pings.length > PINGS) this.#pings.shift();
    let best = this.#pings[0] as { tripNs: number; offsetNs: number };
    for (const ping of this.#pings) if (ping.tripNs < best.tripNs) best = ping;
    this.#offsetNs = best.offsetNs;
  }

  /** Our time on the radio's clock; undefined before the first answer. */
  toRadio(ours: Ns): Ns | undefined {
    return this.#offsetNs === undefined ? undefined : ((ours + this.#offsetNs) as Ns);
  }

  clear(): void {
    this.#pings.length = 0;
    this.#offsetNs = undefined;
  }
}
