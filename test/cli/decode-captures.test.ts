import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { DecodeReport } from '../../radio/host/decode-report.ts';
import {
  framesOf,
  fromAirUnit,
  later,
  type MadeFrame,
  otherTraffic,
  packetAt,
  wfbTraffic,
  writeFrames,
} from './capture-maker.ts';
import { captureFile, captureJson, resultFolder, spinel } from './run-spinel.ts';

// Whole decodes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const result = resultFolder();
const clean = framesOf('clean-h264.pcap');
const { expected } = captureJson('clean-h264');

async function report(paths: string[], ...more: string[]): Promise<DecodeReport> {
  const { code, stdout, stderr } = await spinel('decode', ...paths, '--json', '-', ...more);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
}

test('pcapng and bare 802.11 give the same stream; bare 802.11 knows no signal', async () => {
  const bare = clean.map((frame) => ({ ...frame, bytes: frame.bytes.slice(packetAt(frame) - 24) }));
  const one = await report([writeFrames(result('clean.pcapng'), clean, 127, true)]);
  const two = await report([writeFrames(result('bare.pcap'), bare, 105)]);
  expect(one.video?.sha256).toBe(expected.sourceSha256);
  expect(two.video?.sha256).toBe(expected.sourceSha256);
  expect(one.adapters[0]?.rssiDbm).not.toBeNull();
  expect(two.adapters[0]?.rssiDbm).toBeNull();
});

test('frames out of order by up to a block are put in order', async () => {
  const shuffled = clean.map((frame, i) => later(frame, 0.001 * ((i * 7) % 11)));
  const mixed = clean.map((frame, i) => ({ ...(clean[i ^ 1] ?? frame), seconds: frame.seconds, nanos: frame.nanos }));
  for (const frames of [shuffled, mixed]) {
    expect((await report([writeFrames(result('order.pcap'), frames)])).video?.sha256).toBe(expected.sourceSha256);
  }
});

test('foreign traffic in between is counted and changes nothing', async () => {
  const frames = clean.flatMap((frame) => [frame, otherTraffic(frame), wfbTraffic(frame)]);
  const { video, packets } = await report([writeFrames(result('foreign.pcap'), frames)]);
  expect(video?.sha256).toBe(expected.sourceSha256);
  expect(packets).toMatchObject({ frames: clean.length * 3, received: clean.length, foreign: clean.length * 2 });
});

test('broken checksums are counted, and FEC repairs what they cost', async () => {
  const broken = clean.map((frame, i) => {
    const bytes = frame.bytes.slice();
    const at = packetAt(frame) + 16;
    if (i % 40 === 3) bytes[at] = (bytes[at] as number) ^ 0x10;
    return { ...frame, bytes };
  });
  const { video, packets } = await report([writeFrames(result('broken.pcap'), broken)]);
  expect(video?.sha256).toBe(expected.sourceSha256);
  expect(packets.badCrc).toBe(Math.ceil((clean.length - 3) / 40));
  expect(packets.recovered).toBeGreaterThan(0);
});

test('a frame that the adapter marked as damaged is not used, whatever its checksum says', async () => {
  // FLAGS is the first field of the 30-byte header, at byte 16.
  const marked = clean.map((frame, i) => {
    const bytes = frame.bytes.slice();
    if (i % 40 === 3) {
      bytes[16] = 0x40;
      bytes.fill(0xee, packetAt(frame) + 64);
    }
    return { ...frame, bytes };
  });
  const { video, packets } = await report([writeFrames(result('marked.pcap'), marked)]);
  expect(video?.sha256).toBe(expected.sourceSha256);
  expect(packets.badCrc).toBe(Math.ceil((clean.length - 3) / 40));
});

test('an FCS at the end of every frame is cut off', async () => {
  const frames = clean.map((frame) => {
    const bytes = new Uint8Array(frame.bytes.length + 4).fill(0xfc);
    bytes.set(frame.bytes);
    bytes[16] = 0x10;
    return { ...frame, bytes };
  });
  expect((await report([writeFrames(result('fcs.pcap'), frames)])).video?.sha256).toBe(expected.sourceSha256);
});

test('of two air units the first whose video is heard is decoded, or the one asked for; both are listed', async () => {
  const other = framesOf('lossy-two-adapters-adapter0.pcap');
  const base = clean[0]?.seconds as number;
  const mixed = [...clean.map((frame) => fromAirUnit(frame, 7)), ...other.map((frame) => later(frame, 3))];
  expect(other[0]?.seconds).toBe(base);
  mixed.sort((a, b) => a.seconds - b.seconds || a.nanos - b.nanos);
  const path = writeFrames(result('two-units.pcap'), mixed);
  const first = await report([path]);
  expect(first.airUnits.map(({ id }) => id).sort()).toEqual([305419896, 7]);
  expect(first.video?.sha256).toBe(expected.sourceSha256);
  const asked = await report([path], '--air-unit', '305419896');
  expect(asked.video?.sha256).not.toBe(expected.sourceSha256);
  expect(asked.video?.accessUnits).toBeGreaterThan(0);
});

