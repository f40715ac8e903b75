import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VideoStats } from '../../app/video/stats.ts';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { unitsOf } from '../video/clips.ts';
import { DecoderStage } from './decoder-stage.ts';
import { unitsOfCleanCapture, withoutVui, withReordering, withSps } from './decoder-streams.ts';

let stage: DecoderStage;
beforeAll(async () => {
  stage = await DecoderStage.open();
});
afterAll(() => stage.close());

describe('no frame is held back', () => {
  const variants: [string, AccessUnit[]][] = [
    ['baseline', unitsOf('baseline.h264')],
    ['four slices', unitsOf('main-4-slices.h264')],
    ['access unit delimiters', unitsOf('high-aud.h264')],
    ['no VUI', unitsOf('baseline.h264').map((unit) => withSps(unit, withoutVui))],
    ['VUI that allows reordering', unitsOf('main-4-slices.h264').map((unit) => withSps(unit, withReordering))],
    ['high profile, VUI that allows reordering', unitsOf('high-aud.h264').map((unit) => withSps(unit, withReordering))],
  ];
  test.each(variants)('%s', async (_name, units) => {
    await stage.show();
    await stage.send(units);
    const stats = await stage.statsWhen((now) => now.decoded === 20 && now.presented > 15);
    expect(stats).toMatchObject({
      decoded: 20,
      held: 0,
      queued: 0,
      rebuilds: 0,
      dropped: 0,
      rejected: 0,
      output: 'video',
    });
    expect(stats).toMatchObject({ width: 160, height: 120, codec: 'h264', keyFrameWanted: false, phase: 'playing' });
    expect(stats.presented).toBeGreaterThan(15);
  });
});

