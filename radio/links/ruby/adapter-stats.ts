import type { RxFrame } from '../../base/frame.ts';
import type { AdapterStats } from './stats.ts';

/** Further ahead than this, a link counter is not a gap but another life or radio link of the air unit. */
const MAX_COUNTER_GAP = 8192;
/** Further behind than this, too. */
const MAX_COUNTER_LAG = 1024;

/** What one adapter heard, and how far the air unit's link counter has come on it. */
export class AdapterRecord implements AdapterStats {
  frames = 0;
  linkFrames = 0;
  badFrames = 0;
  wins = 0;
  counterGaps = 0;
  unitFrames = 0;
  rssiMinDbm = 0;
  rssiMaxDbm = 0;
  rssiSumDbm = 0;
  rssiCount = 0;
  #counter = -1;

  /** Counts a good frame of the link and its signal strength. */
  heard(frame: RxFrame): void {
    this.linkFrames++;
    const { rssiDbm } = frame.signal;
    if (rssiDbm === undefined) return;
    if (this.rssiCount === 0 || rssiDbm < this.rssiMinDbm) this.rssiMinDbm = rssiDbm;
    if (this.rssiCount === 0 || rssiDbm > this.rssiMaxDbm) this.rssiMaxDbm = rssiDbm;
    this.rssiSumDbm += rssiDbm;
    this.rssiCount++;
  }

  /** Counts a frame of the chosen air unit, and the frames missing before it. `counter` is 0 to 65535. */
  count(counter: number): void {
    this.unitFrames++;
    const ahead = (counter - this.#counter) & 0xffff;
    if (this.#counter < 0) {
      this.#counter = counter;
    } else if (ahead > 0x10000 - MAX_COUNTER_LAG) {
      // Came out of order: its place was counted as a gap.
      if (this.counterGaps > 0) this.counterGaps--;
    } else if (ahead > 0) {
      if (ahead <= MAX_COUNTER_GAP) this.counterGaps += ahead - 1;
      this.#counter = counter;
    }
  }
}
