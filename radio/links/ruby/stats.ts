import type { Ns } from '../../base/time.ts';

/** An air unit heard on the channel, flown or not. */
export interface HeardAirUnit {
  id: number;
  /** From telemetry type 30; empty until heard. */
  name: string;
  /** Such as `11.7`; empty until heard. */
  version: string;
  videoPackets: number;
  lastAt: Ns;
}

export interface AdapterStats {
  /** Frames given to the link by this adapter. */
  frames: number;
  /** Of these, frames of this protocol towards a ground station, of any air unit, that passed their check. */
  linkFrames: number;
  /** Frames refused: bad FCS, short, bad CRC. */
  badFrames: number;
  /** Packets of the chosen air unit of which this adapter brought the first good copy. */
  wins: number;
  /** Frames missing by the radio link counter (header offset 14) of the chosen air unit. */
  counterGaps: number;
  /** Frames of the chosen air unit heard, copies included. */
  unitFrames: number;
  rssiMinDbm: number;
  rssiMaxDbm: number;
  rssiSumDbm: number;
  /** Frames of the link that carried a signal strength. */
  rssiCount: number;
}

/** Totals since the receiver was made. Plain numbers, read by whoever publishes them. */
export interface RubyStats {
  /** The chosen air unit; 0 until one is chosen. */
  airUnit: number;
  heard: Map<number, HeardAirUnit>;
  /** All frames that reached the link. */
  frames: number;
  packets: {
    /** Packets of the chosen air unit that passed their check, copies excluded. */
    received: number;
    /** Copies (same source, stream, index). */
    duplicates: number;
    badCrc: number;
    /** Frames of other Wi-Fi traffic, and packets of other air units or directions. */
    foreign: number;
    /** Video data packets given up. */
    lost: number;
    /** Video data packets rebuilt by FEC that no adapter brought in the end. */
    recovered: number;
    scrambled: number;
    /** Video packets that came with the retransmitted flag. */
    retransmitted: number;
  };
  blocks: { complete: number; recovered: number; lost: number };
  adapters: AdapterStats[];
  video: {
    packets: number;
    /** Payload bytes delivered. */
    bytes: number;
    /** Of the newest block, 0 before any. */
    k: number;
    m: number;
    packetSize: number;
    /** As the video header says. */
    keyframeIntervalMs: number;
    bitrateBps: number;
    profile: number;
    lastAt: Ns;
    /** How often the sender's video stream started anew. */
    restarts: number;
  };
}
