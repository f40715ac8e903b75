import type { Fault } from '../base/fault.ts';
import { MAX_ANTENNAS, type RxSignal } from '../base/frame.ts';
import { McsFlag, McsKnown, RADIOTAP_MIN_LEN, RadiotapField, RadiotapFlag, VhtKnown } from './radiotap-fields.ts';

export { McsFlag } from './radiotap-fields.ts';
export {
  TX_RADIOTAP_HT_LEN,
  TX_RADIOTAP_LEGACY_LEN,
  writeRxRadiotap,
  writeTxRadiotapHt,
  writeTxRadiotapLegacy,
} from './radiotap-write.ts';

const PLCP_CRC_FAILED = 0x0002;

/**
 * Alignment and size of fields 0 to 28; a field that is not here ends the walk, since nobody can say how long it is.
 * Bit 28 announces type-length-value fields, which come after everything else and hold nothing that we read.
 * Source: radiotap.org/fields/defined; FHSS alignment as in Linux net/wireless/radiotap.c.
 */
const ALIGN = [8, 1, 1, 2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 4, 1, 4, 2, 8, 2, 2, 2, 1, 2, 1] as const;
const SIZE = [8, 1, 1, 4, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 8, 3, 8, 12, 12, 12, 12, 6, 1, 4, 0] as const;

/** What a radiotap header says. Made once and reused. */
export interface RadiotapInfo {
  /** Bytes of the header: the 802.11 frame follows it. */
  length: number;
  /** The frame ends in a 4-byte FCS. */
  fcsPresent: boolean;
  /** The adapter found the frame damaged (bad FCS, or bad PLCP checksum). */
  badFcs: boolean;
  /** Where the signal is read into; may be exchanged between reads. */
  signal: RxSignal;
}

/** A signal that says nothing yet. */
export function createRxSignal(): RxSignal {
  return {
    rssiDbm: undefined,
    noiseDbm: undefined,
    snrDb: undefined,
    antennas: 0,
    antennaIndex: new Uint8Array(MAX_ANTENNAS),
    antennaRssiDbm: new Float32Array(MAX_ANTENNAS),
    antennaNoiseDbm: new Float32Array(MAX_ANTENNAS),
    rateBps: undefined,
    mcs: undefined,
    vht: false,
    nss: undefined,
    bandwidthMhz: undefined,
    shortGi: false,
    ldpc: false,
    stbc: false,
    frequencyMhz: undefined,
    tsftUs: undefined,
  };
}

/** A place to read headers into; `signal` may be one that lives elsewhere, as in an RxFrame. */
export function createRadiotapInfo(signal: RxSignal = createRxSignal()): RadiotapInfo {
  return { length: 0, fcsPresent: false, badFcs: false, signal };
}

/** Makes `signal` say nothing, for a frame that came without radiotap. */
export function clearSignal(signal: RxSignal): void {
  signal.rssiDbm = undefined;
  signal.noiseDbm = undefined;
  signal.snrDb = undefined;
  signal.antennas = 0;
  signal.rateBps = undefined;
  signal.mcs = undefined;
  signal.vht = false;
  signal.nss = undefined;
  signal.bandwidthMhz = undefined;
  signal.shortGi = false;
  signal.ldpc = false;
  signal.stbc = false;
  signal.frequencyMhz = undefined;
  signal.tsftUs = undefined;
}

/**
 * Reads the header at [start, end) into `out`. Faults: `short` when the header does not fit, `type` for another version,
 * `range` when its length contradicts its present words. After a fault `out` holds nothing of use.
 *
 * Signals before an ANTENNA field in the same present word belong to that antenna; a word without one speaks for the
 * whole receiver. Impossible values (signal >= 10 dBm, noise >= 0 dBm) are ignored. Source: rubyfpv-link.md 1.5.
 */
