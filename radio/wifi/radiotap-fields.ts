/**
 * Radiotap header, little endian, before every frame of link type 127.
 *
 *   0         1     2          4               8
 *   +---------+-----+----------+---------------+- - - - - - - -+- - -
 *   | version | pad | length   | present word  | more words if | fields, each aligned
 *   | 0       |     | u16      | u32           | bit 31 is set | from the header's start
 *   +---------+-----+----------+---------------+- - - - - - - -+- - -
 *
 * Source: radiotap.org; its use by RubyFPV: rubyfpv-link.md 1.1, 1.2, 1.5.
 */
export const RADIOTAP_MIN_LEN = 8;

/** Bits of a present word. Source: radiotap.org/fields/defined. */
export const RadiotapField = {
  tsft: 0,
  flags: 1,
  rate: 2,
  channel: 3,
  dbmSignal: 5,
  dbmNoise: 6,
  antenna: 11,
  rxFlags: 14,
  txFlags: 15,
  xchannel: 18,
  mcs: 19,
  vht: 21,
  radiotapNamespace: 29,
  vendorNamespace: 30,
  moreWords: 31,
} as const;

/** Source: radiotap.org/fields/Flags; shortGi is unofficial but set by several drivers. */
export const RadiotapFlag = { fcsPresent: 0x10, badFcs: 0x40, shortGi: 0x80 } as const;

/** `known` byte of the MCS field. Source: radiotap.org/fields/MCS. */
export const McsKnown = { bandwidth: 0x01, index: 0x02, guardInterval: 0x04, fec: 0x10, stbc: 0x20 } as const;

/** Flags byte of the MCS field, as RubyFPV sets it (rubyfpv-link.md 1.2). */
export const McsFlag = { mhz40: 0x01, shortGi: 0x04, ldpc: 0x10, oneStbcStream: 0x20 } as const;

/** Source: radiotap.org/fields/VHT. */
export const VhtKnown = { stbc: 0x01, guardInterval: 0x04, bandwidth: 0x40 } as const;
