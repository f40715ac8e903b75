import { readFileSync, writeFileSync } from 'node:fs';
import { readCapture } from '../../radio/adapters/pcap/format.ts';
import { captureTime } from '../../radio/adapters/pcap/merge.ts';
import { PcapngWriter, PcapWriter } from '../../radio/adapters/pcap/writer.ts';
import type { LinkType } from '../../radio/base/frame.ts';
import { ns } from '../../radio/base/time.ts';
import { crc32 } from '../../radio/links/ruby/crc32.ts';
import { captureFile } from './run-spinel.ts';

/** One frame of a capture, to be changed and written again. */
export interface MadeFrame {
  bytes: Uint8Array;
  seconds: number;
  nanos: number;
}

/** The frames of a capture of the reference implementation. */
export function framesOf(name: string): MadeFrame[] {
  // Not the Buffer itself: its slice() shares memory.
  const capture = readCapture(name, new Uint8Array(readFileSync(captureFile(name))));
  return Array.from({ length: capture.frames }, (_, i) => ({
    bytes: capture.bytes.slice(capture.starts[i], capture.ends[i]),
    ...captureTime(capture.base, ns(capture.offsets[i] as number)),
  }));
}

/** Writes frames as a capture and returns the path. */
export function writeFrames(path: string, frames: readonly MadeFrame[], linkType: LinkType = 127, ng = false): string {
  const parts: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => void parts.push(bytes.slice());
  const writer = ng ? new PcapngWriter([linkType], take) : new PcapWriter(linkType, 'us', take);
  for (const { bytes, seconds, nanos } of frames) writer.frame(bytes, 0, bytes.length, seconds, nanos);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

/** Where the Ruby packet begins: after radiotap and the 802.11 header. */
export const packetAt = (frame: MadeFrame) => ((frame.bytes[2] as number) | ((frame.bytes[3] as number) << 8)) + 24;

/** The same video frame as another air unit would send it (video has a checksum over its header alone). */
export function fromAirUnit(frame: MadeFrame, airUnit: number): MadeFrame {
  const bytes = frame.bytes.slice();
  const at = packetAt(frame);
  const view = new DataView(bytes.buffer);
  view.setUint32(at + 16, airUnit, true);
  view.setUint32(at, crc32(view, at + 4, at + 24), true);
  return { ...frame, bytes };
}

/** A frame moved in time. */
export function later(frame: MadeFrame, ms: number): MadeFrame {
  const nanos = frame.nanos + ms * 1_000_000;
  return { ...frame, seconds: frame.seconds + Math.floor(nanos / 1e9), nanos: nanos % 1e9 };
}

/** A beacon-like frame of somebody else's network, 100 bytes. */
export function otherTraffic(frame: MadeFrame): MadeFrame {
  const bytes = new Uint8Array(100);
  bytes.set(Buffer.from('000009000200000000' + '80000000ffffffffffff02112233445502112233445500', 'hex'));
  return { ...frame, bytes };
}

/** A wfb-ng data frame of the default link. */
export function wfbTraffic(frame: MadeFrame): MadeFrame {
  const bytes = new Uint8Array(100);
  bytes.set(Buffer.from('000009000200000000' + '08010000ffffffffffff57427505d60057427505d6001000' + '01', 'hex'));
  return { ...frame, bytes };
}
