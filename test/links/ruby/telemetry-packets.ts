import { readFileSync } from 'node:fs';
import type { TelemetryRecord } from '../../../radio/api/telemetry.ts';
import type { Fault } from '../../../radio/base/fault.ts';
import { ns } from '../../../radio/base/time.ts';
import type { RubyHeader } from '../../../radio/links/ruby/packet-header.ts';
import type { RubyTelemetryReader } from '../../../radio/links/ruby/telemetry.ts';

/** A Ruby packet cut out of a capture or made by hand. */
export interface Packet {
  timeS: number;
  header: RubyHeader;
  body: Uint8Array;
}

/** Reads the Ruby packets of a classic little-endian microsecond pcap of link type 127 in a plain way of its own. */
export function capturePackets(name: string): Packet[] {
  const file = readFileSync(new URL(`../../captures/ruby/${name}`, import.meta.url));
  const packets: Packet[] = [];
  let at = 24;
  while (at + 16 <= file.length) {
    const timeS = file.readUInt32LE(at) + file.readUInt32LE(at + 4) / 1e6;
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    const packet = frame.subarray(frame.readUInt16LE(2) + 24);
    if (packet.length < 24) continue;
    const header: RubyHeader = {
      crc: packet.readUInt32LE(0),
      flags: packet.readUInt8(4),
      packetType: packet.readUInt8(5),
      streamId: packet.readUInt32LE(6) >>> 28,
      streamIndex: packet.readUInt32LE(6) & 0xfffffff,
      extendedFlags: packet.readUInt16LE(10),
      totalLength: packet.readUInt16LE(12),
      linkCounter: packet.readUInt16LE(14),
      source: packet.readUInt32LE(16),
      destination: packet.readUInt32LE(20),
    };
    packets.push({ timeS, header, body: Uint8Array.from(packet.subarray(24, header.totalLength)) });
  }
  return packets;
}

/** A packet of air unit 7 with this body. */
export function packetOf(packetType: number, body: Uint8Array, source = 7): Packet {
  const header: RubyHeader = {
    crc: 0,
    flags: 2,
    packetType,
    streamId: 1,
    streamIndex: 1,
    extendedFlags: 0,
    totalLength: 24 + body.length,
    linkCounter: 0,
    source,
    destination: 0,
  };
  return { timeS: 0, header, body };
}

export interface Outcome {
  fault: Fault | undefined;
  records: TelemetryRecord[];
}

/** Gives a packet to the reader, at an odd place of a larger buffer filled with 0xEE. */
export function readPacket(reader: RubyTelemetryReader, packet: Packet, timeS = packet.timeS): Outcome {
  const at = 13;
  const bytes = new Uint8Array(at + 24 + packet.body.length).fill(0xee);
  bytes.set(packet.body, at + 24);
  const records: TelemetryRecord[] = [];
  const when = ns(Math.round(timeS * 1e9));
  const fault = reader.read(new DataView(bytes.buffer), bytes, at, packet.header, when, (record) => {
    records.push(record);
  });
  return { fault, records };
}

/** A body built from fields: [offset, type, value]. */
export function bodyOf(length: number, fields: readonly [at: number, type: FieldType, value: number][]): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (const [at, type, value] of fields) {
    if (type === 'u8') view.setUint8(at, value);
    else if (type === 'u16') view.setUint16(at, value, true);
    else if (type === 'u16be') view.setUint16(at, value, false);
    else if (type === 'i32') view.setInt32(at, value, true);
    else view.setUint32(at, value, true);
  }
  return bytes;
}

export type FieldType = 'u8' | 'u16' | 'u16be' | 'u32' | 'i32';
