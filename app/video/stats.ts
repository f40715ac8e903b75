import type { Percentiles } from './latency.ts';

/** How a decoder worker reaches the radio's video feed. */
export type VideoConnection = { kind: 'websocket'; url: string } | { kind: 'port'; port: MessagePort };

/** The way of a picture by stages. The first two need the radio's clock; null until something was measured. */
export interface StageLatency {
  /** Last fragment received to access unit complete. */
  complete: Percentiles | null;
  /** Access unit complete to received by the decoder worker. */
  transport: Percentiles | null;
  /** Received by the worker to decoded. */
  decode: Percentiles | null;
  /** Decoded to presented by the compositor (`<video>`), or drawn (canvas). */
  present: Percentiles | null;
  /** Access unit complete to presented. */
  fromComplete: Percentiles | null;
  /** Last fragment received to presented. */
  total: Percentiles | null;
}

/** What the decoder worker says 10 times a second. Counters count since the worker started. */
export interface VideoStats {
  /** `idle` no connection yet; `connected` no picture yet; `lost` the connection ended. */
  phase: 'idle' | 'connected' | 'playing' | 'unsupported' | 'lost';
  codec: 'h264' | 'h265' | '';
  /** Such as `avc1.64001f`. */
  codecString: string;
  width: number;
  height: number;
  decodedPerSecond: number;
  presentedPerSecond: number;
  received: number;
  decoded: number;
  presented: number;
  /** Units dropped because the decoder did not keep up. */
  dropped: number;
  /** Units that no decoder should see: no slice, or a broken header. */
  rejected: number;
  /** Units that came before anything could be decoded. */
  skipped: number;
  /** Frames decoded but replaced by a newer one before they could be shown. */
  replaced: number;
  /** Decoders replaced after an error. */
  rebuilds: number;
  /** Units waiting for the decoder. */
  queued: number;
  /** Units in the decoder that are newer than its newest frame. */
  held: number;
  keyFrameWanted: boolean;
  /** Why the stream cannot be shown at all, as a sentence for the pilot; else empty. */
  unsupported: string;
  /** Whether the browser would decode this codec in hardware. It does not say what it does. */
  acceleration: 'hardware' | 'software' | 'unknown';
  output: 'video' | 'canvas';
  latestSequence: number;
  /** Since the newest frame was decoded; null before any. */
  newestFrameAgeMs: number | null;
  /** Page time (`performance.now()`) at which the newest frame was presented; null before any. Filled in by the page. */
  lastShownMs: number | null;
  /** Last fault of a decoder in the browser's words. */
  lastError: string;
  stages: StageLatency;
}

/** Page to worker. */
export type WorkerRequest =
  | { type: 'init'; writable?: WritableStream<VideoFrame>; canvas?: OffscreenCanvas; connection?: VideoConnection }
  /** Leaves the connection it has, if any, and takes this one. The picture shown stays until the next comes. */
  | { type: 'connect'; connection: VideoConnection }
  /** The compositor showed the frame with this timestamp (microseconds), at this time (`timeOrigin` added, ms). */
  | { type: 'presented'; timestamp: number; atMs: number; count: number };

/** Worker to page. `lost`: the connection ended by itself; the page decides what comes next. */
export type WorkerReport = { type: 'stats'; stats: VideoStats } | { type: 'lost' } | { type: 'drawn'; atMs: number };
