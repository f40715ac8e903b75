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
  | { kind: 'captures'; files: string[]; loop?: boolean }
  | RadiosRequest;

/** Real adapters on one channel. */
export interface RadiosRequest {
  kind: 'radios';
  /** Network interfaces, 1 to 8, such as `wlan1`. */
  interfaces: string[];
  frequencyMhz: number;
  /** Channel width; default 20. */
  widthMhz?: 5 | 10 | 20 | 40;
  /** The air unit to fly; default the first whose video is heard. */
  airUnit?: number;
}

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
  /** What is wrong with it and what to do, in words; empty or absent when nothing is. */
  advice?: string;
}

/** A channel that an interface can be tuned to. */
export interface RadioChannel {
  channel: number;
  frequencyMhz: number;
  /** Regulatory limit; null when the driver names none. */
  maxPowerDbm: number | null;
  /** The regulatory domain forbids its use. */
  disabled: boolean;
  /** Listening is allowed, transmitting is not. */
  noTransmit: boolean;
}

/** One Wi-Fi interface of this computer. */
export interface RadioInterface {
  name: string;
  driver: string;
  /** What it is, in words, such as `Realtek RTL8812AU`; empty when unknown. */
  chipset: string;
  /** Such as `0bda:8812`; empty when it is not on USB. */
  usbId: string;
  mac: string;
  mode: string;
  up: boolean;
  monitor: boolean;
  usable: boolean;
  /** Why not, and what helps; empty when usable. */
  problem: string;
  channels: RadioChannel[];
}

/** An air unit heard by the search. */
export interface FoundAirUnit {
  protocol: 'rubyfpv' | 'wfb-ng';
  /** RubyFPV: the unit's id. wfb-ng: the link id. */
  id: number;
  /** Empty until heard. */
  name: string;
  version: string;
  frequencyMhz: number;
  rssiDbm: number | null;
  /** Its frames per second while its channel was listened to. */
  framesPerSecond: number;
  video: boolean;
  lastAt: Ns;
}

/** What one channel carried when it was last listened to. */
export interface ChannelActivity {
  frequencyMhz: number;
  channel: number;
  /** Times listened to; 0: not yet. */
  visits: number;
  /** Frames of any kind per second. */
  framesPerSecond: number;
  /** Share of the time that frames filled, by their length and rate, 0 to 100. */
  occupancyPercent: number;
  /** Strongest signal, dBm. */
  rssiDbm: number | null;
  noiseDbm: number | null;
  /** Access points whose beacons were heard. */
  accessPoints: number;
}

/** The running or last search. */
export interface ScanState {
  running: boolean;
  /** Where each interface listens now. */
  listening: { name: string; frequencyMhz: number }[];
  channels: ChannelActivity[];
  found: FoundAirUnit[];
  /** Why the search cannot go on; empty while it can. */
  problem: string;
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
  /** Wi-Fi interfaces, usable or not. */
  'radios.list'(): RadioInterface[];
  /** Searches until stopped or a source is opened. No interfaces or frequencies named: all that are usable. */
  'scan.start'(options: { interfaces?: string[]; frequenciesMhz?: number[] }): ScanState;
  'scan.stop'(): ScanState;
}

/** What the radio tells by itself. */
export interface Feeds {
  status: RadioStatus;
  telemetry: VehicleState;
  link: LinkSnapshot;
  notice: Notice;
  scan: ScanState;
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
