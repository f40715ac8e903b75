import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { framesOf, later, type MadeFrame, packetAt, writeFrames } from './capture-maker.ts';
import { captureFile, resultFolder, spinel } from './run-spinel.ts';

// Whole decodes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const result = resultFolder();

/** Place of a video packet, read straight from its bytes (rubyfpv-link.md 4.1). */
function placeOf({ bytes }: MadeFrame, at: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  return {
    block: view.getUint32(41, true),
    packet: bytes[at + 45] as number,
    k: bytes[at + 48] as number,
    frame: view.getUint16(50, true),
  };
}

/** Bytes of each of the sender's frames, in order: all data packets of a capture that lost none. */
function sourceFrames(capture: readonly MadeFrame[]): Map<number, Uint8Array> {
  const parts = new Map<number, Uint8Array[]>();
  for (const made of capture) {
    const at = packetAt(made);
    const { packet, k, frame } = placeOf(made, at);
    if (packet >= k) continue;
    const length = (made.bytes[at + 60] as number) | ((made.bytes[at + 61] as number) << 8);
    parts.set(frame, [...(parts.get(frame) ?? []), made.bytes.subarray(at + 63, at + 63 + length)]);
  }
  return new Map([...parts].map(([frame, bytes]) => [frame, new Uint8Array(Buffer.concat(bytes))]));
}

/** What a receiver can give at best: the frames of which every block has k packets, by simple counting. */
function bestPossible(capture: readonly MadeFrame[], kept: readonly MadeFrame[]): Uint8Array {
  const blocks = new Map<number, { k: number; frame: number; got: Set<number> }>();
  for (const made of capture) {
    const { block, k, frame } = placeOf(made, packetAt(made));
    // A block cut short or stretched says the right k in every packet.
    blocks.set(block, { k, frame, got: new Set() });
  }
  for (const made of kept) {
    const { block, packet } = placeOf(made, packetAt(made));
    blocks.get(block)?.got.add(packet);
  }
  const lost = new Set([...blocks.values()].filter(({ k, got }) => got.size < k).map(({ frame }) => frame));
  const frames = [...sourceFrames(capture)].filter(([frame]) => !lost.has(frame));
  return new Uint8Array(Buffer.concat(frames.map(([, bytes]) => bytes)));
}

const capture = framesOf('clean-h264.pcap');

async function decoded(...paths: string[]): Promise<Buffer> {
  const out = result('out.h264');
  const { code } = await spinel('decode', ...paths, '--out', out);
  expect(code).toBe(0);
  return readFileSync(out);
}

test('the oracle agrees with the reference on a capture without loss', async () => {
  expect(Buffer.compare(await decoded(captureFile('clean-h264.pcap')), bestPossible(capture, capture))).toBe(0);
});

/** Where a burst begins and how long it lasts. */
const bursts = fc.array(fc.tuple(fc.nat(capture.length - 1), fc.integer({ min: 1, max: 25 })), { maxLength: 40 });

function without(frames: readonly MadeFrame[], bursts: readonly [number, number][]): MadeFrame[] {
  const gone = new Set(bursts.flatMap(([at, length]) => Array.from({ length }, (_, i) => at + i)));
  return frames.filter((_, i) => !gone.has(i));
}

test('burst loss costs exactly the frames that no FEC can repair', async () => {
  await fc.assert(
    fc.asyncProperty(bursts, async (bursts) => {
      const kept = without(capture, bursts);
      fc.pre(kept.length > 100);
      const video = await decoded(writeFrames(result('loss.pcap'), kept));
      expect(Buffer.compare(video, bestPossible(capture, kept))).toBe(0);
    }),
    { numRuns: 20 },
  );
});

test('two adapters that lose and lag give what both together hold, in either order of arguments', async () => {
  await fc.assert(
    fc.asyncProperty(bursts, bursts, fc.integer({ min: 0, max: 40 }), async (first, second, lagMs) => {
      const one = without(capture, first);
      const two = without(capture, second);
      fc.pre(one.length > 100 && two.length > 100);
      const paths = [
        writeFrames(result('one.pcap'), one),
        writeFrames(
          result('two.pcap'),
          two.map((frame) => later(frame, lagMs)),
        ),
      ];
      const video = await decoded(...paths);
      expect(Buffer.compare(video, bestPossible(capture, [...one, ...two]))).toBe(0);
      expect(Buffer.compare(video, await decoded(...paths.reverse()))).toBe(0);
    }),
    { numRuns: 12 },
  );
});

test('frames out of order within a few milliseconds lose nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(8), { minLength: capture.length, maxLength: capture.length }), async (delays) => {
      const late = capture.map((frame, i) => later(frame, delays[i] as number));
      const video = await decoded(writeFrames(result('late.pcap'), late));
      expect(Buffer.compare(video, bestPossible(capture, capture))).toBe(0);
    }),
    { numRuns: 10 },
  );
});
