import { readFileSync } from 'node:fs';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { ns } from '../../radio/base/time.ts';
import { AccessUnitAssembler } from '../../radio/video/access-units.ts';
import { BitReader } from '../../radio/video/bit-reader.ts';
import { BitWriter } from '../../radio/video/bit-writer.ts';
import { readH264Sps } from '../../radio/video/h264-parameter-sets.ts';
import { concat, splitNals, withoutStartCode } from '../video/clips.ts';

/** The access units of a capture in which nothing is lost, as `rubyfpv-link.md` 4 lays them out. */
export function unitsOfCleanCapture(): AccessUnit[] {
  const file = readFileSync(new URL('../captures/ruby/clean-h264.pcap', import.meta.url));
  const units: AccessUnit[] = [];
  const assembler = new AccessUnitAssembler((unit) => units.push(unit));
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const radiotap = at + 16;
    const packet = radiotap + file.readUInt16LE(radiotap + 2) + 24;
    const header = packet + 24;
    if (file.readUInt8(header + 21) < file.readUInt8(header + 24)) {
      const bytes = header + 36;
      assembler.payload(file, bytes + 3, bytes + 3 + file.readUInt16LE(bytes), ns(at));
      if ((file.readUInt32LE(header + 1) & (1 << 11)) !== 0) assembler.boundary('h264', ns(at));
    }
    at = radiotap + length;
  }
  assembler.flush();
  return units;
}

/** The unit with another SPS where it has one. */
export function withSps(unit: AccessUnit, change: (sps: Uint8Array<ArrayBuffer>) => Uint8Array): AccessUnit {
  const nals = splitNals(unit.data).map((nal) => {
    const body = withoutStartCode(nal);
    return ((body[0] as number) & 31) === 7 ? concat([nal.slice(0, nal.length - body.length), change(body)]) : nal;
  });
  return { ...unit, data: concat(nals) };
}

function copyBits(sps: Uint8Array, count: number): BitWriter {
  const reader = new BitReader();
  const writer = new BitWriter();
  reader.reset(sps, 0, sps.length);
  for (let i = 0; i < count; i++) writer.bit(reader.bit());
  return writer;
}

function vuiFlagBit(sps: Uint8Array): number {
  const read = readH264Sps(sps, 0, sps.length);
  if (typeof read === 'string') throw new Error(read);
  return read.vuiFlagBit;
}

/** The SPS without VUI. */
export function withoutVui(sps: Uint8Array): Uint8Array {
  const writer = copyBits(sps, vuiFlagBit(sps));
  writer.bit(0);
  return writer.finish();
}

/** The SPS with a VUI that lets a decoder hold two frames back. */
export function withReordering(sps: Uint8Array): Uint8Array {
  const writer = copyBits(sps, vuiFlagBit(sps));
  writer.bit(1);
  writer.bits(0, 8);
  writer.bits(0b11, 2);
  for (const value of [0, 0, 16, 16, 2, 4]) writer.ue(value);
  return writer.finish();
}
