import { beforeEach, describe, expect, test } from 'vitest';
import { type Decoder, Player, QUEUE_LIMIT, type UnitTimes } from '../../app/video/player.ts';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { TestClock } from '../../radio/base/time.ts';
import { type Clip, splitNals, unitsOf } from './clips.ts';

/** A decoder that does what a test tells it to. */
class ScriptedDecoder {
  state: 'unconfigured' | 'configured' | 'closed' = 'unconfigured';
  decodeQueueSize = 0;
  readonly configs: VideoDecoderConfig[] = [];
  readonly chunks: EncodedVideoChunkInit[] = [];
  readonly output: (frame: VideoFrame) => void;
  readonly error: (error: Error) => void;
  readonly dequeue: () => void;
  constructor(output: (frame: VideoFrame) => void, error: (error: Error) => void, dequeue: () => void) {
    this.output = output;
    this.error = error;
    this.dequeue = dequeue;
  }
  configure(config: VideoDecoderConfig) {
    this.configs.push(config);
    this.state = 'configured';
  }
  decode(chunk: EncodedVideoChunk) {
    if (this.state !== 'configured') throw new Error('not configured');
    this.chunks.push(chunk as unknown as EncodedVideoChunkInit);
    this.decodeQueueSize++;
  }
  close() {
    this.state = 'closed';
  }
  /** Begins with everything it was given, and gives frames for what `except` does not name. */
  run(except: number[] = []) {
    this.decodeQueueSize = 0;
    for (const [i, { timestamp }] of this.chunks.entries()) {
      if (i < this.given || except.includes(i)) continue;
      this.output({ timestamp, close: () => closed++ } as unknown as VideoFrame);
    }
    this.given = this.chunks.length;
    this.dequeue();
  }
  given = 0;
  fail() {
    this.state = 'closed';
    this.error(new Error('broken'));
  }
}

let clock: TestClock;
let decoders: ScriptedDecoder[];
let shown: UnitTimes[];
let closed = 0;
let supported: boolean;
let player: Player;
const newest = () => decoders.at(-1) as ScriptedDecoder;

beforeEach(() => {
  clock = new TestClock();
  decoders = [];
  shown = [];
  closed = 0;
  supported = true;
  player = new Player({
    clock,
    createDecoder(output, error, dequeue) {
      const decoder = new ScriptedDecoder(output, error, dequeue);
      decoders.push(decoder);
      return decoder as unknown as Decoder;
    },
    createChunk: (init) => init as unknown as EncodedVideoChunk,
    isSupported: async () => supported,
    show: (_frame, times) => shown.push(times),
  });
});

const feed = (units: readonly AccessUnit[]) => {
  for (const unit of units) {
    clock.advance(16);
    player.take(unit, clock.now());
  }
};
const clip = (name: Clip) => unitsOf(name);
const nalTypes = (chunk: EncodedVideoChunkInit | undefined) =>
  splitNals(new Uint8Array(chunk?.data as Uint8Array<ArrayBuffer>)).map(
    (nal) => (nal[nal[2] === 1 ? 3 : 4] as number) & 31,
  );

/** Feeds one by one, the decoder keeping up. */
function play(units: readonly AccessUnit[]) {
  for (const unit of units) {
    feed([unit]);
    decoders.at(-1)?.run();
  }
}

test('a key frame starts the decoder and every unit goes in and out at once', () => {
  play(clip('baseline.h264'));
  expect(decoders.length).toBe(1);
  expect(newest().configs).toMatchObject([{ codec: 'avc1.42c00b', codedWidth: 160, optimizeForLatency: true }]);
  expect(newest().chunks.map((chunk) => chunk.type)).toEqual(
    Array.from({ length: 20 }, (_, i) => (i % 10 ? 'delta' : 'key')),
  );
  expect(shown.map((times) => times.sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(player).toMatchObject({ decoded: 20, held: 0, dropped: 0, rebuilds: 0, keyFrameWanted: false });
});

test('timestamps always rise, and frames that never come do not count as held', () => {
  const units = clip('baseline.h264').slice(0, 5);
  for (const unit of units) player.take(unit, clock.now());
  for (let i = 0; i < 3; i++) newest().run([1]);
  const stamps = newest().chunks.map((chunk) => chunk.timestamp);
  expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => a - b));
  expect(player.held).toBe(0);
});