export function readRadiotap(view: DataView, start: number, end: number, out: RadiotapInfo): Fault | undefined {
  if (end - start < RADIOTAP_MIN_LEN) return 'short';
  if (view.getUint8(start) !== 0) return 'type';
  const length = view.getUint16(start + 2, true);
  if (length < RADIOTAP_MIN_LEN) return 'range';
  if (length > end - start) return 'short';
  const stop = start + length;
  const signal = out.signal;
  clearSignal(signal);
  out.length = length;
  out.fcsPresent = false;
  out.badFcs = false;

  let at = start + 4;
  while (view.getUint32(at, true) >>> 31 === 1) {
    at += 4;
    if (at + 4 > stop) return 'range';
  }
  const lastWord = at;
  at += 4;

  let ours = true;
  let firstBit = 0;
  let overallRssi = Number.NaN;
  let overallNoise = Number.NaN;
  for (let wordAt = start + 4; wordAt <= lastWord; wordAt += 4) {
    const word = view.getUint32(wordAt, true);
    let setRssi = Number.NaN;
    let setNoise = Number.NaN;
    if (ours) {
      for (let left = word & 0x1fffffff; left !== 0; left &= left - 1) {
        const field = 31 - Math.clz32(left & -left);
        if (firstBit > 0) return finish(signal, overallRssi, overallNoise);
        const align = ALIGN[field] as number;
        const size = SIZE[field] as number;
        at += -(at - start) & (align - 1);
        if (at + size > stop) return 'range';
        if (field === RadiotapField.dbmSignal) {
          const dbm = view.getInt8(at);
          if (dbm < 10) setRssi = dbm;
        } else if (field === RadiotapField.dbmNoise) {
          const dbm = view.getInt8(at);
          if (dbm < 0) setNoise = dbm;
        } else if (field === RadiotapField.antenna) {
          addAntenna(signal, view.getUint8(at), setRssi, setNoise);
          setRssi = Number.NaN;
          setNoise = Number.NaN;
        } else {
          readField(view, at, field, out);
        }
        at += size;
      }
    }
    if (!Number.isNaN(setRssi) && !(overallRssi >= setRssi)) overallRssi = setRssi;
    if (!Number.isNaN(setNoise) && !(overallNoise <= setNoise)) overallNoise = setNoise;

    if ((word & 0x40000000) !== 0) {
      // Vendor namespace: OUI, sub-namespace, u16 length of data that only that vendor can read.
      at += (at - start) & 1;
      if (at + 6 > stop) return 'range';
      at += 6 + view.getUint16(at + 4, true);
      if (at > stop) return 'range';
      ours = false;
      firstBit = 0;
    } else if ((word & 0x20000000) !== 0) {
      ours = true;
      firstBit = 0;
    } else {
      firstBit += 32;
    }
  }
  return finish(signal, overallRssi, overallNoise);
}

function readField(view: DataView, at: number, field: number, out: RadiotapInfo): void {
  const signal = out.signal;
  switch (field) {
    case RadiotapField.tsft:
      signal.tsftUs = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
      return;
    case RadiotapField.flags: {
      const flags = view.getUint8(at);
      out.fcsPresent = (flags & RadiotapFlag.fcsPresent) !== 0;
      if ((flags & RadiotapFlag.badFcs) !== 0) out.badFcs = true;
      if ((flags & RadiotapFlag.shortGi) !== 0) signal.shortGi = true;
      return;
    }
    case RadiotapField.rate: {
      const rate = view.getUint8(at);
      if (rate > 0) signal.rateBps = rate * 500_000;
      return;
    }
    case RadiotapField.channel: {
      const mhz = view.getUint16(at, true);
      if (mhz > 0) signal.frequencyMhz = mhz;
      return;
    }
    case RadiotapField.xchannel: {
      const mhz = view.getUint16(at + 4, true);
      if (mhz > 0 && signal.frequencyMhz === undefined) signal.frequencyMhz = mhz;
      return;
    }
    case RadiotapField.rxFlags:
      if ((view.getUint16(at, true) & PLCP_CRC_FAILED) !== 0) out.badFcs = true;
      return;
    case RadiotapField.mcs:
      readMcs(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), signal);
      return;
    case RadiotapField.vht:
      readVht(view, at, signal);
      return;
  }
}

