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

/** Offsets of the addresses in the header. */
export const ADDRESS_1 = 4;
export const ADDRESS_2 = 10;

/** First four bytes of the address at `offset` (ADDRESS_1 or 2), first byte high; what links recognise frames by. */
export function addressPrefix(view: DataView, mac: number, offset: number): number {
  return view.getUint32(mac + offset);
}