test.each([2000, 300, 40])('an air unit that restarts in mid-stream after %i ms goes on', async (pauseMs) => {
  const head = clean.slice(0, 600);
  const [first, last] = [head[0], head[599]] as [MadeFrame, MadeFrame];
  const lengthMs = Math.ceil((last.seconds - first.seconds) * 1000 + (last.nanos - first.nanos) / 1e6);
  const frames = [...head, ...clean.map((frame) => later(frame, lengthMs + pauseMs))];
  const { video } = await report([writeFrames(result('restart.pcap'), frames)]);
  const alone = await report([writeFrames(result('head.pcap'), head)]);
  expect(video?.bytes).toBe((alone.video?.bytes ?? 0) + expected.sourceBytes);
});

test('a scrambled air unit is nothing to decode, and is named as such', async () => {
  const scrambled = clean.slice(0, 50).map((frame) => {
    const bytes = frame.bytes.slice();
    const at = packetAt(frame);
    bytes[at + 4] = 0x41;
    return { ...frame, bytes };
  });
  const { code, stderr } = await spinel('decode', writeFrames(result('scrambled.pcap'), scrambled));
  expect(code).toBe(2);
  expect(stderr).toContain('50 RubyFPV frames scrambled with a pass phrase');
});

test('a cut capture is read to its last whole frame and stderr says so', async () => {
  const whole = readFileSync(captureFile('clean-h264.pcap'));
  const path = result('cut.pcap');
  writeFileSync(path, whole.subarray(0, whole.length - 500_000));
  const { code, stdout, stderr } = await spinel('decode', path);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^spinel decode: cut\.pcap: the capture is cut off .* last whole frame .*\n$/);
  expect(JSON.parse(stdout.toString()).video.accessUnits).toBeGreaterThan(20);
});

test.each([
  ['empty.pcap', () => new Uint8Array(0), 'empty.pcap: the file is empty'],
  ['text.pcap', () => Buffer.from('hello, this is not a capture'), 'not a pcap or pcapng capture'],
  [
    'ethernet.pcap',
    () => Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'),
    'link type 1 (Ethernet)',
  ],
])('%s is refused in one sentence', async (name, bytes, words) => {
  writeFileSync(result(name), bytes());
  const { code, stdout, stderr } = await spinel('decode', result(name));
  expect([code, stdout.length]).toEqual([1, 0]);
  expect(stderr).toContain(words);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a missing capture is named', async () => {
  const path = result('missing.pcap');
  expect(await spinel('decode', path)).toMatchObject({ code: 1, stderr: `spinel decode: ${path}: no such file\n` });
});

test('other traffic alone is nothing to decode, and is described', async () => {
  const many = Array.from({ length: 12_000 }, (_, i) => otherTraffic(later(clean[0] as (typeof clean)[0], i)));
  const cases: [string, typeof clean, string][] = [
    ['other.pcap', many, '12,000 frames of other Wi-Fi traffic'],
    ['wfb.pcap', clean.slice(0, 494).map(wfbTraffic), '494 wfb-ng packets (this version does not decode wfb-ng)'],
    ['none.pcap', [], 'no frames at all'],
  ];
  for (const [name, frames, words] of cases) {
    const { code, stdout, stderr } = await spinel('decode', writeFrames(result(name), frames));
    expect([code, stdout.length]).toEqual([2, 0]);
    expect(stderr).toBe(`spinel decode: no RubyFPV air unit was heard: ${words}\n`);
  }
});

test('random bytes in the place of frames never break a decode', async () => {
  const headers = clean.slice(0, 60);
  const damage = fc.array(fc.record({ frame: fc.nat(59), at: fc.nat(140), value: fc.nat(255) }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(damage, async (pokes) => {
      const frames = headers.map((frame) => ({ ...frame, bytes: frame.bytes.slice() }));
      for (const { frame, at, value } of pokes) (frames[frame] as (typeof frames)[0]).bytes[at] = value;
      const { code } = await spinel('decode', writeFrames(result('damaged.pcap'), frames), '--telemetry', result('t'));
      expect([0, 2]).toContain(code);
    }),
    { numRuns: 30 },
  );
});
