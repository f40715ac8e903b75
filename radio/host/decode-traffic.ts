import type { Fault } from '../base/fault.ts';
import type { RxFrame } from '../base/frame.ts';
import { RubyPort, rubyPort } from '../links/ruby/mac-header.ts';
import { ADDRESS_2, addressPrefix } from '../wifi/ieee80211.ts';

/** First two bytes of address 2 in every wfb-ng frame. Source: wfb-ng.md 2. */
const WFB_ADDRESS = 0x5742;

/** Counts what kinds of frames a capture holds, to say what was seen when there is nothing to decode. */
export class TrafficCensus {
  rubyDown = 0;
  rubyUp = 0;
  wfb = 0;
  /** Marked as damaged by the adapter, or with a broken radiotap header. */
  damaged = 0;
  other = 0;

  /** Counts a frame that was opened. */
  count(frame: RxFrame): void {
    const port = rubyPort(frame.view, frame.mac);
    if (port === RubyPort.toGround) this.rubyDown++;
    else if (port === RubyPort.toAir) this.rubyUp++;
    else if (addressPrefix(frame.view, frame.mac, ADDRESS_2) >>> 16 === WFB_ADDRESS) this.wfb++;
    else this.other++;
  }

  /** Counts a frame that could not be opened. Control frames are shorter than a data header: nothing is wrong there. */
  countFault(fault: Fault): void {
    if (fault === 'short') this.other++;
    else this.damaged++;
  }

  /**
   * What was seen, as the end of a sentence: `12,000 frames of other Wi-Fi traffic`. `scrambled` of the RubyFPV frames
   * need a pass phrase.
   */
  describe(scrambled: number): string {
    const seen: string[] = [];
    if (this.wfb > 0) seen.push(`${counted(this.wfb, 'wfb-ng packet')} (this version does not decode wfb-ng)`);
    if (scrambled > 0) seen.push(`${counted(scrambled, 'RubyFPV frame')} scrambled with a pass phrase`);
    const failed = this.rubyDown - scrambled;
    if (failed > 0) seen.push(`${counted(failed, 'RubyFPV frame')} that failed the check`);
    if (this.rubyUp > 0) seen.push(`${counted(this.rubyUp, 'frame')} of a RubyFPV ground station`);
    if (this.other > 0) seen.push(`${counted(this.other, 'frame')} of other Wi-Fi traffic`);
    if (this.damaged > 0) seen.push(`${counted(this.damaged, 'damaged frame')}`);
    return seen.length === 0 ? 'no frames at all' : seen.join(', ');
  }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
