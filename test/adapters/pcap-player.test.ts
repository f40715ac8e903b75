import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CapturePlayer, type PlayerOptions } from '../../radio/adapters/pcap/player.ts';
import { PcapWriter } from '../../radio/adapters/pcap/writer.ts';
import { NS_PER_MS, systemClock } from '../../radio/base/time.ts';

const folder = mkdtempSync(join(tmpdir(), 'spinel-player-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A capture of one-byte frames: [milliseconds, byte]. */
function capture(name: string, frames: [number, number][]): string {
  const parts: Uint8Array[] = [];
  const writer = new PcapWriter(127, 'ns', (bytes) => void parts.push(bytes.slice()));
  for (const [ms, byte] of frames) writer.frame(Uint8Array.of(byte), 0, 1, 1_761_000_000, ms * NS_PER_MS);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

const one = capture('one.pcap', [
  [0, 1],
  [40, 2],
  [80, 3],
]);
const two = capture('two.pcap', [
  [20, 4],
  [60, 5],
]);

/** Plays until `enough` frames were heard or the end came. */
async function play(options: PlayerOptions, enough = Number.POSITIVE_INFINITY) {
  const player = new CapturePlayer(options);
  const heard: { adapter: number; byte: number; at: number }[] = [];
  const startedAt = systemClock.now();
  let ended = false;
  await new Promise<void>((resolve, reject) => {
    const events = {
      frame: (raw: { bytes: Uint8Array; start: number; adapter: number; at: number }) => {
        heard.push({ adapter: raw.adapter, byte: raw.bytes[raw.start] as number, at: raw.at });
        if (heard.length >= enough) resolve();
      },
      ended: () => {
        ended = true;
        resolve();
      },
    };
    player.start(events).catch(reject);
  });
  await player.close();
  await player.close();
  return { player, heard, ended, startedAt, tookMs: (systemClock.now() - startedAt) / NS_PER_MS };
}

test('captures play merged at their own pace, on the system clock, and end', async () => {
  const { player, heard, ended, startedAt, tookMs } = await play({ files: [one, two] });
  expect(player.receivers).toEqual(['one.pcap', 'two.pcap']);
  expect(heard.map(({ byte }) => byte)).toEqual([1, 4, 2, 5, 3]);
  expect(heard.map(({ adapter }) => adapter)).toEqual([0, 1, 0, 1, 0]);
  expect(ended).toBe(true);
  expect(tookMs).toBeGreaterThanOrEqual(80);
  heard.forEach(({ at }, i) => {
    expect(at - startedAt).toBeGreaterThanOrEqual(i * 20 * NS_PER_MS);
  });
});

test('as fast as frames can be taken, the pauses are left out', async () => {
  const long = capture('long.pcap', [
    [0, 1],
    [900, 2],
  ]);
  const { heard, tookMs } = await play({ files: [long], pace: 'fast' });
  expect(heard).toHaveLength(2);
  expect(tookMs).toBeLessThan(500);
});

test('a loop starts over', async () => {
  const { heard, ended } = await play({ files: [two], loop: true }, 5);
  expect(heard.map(({ byte }) => byte)).toEqual([4, 5, 4, 5, 4]);
  expect(ended).toBe(false);
});

test('nothing plays after close, even when closed from within a frame', async () => {
  const player = new CapturePlayer({ files: [one], pace: 'fast' });
  let frames = 0;
  await player.start({
    frame: () => {
      frames++;
      void player.close();
    },
    ended: () => {
      frames += 100;
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(frames).toBe(1);
});

test('a player refuses to start on what it cannot play', async () => {
  const none = capture('none.pcap', []);
  const text = join(folder, 'text.pcap');
  writeFileSync(text, 'no capture');
  const events = { frame: () => {}, ended: () => {} };
  const start = (files: string[]) => new CapturePlayer({ files }).start(events);
  await expect(start([join(folder, 'missing.pcap')])).rejects.toMatchObject({ code: 'no-such-file' });
  await expect(start([folder])).rejects.toMatchObject({ code: 'bad-argument' });
  await expect(start([text])).rejects.toMatchObject({ code: 'not-a-capture' });
  await expect(start([none])).rejects.toMatchObject({ code: 'not-a-capture' });
  await expect(start([])).rejects.toMatchObject({ code: 'bad-argument' });
  await expect(start(Array(9).fill(one))).rejects.toMatchObject({ code: 'bad-argument' });
});

test('a file hears nothing', () => {
  expect(new CapturePlayer({ files: [one] }).transmit(Uint8Array.of(1))).toBe(false);
});