describe('a decoder that does not keep up', () => {
  test('gets the newest three, the oldest are dropped and a key frame is wanted', () => {
    play(clip('baseline.h264').slice(0, 5));
    feed(clip('baseline.h264').slice(5, 10));
    expect(player.queued).toBe(3);
    clock.advance(60);
    feed(clip('high-aud.h264').slice(1, 2));
    feed(clip('baseline.h264').slice(6, 8));
    expect(player.queued).toBe(QUEUE_LIMIT);
    expect(player.dropped).toBeGreaterThan(0);
    expect(player.keyFrameWanted).toBe(true);
    newest().run();
    newest().run();
    expect(player.queued).toBe(0);
  });

  test('loses nothing it needs when a key frame waits', () => {
    play(clip('baseline.h264').slice(0, 5));
    feed(clip('baseline.h264').slice(5, 9));
    clock.advance(60);
    feed(clip('baseline.h264').slice(10, 12));
    expect(player).toMatchObject({ queued: 2, dropped: 2, keyFrameWanted: false });
  });

  test('is forgiven a burst', () => {
    play(clip('baseline.h264').slice(0, 5));
    for (const unit of clip('baseline.h264').slice(5, 20)) player.take(unit, clock.now());
    expect(player.dropped).toBe(0);
    while (player.queued > 0) newest().run();
    newest().run();
    expect(player.decoded).toBe(20);
  });
});

test('waits for parameter sets, then starts on a grey picture that is not shown', () => {
  const units = clip('intra-refresh.h264');
  const sets = units.findIndex((unit, i) => i > 5 && unit.data[4] === 0x67);
  play(units.slice(5, sets));
  expect(decoders.length).toBe(0);
  play(units.slice(sets, sets + 3));
  expect(newest().chunks.map((chunk) => chunk.type)).toEqual(['key', 'delta', 'delta', 'delta']);
  expect(nalTypes(newest().chunks[0])).toEqual([7, 8, 8, 5]);
  expect(shown.length).toBe(3);
  expect(closed).toBe(1);
});

test('H.265 waits for a key frame', () => {
  const units = clip('main.h265');
  play(units.slice(3, 10));
  expect(decoders.length).toBe(0);
  play(units.slice(10));
  expect(shown.length).toBe(10);
});

test('a decoder that gives up is replaced at once and starts on what comes next', () => {
  const units = clip('baseline.h264');
  play(units.slice(0, 5));
  newest().fail();
  play(units.slice(5, 8));
  expect(decoders.length).toBe(2);
  expect(player).toMatchObject({ rebuilds: 1, decoded: 8, lastError: 'broken', keyFrameWanted: true });
  expect(newest().chunks.map((chunk) => chunk.type)).toEqual(['key', 'delta', 'delta', 'delta']);
  newest().fail();
  play(units.slice(10, 12));
  expect(newest().chunks.map((chunk) => chunk.type)).toEqual(['key', 'delta']);
  expect(player.keyFrameWanted).toBe(false);
});

test('a key frame without parameter sets gets those kept', () => {
  const units = clip('baseline.h264');
  play(units.slice(0, 2));
  newest().fail();
  const key = units[10] as AccessUnit;
  const idr = splitNals(key.data).filter((nal) => ((nal[nal[2] === 1 ? 3 : 4] as number) & 31) === 5);
  play([{ ...key, data: idr[0] as Uint8Array<ArrayBuffer> }]);
  expect(nalTypes(newest().chunks[0])).toEqual([7, 8, 5]);
});

test('a decoder that refuses grey pictures gets key frames only, until one worked', () => {
  const units = clip('baseline.h264');
  play(units.slice(0, 2));
  newest().fail();
  for (let i = 0; i < 3; i++) {
    feed(units.slice(3 + i, 4 + i));
    if (newest().state !== 'closed') newest().fail();
  }
  expect(decoders.length).toBe(3);
  play(units.slice(6, 10));
  expect(decoders.length).toBe(3);
  play(units.slice(10, 12));
  expect(decoders.length).toBe(4);
  expect(newest().given).toBe(2);
});

