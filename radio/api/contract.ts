import type { Ns } from '../base/time.ts';
import type { AccessUnit } from './access-unit.ts';
import type { VehicleState } from './telemetry.ts';

/** How the simulated radio channel treats the demo's frames. All of it is seeded and repeatable. */
export interface ChannelOptions {
  /** Seed of every random choice, 1 to 2^31 - 1. */
  seed: number;
  /** Mean loss on each adapter, 0 to 0.9. */
  loss: number;
  /** Mean length of a loss burst in packets, 1 to 200. */
  burst: number;
  /** Adapters that hear the air unit, 1 to 4. */
  adapters: number;
}

/** Where frames come from. */
export type SourceRequest =
  | { kind: 'demo'; channel?: Partial<ChannelOptions> }
  | { kind: 'captures'; files: string[]; loop?: boolean };

export type SourceState =
  | { phase: 'idle' }
  | { phase: 'starting'; title: string }
  | { phase: 'up'; title: string; kind: SourceRequest['kind'] }
  | { phase: 'failed'; title: string; code: string; reason: string };

/** What the radio says about itself. Sent on every change and to every new listener. */
export interface RadioStatus {
  version: string;
  /** Counts radio processes since the program started, from 1: more than 1 means it was restarted. */
  generation: number;
  source: SourceState;
  /** Source that a start without choice would open, as offered to the pilot. */
  adaptersFound: number;
}

export interface AntennaSnapshot {
  antenna: number;
  /** Mean of the last interval, dBm; null when nothing was heard in it. */
  rssiDbm: number | null;
  noiseDbm: number | null;
}

export interface AdapterSnapshot {
  name: string;
  rssiDbm: number | null;
  noiseDbm: number | null;
  snrDb: number | null;
  antennas: AntennaSnapshot[];
  /** Frames of the link per second in the last interval. */
  framesPerSecond: number;
  /** Since the source was opened. */
  frames: number;
  linkFrames: number;
  badFrames: number;
  /** Packets of which this adapter brought the first good copy. */
  wins: number;
  /** Link counter gaps of this adapter in the last interval, percent of what the air unit sent, 0 to 100. */
  lossPercent: number;
  /** Modulation last heard, such as `MCS 2` or `12 Mb/s`; empty when unknown. */
  rate: string;
}

/** Counters of the link, published 10 times a second. Totals count since the source was opened. */
export interface LinkSnapshot {
  at: Ns;
  protocol: 'rubyfpv' | '';
  airUnit: number;
  adapters: AdapterSnapshot[];
  packets: {
    received: number;
    duplicates: number;
    badCrc: number;
    foreign: number;
    lost: number;
    recovered: number;
  };
  blocks: { complete: number; recovered: number; lost: number };
  accessUnits: { complete: number; damaged: number; keyFrames: number };
  /** Video payload received in the last second, bit/s. */
  videoBitrateBps: number;
  /** Access units per second in the last second. */
  framesPerSecond: number;
  /** Share of the packets sent that arrived or were repaired, over the last second, 0 to 100; null before any. */
  qualityPercent: number | null;
  lossPercent: number;
  recoveredPercent: number;
  codec: string;
  width: number;
  height: number;
  /** Configured FEC of the newest block, data and parity packets. */
  fec: { k: number; m: number } | null;
  keyframeIntervalMs: number | null;
  /** Last fragment received to access unit complete, over the last second, ms. */
  linkLatencyMs: { p50: number; p99: number } | null;
  /** When a video packet was last received; 0 before any. */
  lastVideoAt: Ns;
}

/** A line for the log panel and the alarm line. */
export interface Notice {
  at: Ns;
  severity: 'info' | 'caution' | 'warning';
  text: string;
}

/** What the interface can ask for. */
export interface Commands {
  /** The radio's clock, for lining up times that cross the door. */
  'clock.now'(): Ns;
  'source.open'(request: SourceRequest): SourceState;
  'source.close'(): SourceState;
}

/** What the radio tells by itself. */
export interface Feeds {
  status: RadioStatus;
  telemetry: VehicleState;
  link: LinkSnapshot;
  notice: Notice;
  /** Only to connections that asked for it: the decoder worker's. */
  video: AccessUnit;
}

export interface Api {
  /** Rejects with a RadioError. */
  call<K extends keyof Commands>(name: K, ...args: Parameters<Commands[K]>): Promise<ReturnType<Commands[K]>>;
  /** Subscribes; returns what unsubscribes. */
  on<K extends keyof Feeds>(feed: K, listener: (item: Feeds[K]) => void): () => void;
  /** Called once when the door closed, by either side. */
  onClose(listener: () => void): void;
  close(): void;
}
