import { NS_PER_MS, type Ns, ns } from '../../radio/base/time.ts';
import { radioNow } from '../connect/clock.ts';

let offsetNs: number | undefined;

/**
 * Now on the clock of the radio whose data is on the screen. When that radio is gone its clock is carried on, so that what
 * it left behind grows old instead of looking fresh. Undefined before any radio.
 */
export function radioTime(): Ns | undefined {
  const pageNs = performance.now() * NS_PER_MS;
  const now = radioNow();
  if (now !== undefined) offsetNs = now - pageNs;
  return offsetNs === undefined ? undefined : ns(pageNs + offsetNs);
}
