import { type Clock, NS_PER_MS, ns } from '../base/time.ts';

/** A zero for all threads of one process: milliseconds on the kernel's monotonic clock. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / NS_PER_MS;
}

/**
 * A clock that reads the same in every thread that was given the same zero. `performance.now()` alone will not do: it
 * counts from the start of each thread.
 */
export function threadClock(zeroMs: number): Clock {
  const offsetMs = monotonicMs() - performance.now() - zeroMs;
  return { now: () => ns(Math.round((performance.now() + offsetMs) * NS_PER_MS)) };
}