function readMcs(known: number, flags: number, index: number, signal: RxSignal): void {
  if ((known & McsKnown.index) !== 0) signal.mcs = index & 0x7f;
  // Values 2 and 3 are one half of a 40 MHz channel: the frame itself is 20 MHz wide.
  if ((known & McsKnown.bandwidth) !== 0) signal.bandwidthMhz = (flags & 3) === 1 ? 40 : 20;
  if ((known & McsKnown.guardInterval) !== 0) signal.shortGi = (flags & McsFlag.shortGi) !== 0;
  if ((known & McsKnown.fec) !== 0) signal.ldpc = (flags & McsFlag.ldpc) !== 0;
  if ((known & McsKnown.stbc) !== 0) signal.stbc = (flags & 0x60) !== 0;
}

function readVht(view: DataView, at: number, signal: RxSignal): void {
  const known = view.getUint16(at, true);
  const flags = view.getUint8(at + 2);
  const bandwidth = view.getUint8(at + 3) & 0x1f;
  const user = view.getUint8(at + 4);
  signal.vht = true;
  if ((known & VhtKnown.stbc) !== 0) signal.stbc = (flags & 0x01) !== 0;
  if ((known & VhtKnown.guardInterval) !== 0) signal.shortGi = (flags & 0x04) !== 0;
  // The code names the channel and which part of it was used; the channel's width is what counts.
  if ((known & VhtKnown.bandwidth) !== 0) {
    signal.bandwidthMhz = bandwidth === 0 ? 20 : bandwidth <= 3 ? 40 : bandwidth <= 10 ? 80 : 160;
  }
  if ((user & 0x0f) !== 0) {
    signal.mcs = user >> 4;
    signal.nss = user & 0x0f;
    signal.ldpc = (view.getUint8(at + 8) & 0x01) !== 0;
  }
}

/** Keeps the best signal and the lowest noise of each antenna; antennas beyond the fourth are ignored. */
function addAntenna(signal: RxSignal, antenna: number, rssi: number, noise: number): void {
  if (Number.isNaN(rssi) && Number.isNaN(noise)) return;
  let slot = 0;
  while (slot < signal.antennas && signal.antennaIndex[slot] !== antenna) slot++;
  if (slot === MAX_ANTENNAS) return;
  if (slot === signal.antennas) {
    signal.antennas++;
    signal.antennaIndex[slot] = antenna;
    signal.antennaRssiDbm[slot] = rssi;
    signal.antennaNoiseDbm[slot] = noise;
    return;
  }
  if (!Number.isNaN(rssi) && !((signal.antennaRssiDbm[slot] as number) >= rssi)) signal.antennaRssiDbm[slot] = rssi;
  if (!Number.isNaN(noise) && !((signal.antennaNoiseDbm[slot] as number) <= noise))
    signal.antennaNoiseDbm[slot] = noise;
}

/** Sums the antennas up; what the header said for the whole receiver fills what no antenna said. */
function finish(signal: RxSignal, overallRssi: number, overallNoise: number): undefined {
  let rssi = Number.NaN;
  let noise = Number.NaN;
  let snr = Number.NaN;
  for (let i = 0; i < signal.antennas; i++) {
    const antennaRssi = signal.antennaRssiDbm[i] as number;
    const antennaNoise = signal.antennaNoiseDbm[i] as number;
    if (!(rssi >= antennaRssi) && !Number.isNaN(antennaRssi)) rssi = antennaRssi;
    if (!(noise <= antennaNoise) && !Number.isNaN(antennaNoise)) noise = antennaNoise;
    const antennaSnr = antennaRssi - antennaNoise;
    if (!(snr >= antennaSnr) && !Number.isNaN(antennaSnr)) snr = antennaSnr;
  }
  if (Number.isNaN(rssi)) rssi = overallRssi;
  if (Number.isNaN(noise)) noise = overallNoise;
  if (Number.isNaN(snr)) snr = rssi - noise;
  if (!Number.isNaN(rssi)) signal.rssiDbm = rssi;
  if (!Number.isNaN(noise)) signal.noiseDbm = noise;
  if (!Number.isNaN(snr)) signal.snrDb = snr;
  return undefined;
}
