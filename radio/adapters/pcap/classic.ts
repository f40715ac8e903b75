import { RadioError } from '../../base/errors.ts';
import { LinkType } from '../../base/frame.ts';
import { badLinkType, type FrameIndex, knownLinkType, MAX_FRAME_LEN } from './capture.ts';

/**
 * Classic pcap, in the byte order of the machine that wrote it.
 *
 *   file header, 24 bytes: magic u32, version u16 u16, zone i32, accuracy u32, snap length u32, link type u32
 *   then per frame, 16:    seconds u32, micro- or nanoseconds u32, bytes kept u32, bytes on the air u32, then the bytes
 *
 * Source: draft-ietf-opsawg-pcap (the link type's upper bits say whether frames end in an FCS).
 */
export const PCAP_HEADER_LEN = 24;
export const PCAP_RECORD_LEN = 16;
export const PCAP_MICROS = 0xa1b2c3d4;
export const PCAP_NANOS = 0xa1b23c4d;

const FCS_LEN_GIVEN = 0x0400_0000;

/** Indexes a classic pcap file. False when it is none; throws RadioError `not-a-capture` or `bad-link-type`. */
export function readClassic(name: string, view: DataView, index: FrameIndex): boolean {
  if (view.byteLength < 4) return false;
  const little = isMagic(view.getUint32(0, true));
  const magic = view.getUint32(0, little);
  if (!isMagic(magic)) return false;
  if (view.byteLength < PCAP_HEADER_LEN) {
    throw new RadioError('not-a-capture', `${name}: the capture is cut off within its file header`);
  }
  const network = view.getUint32(20, little);
  const linkType = knownLinkType(network & 0xffff);
  if (linkType === undefined) throw badLinkType(name, network & 0xffff);
  // Radiotap says by itself, frame by frame, whether there is an FCS.
  const fcs = linkType === LinkType.ieee80211 && (network & FCS_LEN_GIVEN) !== 0 ? (network >>> 28) * 2 : 0;
  const nanosPerUnit = magic === PCAP_NANOS ? 1 : 1000;

  let at = PCAP_HEADER_LEN;
  while (at < view.byteLength) {
    if (at + PCAP_RECORD_LEN > view.byteLength) {
      index.reason = 'the last frame is cut off';
      return true;
    }
    const length = view.getUint32(at + 8, little);
    const start = at + PCAP_RECORD_LEN;
    if (length > MAX_FRAME_LEN) {
      index.reason = `byte ${at} should begin a frame and does not`;
      return true;
    }
    if (start + length > view.byteLength) {
      index.reason = 'the last frame is cut off';
      return true;
    }
    const fraction = view.getUint32(at + 4, little);
    const end = start + Math.max(0, length - fcs);
    index.add(start, end, linkType, view.getUint32(at, little), fraction * nanosPerUnit);
    at = start + length;
  }
  return true;
}

function isMagic(magic: number): boolean {
  return magic === PCAP_MICROS || magic === PCAP_NANOS;
}
