import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCapture } from '../../radio/adapters/pcap/format.ts';
import { PacketType } from '../../radio/links/ruby/constants.ts';
import { VIDEO_HEADER_LEN, VIDEO_PREFIX_LEN, VideoInfo } from '../../radio/links/ruby/video-segment.ts';
import { planBlocks, RubyPacketizer } from '../../radio/sim/ruby-packetizer.ts';
import { BODY, RubySender } from '../../radio/sim/ruby-sender.ts';

const SCHEME = { k: 8, m: 4, packetSize: 1100 };

/** rubyfpv-link.md 13.4, checked with upstream's own tables; and the stretched and shortened blocks seen in 4.5. */
const TABLE: [number, string][] = [
  [1, '1/0'],
  [2, '2/2'],
  [3, '3/2'],
  [4, '4/3'],
  [7, '7/4'],
  [8, '8/4'],
  [9, '9/4'],
  [12, '12/6'],
  [13, '8/4 5/3'],
  [14, '8/4 6/4'],
  [16, '8/4 8/4'],
  [17, '8/4 9/4'],
  [19, '8/4 11/5'],
];

test.each(TABLE)('a frame of %i packets is sent in blocks %s', (packets, blocks) => {
  expect(
    planBlocks(packets, SCHEME)
      .map(({ k, m }) => `${k}/${m}`)
      .join(' '),
  ).toBe(blocks);
});

test('every plan holds all packets within the limits of a block', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 16 }), fc.nat(16), (packets, k, m) => {
      const plan = planBlocks(packets, { k, m: Math.min(k, m), packetSize: 1100 });
      expect(plan.reduce((sum, block) => sum + block.k, 0)).toBe(packets);
      for (const block of plan) {
        expect(block.k).toBeLessThanOrEqual(16);
        expect(block.m).toBeLessThanOrEqual(block.k);
      }
    }),
  );
});

/** The 802.11 frames of a capture, radiotap cut off. */
function captured(name: string): Uint8Array[] {
  const capture = readCapture(name, readFileSync(new URL(`../captures/ruby/${name}`, import.meta.url)));
  return Array.from({ length: capture.frames }, (_, i) => {
    const start = capture.starts[i] as number;
    return capture.bytes.subarray(start + capture.view.getUint16(start + 2, true), capture.ends[i]);
  });
}

/** Video bytes of the source frames, in order, from data packets that were sent once. */
function sourceFrames(packets: Uint8Array[]): Uint8Array[] {
  const frames = new Map<number, number[]>();
  const seen = new Set<string>();
  for (const packet of packets) {
    const view = new DataView(packet.buffer, packet.byteOffset + BODY);
    const key = `${view.getUint32(17, true)}:${view.getUint8(21)}`;
    if (view.getUint8(21) >= view.getUint8(24) || seen.has(key)) continue;
    seen.add(key);
    const frame = frames.get(view.getUint16(26, true)) ?? [];
    frames.set(view.getUint16(26, true), frame);
    const from = BODY + VIDEO_HEADER_LEN + VIDEO_PREFIX_LEN;
    frame.push(...packet.subarray(from, from + view.getUint16(VIDEO_HEADER_LEN, true)));
  }
  return [...frames.values()].map((bytes) => Uint8Array.from(bytes));
}

/** Info items whose values an air unit measured, and the camera's frame time, cannot be told from the stream. */
const MEASURED = new Set<number>([
  VideoInfo.framesPerSecond,
  VideoInfo.fecTime,
  VideoInfo.frameTimers,
  VideoInfo.bitrates,
]);

function withoutMeasured(packet: Uint8Array): string {
  const copy = Uint8Array.from(packet);
  if (MEASURED.has(copy[BODY + 5] as number)) copy.fill(0, BODY + 6, BODY + 10);
  copy.fill(0, BODY + 28, BODY + 30);
  return Buffer.from(copy).toString('hex');
}

test('the air unit of clean-h264 is rebuilt from its elementary stream, byte for byte', () => {
  const theirs = captured('clean-h264.pcap');
  // The capture was made without the air unit's send loop: its counters begin at 0.
  const sender = new RubySender(0x12345678, 0);
  const packetizer = new RubyPacketizer({
    codec: 'h264',
    scheme: SCHEME,
    width: 1280,
    height: 720,
    fps: 60,
    keyframeIntervalMs: 500,
    bitrateBps: 6_000_000,
  });
  const ours: string[] = [];
  const bytes = new Uint8Array(2048);
  const view = new DataView(bytes.buffer);
  for (const frame of sourceFrames(theirs)) {
    for (const body of packetizer.cut(frame, 0)) {
      bytes.set(body, BODY);
      ours.push(withoutMeasured(bytes.subarray(0, sender.seal(view, PacketType.videoData, body.length))));
    }
  }
  expect(theirs.length).toBeGreaterThan(1000);
  expect(ours.length).toBe(theirs.length);
  for (const [i, packet] of theirs.entries()) expect(ours[i], `packet ${i}`).toBe(withoutMeasured(packet));
});
