import { NS_PER_MS, type Ns } from '../../base/time.ts';
import { STREAM_IDS } from './constants.ts';

/** Indexes remembered per stream: 0.4 s of 20 Mbit/s. */
const WINDOW = 1024;
/**
 * A copy comes within this, by another adapter or sent twice. The same index later is an air unit that began anew: its
 * counters start over, and it needs seconds to boot.
 */
const COPY_WITHIN_NS = 500 * NS_PER_MS;
/** Air units remembered at a time. RubyFPV refuses a seventh; we forget the one longest silent. */
const MAX_SOURCES = 8;

interface Source {
  id: number;
  lastAt: Ns;
  /** Per stream a window of indexes, -1 for none, and when each came. */
  indexes: Int32Array;
  times: Float64Array;
}

/**
 * Finds copies of packets: same source, stream and index. Any number of adapters may bring them, in any order. Source:
 * rubyfpv-link.md 6.1, without its quirks.
 */
export class Duplicates {
  readonly #sources = new Map<number, Source>();
  #last: Source | undefined;

  /** Whether this packet was seen before. Remembers it. `streamId` is 0 to 15, `index` 0 to 2^28 - 1. */
  seen(sourceId: number, streamId: number, index: number, at: Ns): boolean {
    const source = this.#last?.id === sourceId ? this.#last : this.#source(sourceId, at);
    source.lastAt = at;
    const slot = streamId * WINDOW + (index % WINDOW);
    if (source.indexes[slot] === index && at - (source.times[slot] as number) < COPY_WITHIN_NS) return true;
    source.indexes[slot] = index;
    source.times[slot] = at;
    return false;
  }

  #source(id: number, at: Ns): Source {
    let source = this.#sources.get(id);
    if (source === undefined) {
      if (this.#sources.size >= MAX_SOURCES) this.#forgetOldest();
      const length = STREAM_IDS * WINDOW;
      source = { id, lastAt: at, indexes: new Int32Array(length).fill(-1), times: new Float64Array(length) };
      this.#sources.set(id, source);
    }
    this.#last = source;
    return source;
  }

  #forgetOldest(): void {
    let oldest: Source | undefined;
    for (const source of this.#sources.values()) {
      if (oldest === undefined || source.lastAt < oldest.lastAt) oldest = source;
    }
    if (oldest) this.#sources.delete(oldest.id);
  }
}
