import type { Codec } from '../api/access-unit.ts';
import type { AdapterStats, RubyStats } from '../links/ruby/stats.ts';

/** What `spinel decode --json` writes. Stable; see the command line's contract. */
export interface DecodeReport {
  link: 'rubyfpv';
  airUnits: { id: number; name: string; version: string; videoPackets: number }[];
  video: VideoReport | null;
  /** Payloads of wfb-ng; null for RubyFPV, which has none. */
  payloads: { count: number; bytes: number; sha256: string } | null;
  packets: {
    frames: number;
    received: number;
    duplicates: number;
    badCrc: number;
    foreign: number;
    lost: number;
    recovered: number;
  };
  blocks: { complete: number; recovered: number; lost: number };
  adapters: AdapterReport[];
}

export interface VideoReport {
  codec: Codec;
  width: number;
  height: number;
  /** Of the elementary stream that `--out` writes, whether or not it was asked for. */
  bytes: number;
  sha256: string;
  accessUnits: number;
  keyFrames: number;
}

export interface AdapterReport {
  capture: string;
  frames: number;
  linkFrames: number;
  /** Of this link's frames; null when none told a signal. */
  rssiDbm: { min: number; mean: number; max: number } | null;
}

/** Frames of a capture that never reached the link. */
export interface UnopenedFrames {
  badFcs: number;
  other: number;
}

/** Puts the report together. `unopened` and `names` are by capture; `frames` counts every frame of each capture. */
export function rubyReport(
  stats: RubyStats,
  video: VideoReport | null,
  captures: readonly { name: string; frames: number }[],
  unopened: UnopenedFrames,
): DecodeReport {
  const { received, duplicates, badCrc, foreign, lost, recovered } = stats.packets;
  return {
    link: 'rubyfpv',
    airUnits: [...stats.heard.values()].map(({ id, name, version, videoPackets }) => ({
      id,
      name,
      version,
      videoPackets,
    })),
    video,
    payloads: null,
    packets: {
      frames: captures.reduce((sum, capture) => sum + capture.frames, 0),
      received,
      duplicates,
      badCrc: badCrc + unopened.badFcs,
      foreign: foreign + unopened.other,
      lost,
      recovered,
    },
    blocks: { complete: stats.blocks.complete, recovered: stats.blocks.recovered, lost: stats.blocks.lost },
    adapters: captures.map(({ name, frames }, i) => adapterReport(name, frames, stats.adapters[i])),
  };
}

function adapterReport(capture: string, frames: number, stats: AdapterStats | undefined): AdapterReport {
  if (!stats) return { capture, frames, linkFrames: 0, rssiDbm: null };
  const { linkFrames, rssiCount, rssiMinDbm, rssiMaxDbm, rssiSumDbm } = stats;
  const mean = Math.round((rssiSumDbm / rssiCount) * 10) / 10;
  return {
    capture,
    frames,
    linkFrames,
    rssiDbm: rssiCount > 0 ? { min: rssiMinDbm, mean, max: rssiMaxDbm } : null,
  };
}
