import { type Clock, NS_PER_S, ns } from '../base/time.ts';

/** A moment on the kernel's monotonic clock: seconds and nanoseconds, the same for every thread. */
export type ClockZero = [seconds: number, nanoseconds: number];

export function clockZero(): ClockZero {
  return process.hrtime();
}

/**
 * A clock that reads the same in every thread that was given the same zero. `performance.now()` will not do: it counts
 * from the start of each thread, and learning the difference is off by as long as a busy machine stops us in between
 * (seen: 30 ms).
 */
export function threadClock(zero: ClockZero): Clock {
  return {
    now: () => {
      const [seconds, nanoseconds] = process.hrtime(zero);
      return ns(seconds * NS_PER_S + nanoseconds);
    },
  };
}