test('a decoder given the same SPS unchanged does hold frames back', async () => {
  const page = await stage.show();
  const data = unitsOf('main-4-slices.h264').map((unit) => [...withSps(unit, withReordering).data]);
  const outputs = await page.evaluate(async (units) => {
    let count = 0;
    const decoder = new VideoDecoder({
      output: (frame) => {
        frame.close();
        count++;
      },
      error: () => {},
    });
    decoder.configure({ codec: 'avc1.4d400b', optimizeForLatency: true });
    units.forEach((bytes, i) => {
      const type = i === 0 ? 'key' : 'delta';
      decoder.decode(new EncodedVideoChunk({ type, timestamp: i * 33_000, data: new Uint8Array(bytes) }));
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return count;
  }, data);
  expect(outputs).toBe(18);
});

test('B frames come out, once the first of them were seen', async () => {
  await stage.show();
  await stage.send(unitsOf('b-frames.h264'));
  await stage.send(unitsOf('b-frames.h264'));
  // The first pictures, until the next key frame, were decoded as if there were no B frames.
  const stats = await stage.statsWhen((now) => now.decoded >= 21);
  expect(stats.decoded, JSON.stringify(stats)).toBeGreaterThanOrEqual(20);
  expect(stats.rebuilds).toBe(0);
});

test('an intra-refresh stream joined late starts on a grey picture of our own', async () => {
  await stage.show();
  const units = unitsOf('intra-refresh.h264');
  const joined = units.slice(7);
  const sets = joined.findIndex((unit) => unit.data[4] === 0x67);
  expect(sets).toBeGreaterThan(0);
  await stage.send(joined);
  const stats = await stage.statsWhen((now) => now.decoded === joined.length - sets);
  expect(stats).toMatchObject({ decoded: joined.length - sets, rebuilds: 0, rejected: sets, held: 0 });
});

/** Makes some units such that no check in front finds it: noise deep in the data. */
function damaged(units: readonly AccessUnit[], every: number): AccessUnit[] {
  let seed = 1;
  return units.map((unit, i) => {
    if (i % every !== every - 1) return unit;
    const data = unit.data.slice();
    for (let n = 0; n < 60; n++) {
      seed = (seed * 48_271) % 2_147_483_647;
      const at = 60 + (seed % Math.max(1, data.length - 60));
      if (at < data.length) data[at] = seed >> 8;
    }
    return { ...unit, data };
  });
}

test.each(['baseline.h264', 'intra-refresh.h264', 'main-4-slices.h264'] as const)(
  '%s: damage makes decoders give up, and the picture goes on by itself',
  async (name) => {
    await stage.show();
    const clip = unitsOf(name);
    const units = [...damaged([...clip, ...clip, ...clip], 7), ...clip];
    await stage.send(units, 60);
    const stats = await stage.statsWhen((now) => now.received === units.length && now.queued === 0);
    expect(stats.rebuilds, JSON.stringify(stats)).toBeGreaterThan(0);
    expect(stats.decoded, JSON.stringify(stats)).toBeGreaterThan(units.length * 0.4);
    expect(stats.skipped).toBe(0);
    // Damage may have taught a decoder to hold a frame back: it is renewed at a key frame when it is a second old.
    await stage.send(clip, 30);
    await stage.send(clip, 30);
    await stage.send(clip, 30);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = await stage.statsWhen((now) => now.queued + now.held === 0);
    if (name !== 'intra-refresh.h264') expect(before.held, JSON.stringify(before)).toBe(0);
    await stage.send(clip, 30);
    const after = await stage.statsWhen((now) => now.decoded === before.decoded + clip.length);
    expect(after.decoded).toBe(before.decoded + clip.length);
  },
);

test('H.265 is decoded, or the pilot is told why not', async () => {
  const page = await stage.show();
  await stage.send(unitsOf('main.h265'));
  const stats = await stage.statsWhen((now) => now.unsupported !== '' || now.decoded === 20);
  const supported = await page.evaluate(
    async () => (await VideoDecoder.isConfigSupported({ codec: 'hvc1.1.6.L60.90' })).supported,
  );
  if (supported) expect(stats.decoded).toBe(20);
  else
    expect(stats).toMatchObject({ phase: 'unsupported', unsupported: expect.stringContaining('cannot decode H.265') });
  // H.264 after it is shown again.
  await stage.send(unitsOf('baseline.h264'));
  const after = await stage.statsWhen((now) => now.codec === 'h264' && now.decoded >= 20);
  expect(after).toMatchObject({ phase: 'playing', unsupported: '', codec: 'h264' });
});

test('a feed that ends is opened again, and the picture goes on', async () => {
  const page = await stage.show();
  await stage.send(unitsOf('baseline.h264'));
  await stage.statsWhen((now) => now.decoded === 20);
  await stage.reconnect();
  await stage.send(unitsOf('main-4-slices.h264'));
  const stats = await stage.statsWhen((now) => now.decoded === 40);
  expect(stats).toMatchObject({ decoded: 40, phase: 'playing', rebuilds: 0 });
  expect(await page.locator('[data-video] video').count()).toBe(1);
});

test('720p at 60 frames/s is on the screen within a frame, and the numbers are on the element', async () => {
  const page = await stage.show();
  const units = unitsOfCleanCapture();
  expect(units.length).toBe(60);
  // Other work on the machine can only add: the quickest round counts. Alone it is 5 ms (hot-path-choices.md 4).
  let best: VideoStats | undefined;
  for (let round = 0; round < 8 && (best?.stages.fromComplete?.p50 ?? 99) > 15; round++) {
    const before = await stage.stats();
    await stage.send([...units, ...units], 60);
    const seen = (now: VideoStats) => now.decoded + now.dropped - (before.decoded ?? 0) - (before.dropped ?? 0);
    const stats = await stage.statsWhen((now) => seen(now) === 120);
    expect(seen(stats), JSON.stringify(stats)).toBe(120);
    console.info(
      `720p60 ${stats.output}: ${JSON.stringify(stats.stages)}, presented ${stats.presented}, dropped ${stats.dropped}`,
    );
    const p50 = stats.stages.fromComplete?.p50 as number;
    if (p50 <= (best?.stages.fromComplete?.p50 ?? p50)) best = stats;
    await stage.reconnect();
  }
  await stage.send(units, 30);
  expect(best?.stages.fromComplete?.p50).toBeLessThan(33);
  const total = await stage.statsWhen((now) => now.decoded + now.dropped > 0 && now.queued + now.held === 0);
  const view = page.locator('[data-video]');
  expect(Number(await view.getAttribute('data-decoded'))).toBeGreaterThanOrEqual(total.decoded);
  expect(Number(await view.getAttribute('data-presented'))).toBeGreaterThan(100);
  expect(await view.getAttribute('data-size')).toBe('1280x720');
  expect(await view.getAttribute('data-held')).toBe('0');
  // The picture itself: testsrc is colourful where grey, black or nothing would be flat.
  const colours = await page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement;
    const canvas = new OffscreenCanvas(64, 36);
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(video, 0, 0, 64, 36);
    return new Set(new Uint32Array(context.getImageData(0, 0, 64, 36).data.buffer)).size;
  });
  expect(colours).toBeGreaterThan(200);
});

test('the canvas shows the same where there is no track generator', async () => {
  const page = await stage.show('&canvas');
  await stage.send([...unitsOf('baseline.h264'), ...unitsOf('baseline.h264')]);
  const stats = await stage.statsWhen((now) => now.decoded === 40 && now.presented > 20);
  expect(stats).toMatchObject({ output: 'canvas', decoded: 40, held: 0 });
  expect(stats.presented + stats.replaced).toBeGreaterThanOrEqual(39);
  expect(await page.locator('[data-video] canvas').count()).toBe(1);
});
