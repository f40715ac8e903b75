/** Nanoseconds on one monotonic clock, usually since this process started. Exact in a number for 104 days. */
export type Ns = number & { readonly unit: 'ns' };

export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;

/** Marks a plain number as nanoseconds. */
export const ns = (value: number): Ns => value as Ns;

/** Milliseconds as nanoseconds. */
export const msToNs = (ms: number): Ns => (ms * NS_PER_MS) as Ns;

/** Where code asks for the time, so that tests own it. */
export interface Clock {
  now(): Ns;
}

/** A clock that moves only when told to. */
export class TestClock implements Clock {
  #now = 0;

  now(): Ns {
    return ns(this.#now);
  }

  /** Moves the clock forward by `ms` milliseconds. */
  advance(ms: number): void {
    this.#now += ms * NS_PER_MS;
  }
}

/** The one global we need that is not of the language itself: Node, browsers and workers all have it. */
declare const performance: { now(): number };

/** The process's monotonic clock; works in Node and in browsers, with a resolution of at least 0.1 ms. */
export const systemClock: Clock = {
  now: () => ns(Math.round(performance.now() * NS_PER_MS)),
};
