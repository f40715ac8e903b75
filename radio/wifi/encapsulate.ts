import type { Fault } from '../base/fault.ts';
import { LinkType, type RawFrame, type RxFrame } from '../base/frame.ts';
import { ns } from '../base/time.ts';
import { FCS_LEN, IEEE80211_HEADER_LEN } from './ieee80211.ts';
import { clearSignal, createRadiotapInfo, createRxSignal, type RadiotapInfo, readRadiotap } from './radiotap.ts';

const EMPTY = new Uint8Array(0);

/** A frame to open others into; made once and reused. */
export function createRxFrame(): RxFrame {
  return {
    bytes: EMPTY,
    view: new DataView(EMPTY.buffer),
    mac: 0,
    start: 0,
    end: 0,
    at: ns(0),
    adapter: 0,
    signal: createRxSignal(),
  };
}

/** Where radiotap is read into; lives for one call of `openFrame`. */
const radiotap: RadiotapInfo = createRadiotapInfo();

/**
 * Opens `raw` into `out`, which lends the memory of `raw`. The FCS is cut off when radiotap says there is one. Faults:
 * those of `readRadiotap`, `bad-fcs` when the adapter marked the frame as damaged, `short` for less than an 802.11
 * header, `type` for a link type that we do not know; after a fault `out` is not a frame. Whose frame it is, is for the
 * link to judge.
 */
export function openFrame(raw: RawFrame, out: RxFrame): Fault | undefined {
  let mac = raw.start;
  let end = raw.end;
  if (raw.linkType === LinkType.radiotap) {
    radiotap.signal = out.signal;
    const fault = readRadiotap(raw.view, mac, end, radiotap);
    if (fault) return fault;
    if (radiotap.badFcs) return 'bad-fcs';
    mac += radiotap.length;
    if (radiotap.fcsPresent) end -= FCS_LEN;
  } else if (raw.linkType === LinkType.ieee80211) {
    clearSignal(out.signal);
  } else {
    return 'type';
  }
  if (end - mac < IEEE80211_HEADER_LEN) return 'short';
  out.bytes = raw.bytes;
  out.view = raw.view;
  out.mac = mac;
  out.start = mac + IEEE80211_HEADER_LEN;
  out.end = end;
  out.at = raw.at;
  out.adapter = raw.adapter;
  return undefined;
}
