import type { RxSignal } from '../base/frame.ts';
import { McsFlag, McsKnown, RadiotapField, VhtKnown } from './radiotap-fields.ts';

/** Source: rubyfpv-link.md 1.1. */
export const TX_RADIOTAP_LEGACY_LEN = 12;
/** Source: rubyfpv-link.md 1.2. */
export const TX_RADIOTAP_HT_LEN = 13;

/** No acknowledgement is expected. Source: radiotap.org/fields/TX-flags. */
const TX_NO_ACK = 0x0008;

const DEFAULT_RATE_BPS = 18_000_000;

const bit = (field: number) => 2 ** field;

/**
 * Writes the header that asks for a legacy rate, 500 kb/s to 127 Mb/s; 0 means 18 Mb/s. Returns its length.
 * Byte 9 holds the TX flags where RubyFPV puts them, although an aligned reader finds them at 10, as 0: the vectors
 * made by RubyFPV's own code (uplink.json) have it so. Source: rubyfpv-link.md 1.1.
 */
export function writeTxRadiotapLegacy(view: DataView, at: number, rateBps: number): number {
  view.setUint16(at, 0, true);
  view.setUint16(at + 2, TX_RADIOTAP_LEGACY_LEN, true);
  view.setUint32(at + 4, bit(RadiotapField.rate) + bit(RadiotapField.txFlags), true);
  view.setUint8(at + 8, Math.round((rateBps || DEFAULT_RATE_BPS) / 500_000));
  view.setUint8(at + 9, TX_NO_ACK);
  view.setUint16(at + 10, 0, true);
  return TX_RADIOTAP_LEGACY_LEN;
}

/** Writes the header that asks for an HT rate: `mcs` 0 to 31, `flags` of McsFlag. Returns its length. */
export function writeTxRadiotapHt(view: DataView, at: number, mcs: number, flags: number): number {
  view.setUint16(at, 0, true);
  view.setUint16(at + 2, TX_RADIOTAP_HT_LEN, true);
  view.setUint32(at + 4, bit(RadiotapField.txFlags) + bit(RadiotapField.mcs), true);
  view.setUint16(at + 8, TX_NO_ACK, true);
  view.setUint8(at + 10, McsKnown.bandwidth | McsKnown.index | McsKnown.guardInterval | McsKnown.fec | McsKnown.stbc);
  view.setUint8(at + 11, flags);
  view.setUint8(at + 12, mcs);
  return TX_RADIOTAP_HT_LEN;
}

/**
 * Writes the header a monitor interface gives: FLAGS (0: no FCS), RATE or MCS or VHT, CHANNEL, overall signal, then one
 * present word per antenna with its signal, its noise if known, and its number. Absent values are left out, except
 * FLAGS. At most 100 bytes; returns the length. Read back, it gives the same signal. Source: rubyfpv-link.md 1.5, 13.1.
 */
