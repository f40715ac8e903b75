import { type Ns, ns } from './time.ts';

/** Link types of a capture or an adapter. Source: pcap link type registry. */
export const LinkType = { ieee80211: 105, radiotap: 127 } as const;
export type LinkType = (typeof LinkType)[keyof typeof LinkType];

/** At most this many antennas are kept per frame, as RubyFPV does (rubyfpv-link.md 1.5). */
export const MAX_ANTENNAS = 4;

/** A frame as an adapter or a capture gives it, before any parsing. All fields are lent and reused. */
export interface RawFrame {
  /** Memory the frame lies in. `bytes` and `view` cover the same memory with the same offsets. */
  bytes: Uint8Array;
  view: DataView;
  /** The frame is bytes [start, end). */
  start: number;
  end: number;
  linkType: LinkType;
  /** When it was received. For captures: nanoseconds since the capture's first frame. */
  at: Ns;
  /** Which adapter (0 to 7) or capture file heard it. */
  adapter: number;
}

/** A frame of no bytes, for an adapter to fill and lend again and again. */
export function createRawFrame(): RawFrame {
  const bytes = new Uint8Array(0);
  return {
    bytes,
    view: new DataView(bytes.buffer),
    start: 0,
    end: 0,
    linkType: LinkType.radiotap,
    at: ns(0),
    adapter: 0,
  };
}

/** What the adapter said about one frame. Absent values are undefined; reused between frames. */
export interface RxSignal {
  /** Best signal over all antennas, dBm. */
  rssiDbm: number | undefined;
  /** Lowest noise over all antennas, dBm. */
  noiseDbm: number | undefined;
  /** Best signal minus noise over all antennas, dB. */
  snrDb: number | undefined;
  /** How many entries of the antenna arrays are valid, 0 to MAX_ANTENNAS. */
  antennas: number;
  readonly antennaIndex: Uint8Array;
  /** dBm; NaN when unknown. */
  readonly antennaRssiDbm: Float32Array;
  /** dBm; NaN when unknown. */
  readonly antennaNoiseDbm: Float32Array;
  /** Legacy rate, bit/s. */
  rateBps: number | undefined;
  /** HT MCS index, or VHT MCS of user 0. */
  mcs: number | undefined;
  vht: boolean;
  /** VHT spatial streams of user 0. */
  nss: number | undefined;
  bandwidthMhz: number | undefined;
  shortGi: boolean;
  ldpc: boolean;
  stbc: boolean;
  frequencyMhz: number | undefined;
  /** Adapter's microsecond timestamp (TSFT). */
  tsftUs: number | undefined;
}

/** A frame ready for a link: 802.11 header found, FCS cut off. Lent and reused. */
export interface RxFrame {
  bytes: Uint8Array;
  view: DataView;
  /** First byte of the 802.11 header. */
  mac: number;
  /** First byte after the 24-byte 802.11 header. */
  start: number;
  /** One past the last payload byte; FCS not included. */
  end: number;
  at: Ns;
  adapter: number;
  readonly signal: RxSignal;
}