test('key frames that fail twice are tried in software', async () => {
  const units = clip('baseline.h264').slice(0, 1);
  for (let i = 0; i < 3; i++) {
    feed(units);
    await Promise.resolve();
    await Promise.resolve();
    newest().fail();
  }
  feed(units);
  expect(newest().configs[0]?.hardwareAcceleration).toBe('prefer-software');
});

test('units without a slice, with a broken slice header, or of an unknown PPS are not fed', () => {
  const [key, second] = clip('baseline.h264') as [AccessUnit, AccessUnit];
  play([key]);
  const bad = [
    new Uint8Array([0, 0, 0, 1, 9, 16]),
    new Uint8Array([1, 2, 3]),
    new Uint8Array([0, 0, 0, 1, 0x41, 0, 0, 0]),
    // first_mb 0, P, PPS 3
    new Uint8Array([0, 0, 0, 1, 0x41, 0b1100_1000, 0xff, 0xff, 0xff]),
  ];
  play(bad.map((data) => ({ ...second, data })));
  expect(player).toMatchObject({ rejected: 4, decoded: 1 });
  expect(newest().chunks.length).toBe(1);
});

test('another size is configured anew with its key frame', () => {
  play(clip('main-4-slices.h264').slice(0, 3));
  play(clip('high-aud.h264').slice(0, 3));
  expect(decoders.length).toBe(1);
  expect(newest().configs.map((config) => config.codec)).toEqual(['avc1.4d400c', 'avc1.64000c']);
  expect(player).toMatchObject({ decoded: 6, rebuilds: 0 });
});

test('B slices stop the rewriting, and the next key frame is decoded in order', () => {
  play(clip('b-frames.h264'));
  expect(newest().configs.map((config) => config.optimizeForLatency)).toEqual([true, false]);
  expect(player).toMatchObject({ decoded: 20, rebuilds: 0 });
});

test('one slice that damage turned into a B slice changes nothing', () => {
  const units = clip('baseline.h264');
  const wrong = (units[4] as AccessUnit).data.slice();
  // first_mb 0, then slice_type 6 (00111) for 5 (00110): all slices of the picture are B.
  const header = wrong.findIndex((byte, i) => byte === 1 && wrong[i - 1] === 0 && wrong[i - 2] === 0);
  wrong[header + 2] = 0b1001_1110;
  play(units.map((unit, i) => (i === 4 ? { ...unit, data: wrong } : unit)));
  expect(newest().configs.map((config) => config.optimizeForLatency)).toEqual([true]);
});

test('a codec that the browser does not know is told in a sentence and not tried again', async () => {
  supported = false;
  const units = clip('main.h265');
  play(units.slice(0, 3));
  await Promise.resolve();
  await Promise.resolve();
  expect(player.unsupported).toContain('cannot decode H.265');
  const before = decoders.length;
  play(units);
  expect(decoders.length).toBe(before);
  supported = true;
  play(clip('baseline.h264'));
  expect(player.unsupported).toBe('');
  expect(player.decoded).toBeGreaterThanOrEqual(20);
});

test('a decoder that takes everything and gives nothing is replaced', () => {
  const units = clip('baseline.h264');
  play(units.slice(0, 2));
  for (let i = 0; i < 100; i++) {
    feed([units[2] as AccessUnit]);
    newest().decodeQueueSize = 0;
    clock.advance(30);
    player.tick(clock.now());
  }
  expect(player.rebuilds).toBe(1);
});

test('a decoder that holds frames back is renewed at a key frame', () => {
  const units = Array.from({ length: 4 }, () => clip('baseline.h264')).flat();
  for (const unit of units) {
    feed([unit]);
    const decoder = newest();
    decoder.decodeQueueSize = 0;
    const late = decoder.chunks.at(-2);
    if (late) decoder.output({ timestamp: late.timestamp, close: () => closed++ } as unknown as VideoFrame);
  }
  expect(newest().configs.length).toBe(2);
  expect(player.rebuilds).toBe(0);
  expect(decoders.length).toBe(1);
});

test('nothing comes after closing', () => {
  play(clip('baseline.h264').slice(0, 3));
  const decoder = newest();
  player.close();
  expect(decoder.state).toBe('closed');
  decoder.output({ timestamp: 1, close: () => closed++ } as unknown as VideoFrame);
  feed(clip('baseline.h264'));
  expect(decoders.length).toBe(1);
  expect(shown.length).toBe(3);
  expect(closed).toBe(1);
});
