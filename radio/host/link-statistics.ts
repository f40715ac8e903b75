import type { AccessUnit } from '../api/access-unit.ts';
import type { AdapterSnapshot, LinkSnapshot } from '../api/contract.ts';
import type { RxFrame, RxSignal } from '../base/frame.ts';
import { MAX_ANTENNAS } from '../base/frame.ts';
import { NS_PER_MS, NS_PER_S, type Ns, ns } from '../base/time.ts';
import type { AdapterStats, RubyStats } from '../links/ruby/stats.ts';
import { AdapterAdvice } from './adapter-advice.ts';

/** Snapshots a second. */
export const SNAPSHOTS_PER_SECOND = 10;
/** Rates are over the last second: this many snapshots back. */
const WINDOW = SNAPSHOTS_PER_SECOND;
/** Latencies kept for the percentiles: more than a second at 120 frames a second. */
const LATENCIES = 256;

/** Totals of one moment; two of them make a rate. */
interface Totals {
  at: Ns;
  received: number;
  dataPackets: number;
  lost: number;
  recovered: number;
  bytes: number;
  units: number;
}

/** What one receiver heard since the last snapshot. */
class Ear {
  readonly rssiSum = new Float64Array(MAX_ANTENNAS);
  readonly rssiCount = new Uint32Array(MAX_ANTENNAS);
  readonly noiseSum = new Float64Array(MAX_ANTENNAS);
  readonly noiseCount = new Uint32Array(MAX_ANTENNAS);
  readonly antennaIndex = new Uint8Array(MAX_ANTENNAS);
  snrSum = 0;
  snrCount = 0;
  rssiBestSum = 0;
  rssiBestCount = 0;
  antennas = 0;
  mcs = -1;
  rateBps = 0;
  /** Frames that could not be opened: they never reach the link. */
  unopened = 0;
  linkFrames: number[] = [];
  gaps: number[] = [];
  unitFrames: number[] = [];

  hear(signal: RxSignal): void {
    const n = signal.antennas;
    if (n > this.antennas) this.antennas = n;
    for (let i = 0; i < n; i++) {
      this.antennaIndex[i] = signal.antennaIndex[i];
      const rssi = signal.antennaRssiDbm[i];
      if (!Number.isNaN(rssi)) {
        this.rssiSum[i] += rssi;
        this.rssiCount[i]++;
      }
      const noise = signal.antennaNoiseDbm[i];
      if (!Number.isNaN(noise)) {
        this.noiseSum[i] += noise;
        this.noiseCount[i]++;
      }
    }
    if (signal.rssiDbm !== undefined) {
      this.rssiBestSum += signal.rssiDbm;
      this.rssiBestCount++;
    }
    if (signal.snrDb !== undefined) {
      this.snrSum += signal.snrDb;
      this.snrCount++;
    }
    if (signal.mcs !== undefined) {
      this.mcs = signal.mcs;
    } else if (signal.rateBps !== undefined) {
      this.mcs = -1;
      this.rateBps = signal.rateBps;
    }
  }

  clear(): void {
    this.rssiSum.fill(0);
    this.rssiCount.fill(0);
    this.noiseSum.fill(0);
    this.noiseCount.fill(0);
    this.snrSum = this.snrCount = this.rssiBestSum = this.rssiBestCount = 0;
  }
}

