/**
 * The dedicated worker that owns the video feed, the decoder and the frames, so that no picture waits for the page.
 *
 * The page sends `init` once, with what to show on, and `connect` for each connection; it terminates the worker to end
 * it. Statistics go to the page 10 times a second.
 */
import type { Codec } from '../../radio/api/access-unit.ts';
import { NS_PER_MS, type Ns, ns, systemClock } from '../../radio/base/time.ts';
import { openFeed } from './feed.ts';
import { canvasSink, type FrameSink, videoSink } from './frame-sink.ts';
import { ClockOffset, PerSecond, StageTimes } from './latency.ts';
import { Player, type UnitTimes } from './player.ts';
import type { VideoConnection, VideoStats, WorkerReport, WorkerRequest } from './stats.ts';

const STATS_MS = 100;
/** Frames decoded whose presentation may still be reported. */
const AWAITED = 32;

const clock = systemClock;
const report = (message: WorkerReport) => self.postMessage(message);

const offset = new ClockOffset();
const times = {
  complete: new StageTimes(),
  transport: new StageTimes(),
  decode: new StageTimes(),
  present: new StageTimes(),
  fromComplete: new StageTimes(),
  total: new StageTimes(),
};
const decodedRate = new PerSecond();
const presentedRate = new PerSecond();
const awaited: UnitTimes[] = [];
let sink: FrameSink | undefined;
let closeFeed: (() => void) | undefined;
let connected: 'idle' | 'connected' | 'lost' = 'idle';
let codec: Codec | '' = '';
let presented = 0;
let newestDecodedAt: Ns | undefined;
let acceleration: VideoStats['acceleration'] = 'unknown';
let accelerationOf = '';

let player = createPlayer();
/** Counters of players before this one. */
const before = { received: 0, decoded: 0, dropped: 0, rejected: 0, skipped: 0, rebuilds: 0 };

function createPlayer(): Player {
  return new Player({
    clock,
    createDecoder(output, error, dequeue) {
      const decoder = new VideoDecoder({ output, error });
      decoder.ondequeue = dequeue;
      return decoder;
    },
    createChunk: (init) => new EncodedVideoChunk(init),
    isSupported: async (config) => (await VideoDecoder.isConfigSupported(config)).supported === true,
    show,
  });
}

function show(frame: VideoFrame, unit: UnitTimes): void {
  newestDecodedAt = unit.decodedAt;
  decodedRate.add(unit.decodedAt);
  const received = offset.toRadio(unit.receivedAt);
  times.complete.add(unit.completeAt - unit.lastAt);
  if (received !== undefined) times.transport.add(received - unit.completeAt);
  times.decode.add(unit.decodedAt - unit.receivedAt);
  awaited.push(unit);
  if (awaited.length > AWAITED) awaited.shift();
  if (sink) sink.show(frame);
  else frame.close();
}

/** The frame with this timestamp was on the screen at `at`, our clock. `count`: frames presented so far, if known. */
function shown(timestamp: number, at: Ns, count = presented + 1): void {
  for (; presented < count; presented++) presentedRate.add(at);
  const index = awaited.findIndex((unit) => unit.timestamp === timestamp);
  const unit = awaited[index];
  if (!unit) return;
  awaited.splice(0, index + 1);
  times.present.add(at - unit.decodedAt);
  const onRadio = offset.toRadio(at);
  if (onRadio === undefined) return;
  times.fromComplete.add(onRadio - unit.completeAt);
  times.total.add(onRadio - unit.lastAt);
}

function connect(connection: VideoConnection): void {
  closeFeed?.();
  for (const key of Object.keys(before) as (keyof typeof before)[]) before[key] += player[key];
  player.close();
  player = createPlayer();
  offset.clear();
  for (const stage of Object.values(times)) stage.clear();
  awaited.length = 0;
  connected = 'connected';
  closeFeed = openFeed(connection, clock, offset, {
    unit(unit, receivedAt) {
      codec = unit.codec;
      player.take(unit, receivedAt);
    },
    lost() {
      connected = 'lost';
      report({ type: 'lost' });
    },
  });
}

/** The browser says whether it could use hardware, not whether it does. */
function askForAcceleration(codecString: string): void {
  if (codecString === '' || codecString === accelerationOf) return;
  accelerationOf = codecString;
  VideoDecoder.isConfigSupported({ codec: codecString, hardwareAcceleration: 'prefer-hardware' }).then(
    ({ supported }) => {
      acceleration = supported ? 'hardware' : 'software';
    },
    () => {
      acceleration = 'unknown';
    },
  );
}

function phase(): VideoStats['phase'] {
  if (player.unsupported !== '') return 'unsupported';
  return connected === 'connected' && player.decoded > 0 ? 'playing' : connected;
}

function stats(): VideoStats {
  const now = clock.now();
  return {
    phase: phase(),
    codec,
    codecString: player.codecString,
    width: player.width,
    height: player.height,
    decodedPerSecond: decodedRate.rate(now),
    presentedPerSecond: presentedRate.rate(now),
    received: before.received + player.received,
    decoded: before.decoded + player.decoded,
    presented,
    dropped: before.dropped + player.dropped,
    rejected: before.rejected + player.rejected,
    skipped: before.skipped + player.skipped,
    replaced: sink?.replaced ?? 0,
    rebuilds: before.rebuilds + player.rebuilds,
    queued: player.queued,
    held: player.held,
    keyFrameWanted: player.keyFrameWanted,
    unsupported: player.unsupported,
    acceleration,
    output: sink?.output ?? 'video',
    latestSequence: player.latestSequence,
    newestFrameAgeMs: newestDecodedAt === undefined ? null : (now - newestDecodedAt) / NS_PER_MS,
    lastShownMs: null,
    lastError: player.lastError,
    stages: {
      complete: times.complete.percentiles(),
      transport: times.transport.percentiles(),
      decode: times.decode.percentiles(),
      present: times.present.percentiles(),
      fromComplete: times.fromComplete.percentiles(),
      total: times.total.percentiles(),
    },
  };
}

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.type === 'init') {
    if (data.writable) sink = videoSink(data.writable);
    else if (data.canvas) {
      sink = canvasSink(data.canvas, (timestamp) => {
        shown(timestamp, clock.now());
        report({ type: 'drawn', atMs: performance.timeOrigin + performance.now() });
      });
    }
    if (data.connection) connect(data.connection);
  } else if (data.type === 'connect') {
    connect(data.connection);
  } else {
    shown(data.timestamp, ns((data.atMs - performance.timeOrigin) * NS_PER_MS), data.count);
  }
};

setInterval(() => {
  player.tick(clock.now());
  askForAcceleration(player.codecString);
  report({ type: 'stats', stats: stats() });
}, STATS_MS);
