/**
 * 802.11 header of a data frame as FPV links use it: no QoS, no fourth address, always 24 bytes.
 *
 *   0               2          4           10          16          22         24
 *   +---------------+----------+-----------+-----------+-----------+----------+-- - -
 *   | frame control | duration | address 1 | address 2 | address 3 | sequence | payload
 *   +---------------+----------+-----------+-----------+-----------+----------+-- - -
 *
 * Source: rubyfpv-link.md 1.3; wfb-ng.md 2.
 */
export const IEEE80211_HEADER_LEN = 24;

/** Frame check sequence at the end of a frame, when the adapter leaves it there. */
export const FCS_LEN = 4;

/** Offsets in the header. */
export const ADDRESS_1 = 4;
export const ADDRESS_2 = 10;
export const ADDRESS_3 = 16;
export const SEQUENCE_CONTROL = 22;

/** Frame control of a data frame towards the distribution system, as a big-endian u16: what both links send. */
export const DATA_TO_DS = 0x0801;

/** Frame control bytes at `mac`, first byte high. */
export function frameControl(view: DataView, mac: number): number {
  return view.getUint16(mac);
}

/** A frame of the data type, whatever its subtype. */
export function isDataFrame(view: DataView, mac: number): boolean {
  return (view.getUint8(mac) & 0x0c) === 0x08;
}

/** First four bytes of the address at `offset` (ADDRESS_1, 2 or 3), first byte high; what links recognise frames by. */
export function addressPrefix(view: DataView, mac: number, offset: number): number {
  return view.getUint32(mac + offset);
}
