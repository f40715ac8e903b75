import { readFileSync } from 'node:fs';
import type { AccessUnit, Codec } from '../../radio/api/access-unit.ts';
import { ns } from '../../radio/base/time.ts';
import { AccessUnitAssembler } from '../../radio/video/access-units.ts';

/** The clips and the number of pictures in each. */
export const CLIPS = {
  'baseline.h264': 20,
  'main-4-slices.h264': 20,
  'high-aud.h264': 20,
  'intra-refresh.h264': 40,
  'b-frames.h264': 20,
  'main.h265': 20,
  'main-2-slices.h265': 8,
} as const;

export type Clip = keyof typeof CLIPS;

export const readClip = (name: Clip): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../clips/${name}`, import.meta.url)));

export const codecOf = (name: string): Codec => (name.endsWith('h265') ? 'h265' : 'h264');

/** Plain twin of the NAL cursor: NAL units with their start codes, cut by looking at every byte. */
export function splitNals(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const starts: number[] = [];
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i] !== 0 || bytes[i + 1] !== 0 || bytes[i + 2] !== 1) continue;
    starts.push(i > 0 && bytes[i - 1] === 0 ? i - 1 : i);
  }
  return starts.map((start, i) => bytes.slice(start, starts[i + 1] ?? bytes.length));
}

/** A NAL unit without its start code. */
export const withoutStartCode = (nal: Uint8Array<ArrayBuffer>) => nal.slice(nal[2] === 1 ? 3 : 4);

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Sender's units as an OpenIPC camera's air unit makes them: parameter sets travel with the picture after them, every
 * other NAL unit alone (rubyfpv-link.md 4.5).
 */
export function rubyFrames(bytes: Uint8Array<ArrayBuffer>, codec: Codec): Uint8Array<ArrayBuffer>[] {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  let held: Uint8Array[] = [];
  for (const nal of splitNals(bytes)) {
    held.push(nal);
    const header = withoutStartCode(nal)[0] as number;
    const type = codec === 'h264' ? header & 31 : header >> 1;
    if (codec === 'h264' ? type === 7 || type === 8 : type >= 32 && type <= 34) continue;
    frames.push(concat(held));
    held = [];
  }
  return frames;
}

/** Access units of a clip, cut by the product. */
export function unitsOf(name: Clip): AccessUnit[] {
  const units: AccessUnit[] = [];
  const assembler = new AccessUnitAssembler((unit) => units.push(unit));
  rubyFrames(readClip(name), codecOf(name)).forEach((frame, i) => {
    assembler.payload(frame, 0, frame.length, ns(i * 1_000_000));
    assembler.boundary(codecOf(name), ns(i * 1_000_000));
  });
  assembler.flush();
  return units;
}