export function writeRxRadiotap(view: DataView, at: number, signal: RxSignal): number {
  const vht = signal.vht;
  const mcs = !vht && signal.mcs !== undefined;
  const antennaNoise = hasAntennaNoise(signal);
  let word = bit(RadiotapField.flags);
  if (signal.tsftUs !== undefined) word += bit(RadiotapField.tsft);
  if (signal.rateBps !== undefined) word += bit(RadiotapField.rate);
  if (signal.frequencyMhz !== undefined) word += bit(RadiotapField.channel);
  if (signal.rssiDbm !== undefined) word += bit(RadiotapField.dbmSignal);
  if (signal.noiseDbm !== undefined && !antennaNoise) word += bit(RadiotapField.dbmNoise);
  if (mcs) word += bit(RadiotapField.mcs);
  if (vht) word += bit(RadiotapField.vht);

  let to = at + 4;
  for (let i = -1; i < signal.antennas; i++) {
    let present = i < 0 ? word : antennaWord(signal, i);
    if (i + 1 < signal.antennas) present += bit(RadiotapField.radiotapNamespace) + bit(RadiotapField.moreWords);
    view.setUint32(to, present, true);
    to += 4;
  }

  if (signal.tsftUs !== undefined) {
    to = pad(view, at, to, 8);
    view.setUint32(to, signal.tsftUs % 2 ** 32, true);
    view.setUint32(to + 4, Math.floor(signal.tsftUs / 2 ** 32), true);
    to += 8;
  }
  view.setUint8(to++, 0);
  if (signal.rateBps !== undefined) view.setUint8(to++, Math.round(signal.rateBps / 500_000));
  if (signal.frequencyMhz !== undefined) {
    to = pad(view, at, to, 2);
    view.setUint16(to, signal.frequencyMhz, true);
    // OFDM at 5 GHz, or CCK and OFDM at 2.4 GHz. Source: radiotap.org/fields/Channel.
    view.setUint16(to + 2, signal.frequencyMhz > 4000 ? 0x0140 : 0x0480, true);
    to += 4;
  }
  if (signal.rssiDbm !== undefined) view.setInt8(to++, signal.rssiDbm);
  if (signal.noiseDbm !== undefined && !antennaNoise) view.setInt8(to++, signal.noiseDbm);
  if (mcs) to = writeMcs(view, to, signal);
  if (vht) to = writeVht(view, pad(view, at, to, 2), signal);
  for (let i = 0; i < signal.antennas; i++) {
    const rssi = signal.antennaRssiDbm[i] as number;
    const noise = signal.antennaNoiseDbm[i] as number;
    if (!Number.isNaN(rssi)) view.setInt8(to++, rssi);
    if (!Number.isNaN(noise)) view.setInt8(to++, noise);
    view.setUint8(to++, signal.antennaIndex[i] as number);
  }
  view.setUint16(at, 0, true);
  view.setUint16(at + 2, to - at, true);
  return to - at;
}

function antennaWord(signal: RxSignal, i: number): number {
  let word = bit(RadiotapField.antenna);
  if (!Number.isNaN(signal.antennaRssiDbm[i])) word += bit(RadiotapField.dbmSignal);
  if (!Number.isNaN(signal.antennaNoiseDbm[i])) word += bit(RadiotapField.dbmNoise);
  return word;
}

function hasAntennaNoise(signal: RxSignal): boolean {
  for (let i = 0; i < signal.antennas; i++) if (!Number.isNaN(signal.antennaNoiseDbm[i])) return true;
  return false;
}

function pad(view: DataView, start: number, at: number, align: number): number {
  let to = at;
  while ((to - start) % align !== 0) view.setUint8(to++, 0);
  return to;
}

/** Bandwidth counts as known when it is, so that a header without it reads back without it. */
function writeMcs(view: DataView, at: number, signal: RxSignal): number {
  const width = signal.bandwidthMhz === undefined ? 0 : McsKnown.bandwidth;
  const ldpc = signal.ldpc ? McsKnown.fec : 0;
  const stbc = signal.stbc ? McsKnown.stbc : 0;
  view.setUint8(at, width | McsKnown.index | McsKnown.guardInterval | ldpc | stbc);
  view.setUint8(
    at + 1,
    (signal.bandwidthMhz === 40 ? McsFlag.mhz40 : 0) |
      (signal.shortGi ? McsFlag.shortGi : 0) |
      (signal.ldpc ? McsFlag.ldpc : 0) |
      (signal.stbc ? McsFlag.oneStbcStream : 0),
  );
  view.setUint8(at + 2, signal.mcs as number);
  return at + 3;
}

function writeVht(view: DataView, at: number, signal: RxSignal): number {
  const width = signal.bandwidthMhz;
  const known = VhtKnown.stbc | VhtKnown.guardInterval | (width === undefined ? 0 : VhtKnown.bandwidth);
  view.setUint16(at, known, true);
  view.setUint8(at + 2, (signal.stbc ? 0x01 : 0) | (signal.shortGi ? 0x04 : 0));
  view.setUint8(at + 3, width === 160 ? 11 : width === 80 ? 4 : width === 40 ? 1 : 0);
  view.setUint32(at + 4, signal.mcs === undefined ? 0 : (signal.mcs << 4) | (signal.nss ?? 1), true);
  view.setUint8(at + 8, signal.ldpc ? 0x01 : 0);
  view.setUint8(at + 9, 0);
  view.setUint16(at + 10, 0, true);
  return at + 12;
}
