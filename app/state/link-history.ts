import type { LinkSnapshot } from '../../radio/api/contract.ts';
import { NS_PER_MS } from '../../radio/base/time.ts';

/** Best signal over all adapters, dBm; null when none was heard. */
export function bestSignalDbm(snapshot: LinkSnapshot): number | null {
  let best: number | null = null;
  for (const { rssiDbm } of snapshot.adapters) {
    if (rssiDbm !== null && (best === null || rssiDbm > best)) best = rssiDbm;
  }
  return best;
}

/** Rings of the values that the link sheet draws, at most one point per `intervalMs`. Unknown points are NaN. */
export class LinkHistory {
  readonly length: number;
  readonly #intervalMs: number;
  readonly bitrateMbps: Float32Array;
  readonly qualityPercent: Float32Array;
  readonly signalDbm: Float32Array;
  /** Points taken so far; the newest lies at (count - 1) % length. */
  count = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(length: number, intervalMs: number) {
    this.length = length;
    this.#intervalMs = intervalMs;
    this.bitrateMbps = new Float32Array(length);
    this.qualityPercent = new Float32Array(length);
    this.signalDbm = new Float32Array(length);
  }

  /** Takes a snapshot unless the last point is younger than the interval. A clock that went back starts anew. */
  take(snapshot: LinkSnapshot): void {
    const atMs = snapshot.at / NS_PER_MS;
    if (atMs < this.#lastMs) this.clear();
    // Snapshots jitter around their period: half a period early still counts as on time.
    if (atMs - this.#lastMs < this.#intervalMs - 50) return;
    this.#lastMs = atMs;
    const place = this.count % this.length;
    this.bitrateMbps[place] = snapshot.videoBitrateBps / 1e6;
    this.qualityPercent[place] = snapshot.qualityPercent ?? Number.NaN;
    this.signalDbm[place] = bestSignalDbm(snapshot) ?? Number.NaN;
    this.count++;
  }

  clear(): void {
    this.count = 0;
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }

  /** Copies one ring, oldest first, into an array of at most `length` points. */
  unrolled(ring: Float32Array): number[] {
    const size = Math.min(this.count, this.length);
    const out: number[] = [];
    for (let i = this.count - size; i < this.count; i++) out.push(ring[i % this.length] as number);
    return out;
  }
}
