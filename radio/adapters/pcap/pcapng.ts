import { RadioError } from '../../base/errors.ts';
import { LinkType } from '../../base/frame.ts';
import { NS_PER_S } from '../../base/time.ts';
import { badLinkType, type FrameIndex, knownLinkType, MAX_FRAME_LEN } from './capture.ts';

/**
 * pcapng: blocks of `type u32, length u32, body, length u32`, in the byte order that their section states. A section
 * begins with a section header, describes its interfaces, and holds packets that name their interface.
 *
 * Source: draft-ietf-opsawg-pcapng; the obsolete packet block from its appendix.
 */
export const SECTION_HEADER = 0x0a0d0d0a;
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const BlockType = { interface: 1, obsoletePacket: 2, simplePacket: 3, enhancedPacket: 6 } as const;
export const Option = { end: 0, tsResolution: 9, fcsLength: 13, tsOffset: 14 } as const;

const MIN_BLOCK_LEN = 12;
/** Up to here `readTicks` divides exactly in plain numbers. */
const MAX_EXACT_TICKS = 2 ** 44;

interface Interface {
  linkType: LinkType | undefined;
  snapLength: number;
  ticksPerSecond: number;
  offsetSeconds: number;
  fcsLength: number;
}

/** Reused by `readTicks`. */
const time = { seconds: 0, nanos: 0 };

/** Indexes a pcapng file. Throws RadioError `not-a-capture` or `bad-link-type`. */
export function readPcapng(name: string, view: DataView, index: FrameIndex): void {
  let little = false;
  let interfaces: Interface[] = [];
  let known = 0;
  let unknownType: number | undefined;
  let at = 0;
  while (at < view.byteLength) {
    const fits = at + MIN_BLOCK_LEN <= view.byteLength;
    if (fits && view.getUint32(at) === SECTION_HEADER) {
      little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
      if (!little && view.getUint32(at + 8) !== BYTE_ORDER_MAGIC) {
        if (at === 0) throw new RadioError('not-a-capture', `${name}: the file is not a pcap or pcapng capture`);
        index.reason = `the section at byte ${at} is damaged`;
        break;
      }
      interfaces = [];
    }
    const length = fits ? view.getUint32(at + 4, little) : 0;
    if (!fits || (length >= MIN_BLOCK_LEN && length % 4 === 0 && at + length > view.byteLength)) {
      index.reason = 'the last block is cut off';
      break;
    }
    if (length < MIN_BLOCK_LEN || length % 4 !== 0 || view.getUint32(at + length - 4, little) !== length) {
      index.reason = `the block at byte ${at} is damaged`;
      break;
    }
    const type = view.getUint32(at, little);
    const body = at + 8;
    const bodyEnd = at + length - 4;
    if (type === BlockType.interface && bodyEnd - body >= 8) {
      const added = readInterface(view, body, bodyEnd, little);
      interfaces.push(added);
      if (added.linkType === undefined) unknownType ??= view.getUint16(body, little);
      else known++;
    } else if (!readPacket(view, type, body, bodyEnd, little, interfaces, index)) {
      index.reason = `the packet at byte ${at} is damaged`;
      break;
    }
    at += length;
  }
  if (known === 0 && unknownType !== undefined) throw badLinkType(name, unknownType);
}

function readInterface(view: DataView, body: number, end: number, little: boolean): Interface {
  const out: Interface = {
    linkType: knownLinkType(view.getUint16(body, little)),
    snapLength: view.getUint32(body + 4, little),
    ticksPerSecond: 1_000_000,
    offsetSeconds: 0,
    fcsLength: 0,
  };
  let at = body + 8;
  while (at + 4 <= end) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    const value = at + 4;
    if (code === Option.end || value + length > end) break;
    if (code === Option.tsResolution && length === 1) {
      const resolution = view.getUint8(value);
      out.ticksPerSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
    } else if (code === Option.fcsLength && length === 1) {
      out.fcsLength = view.getUint8(value);
    } else if (code === Option.tsOffset && length === 8) {
      out.offsetSeconds = Number(view.getBigInt64(value, little));
    }
    at = value + length + (-length & 3);
  }
  return out;
}

/** Indexes one packet block; other blocks are passed over. False when it contradicts itself. */
function readPacket(
  view: DataView,
  type: number,
  body: number,
  end: number,
  little: boolean,
  interfaces: readonly Interface[],
  index: FrameIndex,
): boolean {
  const enhanced = type === BlockType.enhancedPacket;
  if (!enhanced && type !== BlockType.obsoletePacket && type !== BlockType.simplePacket) return true;
  if (type === BlockType.simplePacket) {
    if (end - body < 4) return false;
    const source = interfaces[0];
    if (source === undefined) return false;
    const onAir = view.getUint32(body, little);
    const kept = source.snapLength > 0 ? Math.min(onAir, source.snapLength) : onAir;
    if (body + 4 + kept > end || kept > MAX_FRAME_LEN) return false;
    if (source.linkType === undefined) index.skipped++;
    else index.addUntimed(body + 4, body + 4 + withoutFcs(kept, source), source.linkType);
    return true;
  }
  if (end - body < 20) return false;
  const source = interfaces[enhanced ? view.getUint32(body, little) : view.getUint16(body, little)];
  const kept = view.getUint32(body + 12, little);
  const start = body + 20;
  if (source === undefined || kept > MAX_FRAME_LEN || start + kept > end) return false;
  if (source.linkType === undefined) {
    index.skipped++;
    return true;
  }
  readTicks(view.getUint32(body + 4, little), view.getUint32(body + 8, little), source.ticksPerSecond);
  const frameEnd = start + withoutFcs(kept, source);
  index.add(start, frameEnd, source.linkType, time.seconds + source.offsetSeconds, time.nanos);
  return true;
}

/** Radiotap says by itself whether there is an FCS; only bare 802.11 needs the interface's word. */
function withoutFcs(length: number, source: Interface): number {
  return source.linkType === LinkType.ieee80211 ? Math.max(0, length - source.fcsLength) : length;
}

/** Turns a 64-bit count of ticks into `time`, exact to the nanosecond: long division, eight bits at a time. */
function readTicks(high: number, low: number, ticksPerSecond: number): void {
  if (ticksPerSecond > MAX_EXACT_TICKS) {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    const perSecond = BigInt(ticksPerSecond);
    time.seconds = Number(ticks / perSecond);
    time.nanos = Number(((ticks % perSecond) * BigInt(NS_PER_S)) / perSecond);
    return;
  }
  let seconds = Math.floor(high / ticksPerSecond);
  let rest = high % ticksPerSecond;
  for (let shift = 24; shift >= 0; shift -= 8) {
    const digit = rest * 256 + ((low >>> shift) & 0xff);
    seconds = seconds * 256 + Math.floor(digit / ticksPerSecond);
    rest = digit % ticksPerSecond;
  }
  time.seconds = seconds;
  if (NS_PER_S % ticksPerSecond === 0) time.nanos = rest * (NS_PER_S / ticksPerSecond);
  else if (ticksPerSecond % NS_PER_S === 0) time.nanos = Math.floor(rest / (ticksPerSecond / NS_PER_S));
  else time.nanos = Math.min(NS_PER_S - 1, Math.floor((rest / ticksPerSecond) * NS_PER_S));
}
