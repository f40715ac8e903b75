import { readFileSync } from 'node:fs';
import { readCapture } from '../../radio/adapters/pcap/format.ts';
import { LinkType, type RawFrame } from '../../radio/base/frame.ts';
import { type Ns, ns } from '../../radio/base/time.ts';
import { createRxSignal, writeRxRadiotap } from '../../radio/wifi/radiotap.ts';

/** Frames of a capture of the reference implementation, each with its own memory. */
export function framesOf(name: string): Uint8Array[] {
  const path = new URL(`../captures/ruby/${name}`, import.meta.url);
  const capture = readCapture(name, new Uint8Array(readFileSync(path)));
  return Array.from({ length: capture.frames }, (_, i) => capture.bytes.slice(capture.starts[i], capture.ends[i]));
}

export function rawFrame(bytes: Uint8Array, at: Ns = ns(0), adapter = 0): RawFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, start: 0, end: bytes.length, linkType: LinkType.radiotap, at, adapter };
}

/** A frame as a monitor interface gives it: radiotap with a signal and a noise, then `body`. */
export function heardFrame(body: Uint8Array, rssiDbm = -60, noiseDbm: number | undefined = undefined): Uint8Array {
  const signal = createRxSignal();
  signal.rssiDbm = rssiDbm;
  signal.noiseDbm = noiseDbm;
  signal.rateBps = 6e6;
  const bytes = new Uint8Array(100 + body.length);
  const length = writeRxRadiotap(new DataView(bytes.buffer), 0, signal);
  bytes.set(body, length);
  return bytes.subarray(0, length + body.length);
}

/** 24-byte 802.11 header, then `length` bytes. Addresses as hex of 12 digits. */
export function macFrame(control: number, address2: string, address3: string, length: number, first = 0): Uint8Array {
  const bytes = new Uint8Array(24 + length);
  bytes.set([control >> 8, control & 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  bytes.set(Buffer.from(address2 + address3, 'hex'), 10);
  if (length > 0) bytes[24] = first;
  return bytes;
}

/** A beacon of an access point. */
export const beacon = (bssid: string): Uint8Array => macFrame(0x8000, bssid, bssid, 60);

/** A wfb-ng frame of `linkId` on `port`: data, or a session packet. */
export function wfbFrame(linkId: number, port: number, packetType = 1, length = 100): Uint8Array {
  const address = `5742${((linkId * 256 + port) >>> 0).toString(16).padStart(8, '0')}`;
  return macFrame(0x0801, address, address, length, packetType);
}