/** Turns the link's running totals into what the interface shows, ten times a second. */
export class LinkStatistics {
  readonly #names: readonly string[];
  readonly #ears: Ear[];
  readonly #advice = new AdapterAdvice();
  readonly #history: Totals[] = [];
  readonly #latencies = new Float64Array(LATENCIES);
  #latencyCount = 0;
  #units = { complete: 0, damaged: 0, keyFrames: 0 };
  #codec = '';
  #width = 0;
  #height = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#ears = names.map(() => new Ear());
  }

  /** A frame of the link. */
  heard(frame: RxFrame): void {
    this.#ears[frame.adapter]?.hear(frame.signal);
  }

  /** A frame that was refused before the link saw it. */
  refused(adapter: number): void {
    const ear = this.#ears[adapter];
    if (ear) ear.unopened++;
  }

  unit(unit: AccessUnit): void {
    if (unit.damaged) this.#units.damaged++;
    else this.#units.complete++;
    if (unit.keyFrame) this.#units.keyFrames++;
    this.#codec = unit.codec;
    this.#width = unit.width;
    this.#height = unit.height;
    this.#latencies[this.#latencyCount++ % LATENCIES] = (unit.completeAt - unit.lastAt) / NS_PER_MS;
  }

  /** Call ten times a second: rates are over the calls of the last second. */
  snapshot(now: Ns, stats: RubyStats): LinkSnapshot {
    const totals: Totals = {
      at: now,
      received: stats.packets.received,
      dataPackets: stats.video.packets,
      lost: stats.packets.lost,
      recovered: stats.packets.recovered,
      bytes: stats.video.bytes,
      units: this.#units.complete + this.#units.damaged,
    };
    const before = this.#history[0] ?? { ...totals, at: ns(now - NS_PER_S / SNAPSHOTS_PER_SECOND) };
    this.#history.push(totals);
    if (this.#history.length > WINDOW) this.#history.shift();
    const seconds = Math.max((now - before.at) / NS_PER_S, 0.05);
    const lost = totals.lost - before.lost;
    // A copy that comes after its packet was rebuilt takes the repair back (stats.ts).
    const recovered = Math.max(0, totals.recovered - before.recovered);
    const sent = totals.dataPackets - before.dataPackets + lost + recovered;
    const adapters = this.#ears.map((ear, index) => this.#adapter(index, ear, stats.adapters[index]));
    for (const [index, advice] of this.#advice.update(adapters, now).entries()) {
      if (advice !== '') (adapters[index] as AdapterSnapshot).advice = advice;
    }
    return {
      at: now,
      protocol: stats.airUnit === 0 ? '' : 'rubyfpv',
      airUnit: stats.airUnit,
      adapters,
      packets: {
        received: stats.packets.received,
        duplicates: stats.packets.duplicates,
        badCrc: stats.packets.badCrc,
        foreign: stats.packets.foreign,
        lost: stats.packets.lost,
        recovered: stats.packets.recovered,
      },
      blocks: { ...stats.blocks },
      accessUnits: { ...this.#units },
      videoBitrateBps: Math.round(((totals.bytes - before.bytes) * 8) / seconds),
      framesPerSecond: Math.round((totals.units - before.units) / seconds),
      qualityPercent: sent > 0 ? 100 * (1 - lost / sent) : null,
      lossPercent: sent > 0 ? (100 * lost) / sent : 0,
      recoveredPercent: sent > 0 ? (100 * recovered) / sent : 0,
      codec: this.#codec,
      width: this.#width,
      height: this.#height,
      fec: stats.video.k > 0 ? { k: stats.video.k, m: stats.video.m } : null,
      keyframeIntervalMs: stats.video.keyframeIntervalMs > 0 ? stats.video.keyframeIntervalMs : null,
      linkLatencyMs: this.#latency(),
      lastVideoAt: stats.video.lastAt,
    };
  }

  #adapter(index: number, ear: Ear, stats: AdapterStats | undefined): AdapterSnapshot {
    const linkFrames = slide(ear.linkFrames, stats?.linkFrames ?? 0);
    const gaps = slide(ear.gaps, stats?.counterGaps ?? 0);
    const heard = slide(ear.unitFrames, stats?.unitFrames ?? 0);
    const rssi = mean(ear.rssiBestSum, ear.rssiBestCount);
    const snapshot: AdapterSnapshot = {
      name: this.#names[index],
      rssiDbm: rssi,
      noiseDbm: mean(ear.noiseSum[0], ear.noiseCount[0]),
      snrDb: mean(ear.snrSum, ear.snrCount),
      antennas: Array.from({ length: ear.antennas }, (_, i) => ({
        antenna: ear.antennaIndex[i],
        rssiDbm: mean(ear.rssiSum[i], ear.rssiCount[i]),
        noiseDbm: mean(ear.noiseSum[i], ear.noiseCount[i]),
      })),
      framesPerSecond: linkFrames,
      frames: (stats?.frames ?? 0) + ear.unopened,
      linkFrames: stats?.linkFrames ?? 0,
      badFrames: (stats?.badFrames ?? 0) + ear.unopened,
      wins: stats?.wins ?? 0,
      lossPercent: gaps + heard > 0 ? (100 * gaps) / (gaps + heard) : 0,
      rate: ear.mcs >= 0 ? `MCS ${ear.mcs}` : ear.rateBps > 0 ? `${ear.rateBps / 1e6} Mb/s` : '',
    };
    ear.clear();
    return snapshot;
  }

  #latency(): { p50: number; p99: number } | null {
    const n = Math.min(this.#latencyCount, LATENCIES);
    if (n === 0) return null;
    const sorted = this.#latencies.slice(0, n).sort();
    return { p50: sorted[Math.floor(n * 0.5)], p99: sorted[Math.min(n - 1, Math.floor(n * 0.99))] };
  }
}

/** Difference of a total over the last second of snapshots. */
function slide(window: number[], total: number): number {
  window.push(total);
  if (window.length > WINDOW + 1) window.shift();
  return total - window[0];
}

function mean(sum: number, count: number): number | null {
  return count > 0 ? Math.round((sum / count) * 10) / 10 : null;
}
