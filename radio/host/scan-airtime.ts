import type { RxSignal } from '../base/frame.ts';

/** Data bits per 4 µs symbol of HT MCS 0 to 7 (VHT 0 to 9) at 20 MHz, one stream. Source: IEEE 802.11-2020 tables 19-27, 21-29. */
const BITS_20_MHZ = [26, 52, 78, 104, 156, 208, 234, 260, 312, 346.7] as const;

/** Data subcarriers by width, against 52 at 20 MHz. Source: IEEE 802.11-2020 tables 19-6, 21-5. */
const SUBCARRIERS: Readonly<Record<number, number>> = { 20: 52, 40: 108, 80: 234, 160: 468 };

const LEGACY_PREAMBLE_US = 20;
/** Legacy training, L-SIG, HT-SIG, HT training; VHT has one symbol more. Source: IEEE 802.11-2020 figure 19-1. */
const HT_PREAMBLE_US = 36;
const VHT_PREAMBLE_US = 40;
const LONG_CCK_PREAMBLE_US = 192;
/** Service field and tail. */
const OVERHEAD_BITS = 22;
const SYMBOL_US = 4;
const SHORT_SYMBOL_US = 3.6;
/** CCK rates, bit/s; all others are OFDM. */
const CCK_BPS: ReadonlySet<number> = new Set([1e6, 2e6, 5.5e6, 11e6]);
/** What is assumed of a frame that says no rate: the slowest OFDM one, as beacons and control frames use. */
const UNKNOWN_BPS = 6e6;

/**
 * How long a frame of `length` bytes (802.11 header to FCS) filled the air, µs, by the rate its receiver told. The gap
 * before it is not counted. Source: IEEE 802.11-2020 clauses 16.3.4, 17.4.3, 19.4.3, 21.4.3.
 */
export function airtimeUs(length: number, signal: RxSignal): number {
  const bits = length * 8 + OVERHEAD_BITS;
  const { mcs } = signal;
  if (mcs !== undefined) {
    const streams = signal.vht ? (signal.nss ?? 1) : (mcs >> 3) + 1;
    const index = signal.vht ? Math.min(mcs, 9) : mcs & 7;
    const width = SUBCARRIERS[signal.bandwidthMhz ?? 20] ?? 52;
    const bitsPerSymbol = (BITS_20_MHZ[index] as number) * (width / 52) * streams;
    const preamble = signal.vht ? VHT_PREAMBLE_US : HT_PREAMBLE_US;
    return preamble + Math.ceil(bits / bitsPerSymbol) * (signal.shortGi ? SHORT_SYMBOL_US : SYMBOL_US);
  }
  const rateBps = signal.rateBps || UNKNOWN_BPS;
  if (CCK_BPS.has(rateBps)) return LONG_CCK_PREAMBLE_US + (length * 8 * 1e6) / rateBps;
  return LEGACY_PREAMBLE_US + Math.ceil((bits * 1e6) / rateBps / SYMBOL_US) * SYMBOL_US;
}
