import { NS_PER_MS, NS_PER_S, type Ns } from '../../base/time.ts';

/** Least time between two packets of a type towards the air unit, ms. Source: rubyfpv-link.md 11. */
const INTERVAL_MS: Readonly<Record<number, number>> = { 3: 100, 4: 100, 7: 200, 11: 200, 25: 50, 60: 50 };
const OTHER_INTERVAL_MS = 500;
/** Share of the air rate that may be used. Source: rubyfpv-link.md 11. */
const LOAD = 0.75;
/** The load is that of the last second, in tenths. */
const SLOTS = 10;
const SLOT_NS = NS_PER_S / SLOTS;

/** Why a packet may not be sent now: its type was sent just before, or the radio has enough to do. */
export type Hold = 'interval' | 'load';

/** What a slow radio may be asked to send, by its air rate. A packet that comes too early is dropped, not delayed. */
export class SendBudget {
  readonly #bytesPerSecond: number;
  readonly #lastAt = new Float64Array(256).fill(Number.NEGATIVE_INFINITY);
  readonly #sent = new Float64Array(SLOTS);
  #slot = 0;

  /** `airRateBps`: what the radio's settings promise. */
  constructor(airRateBps: number) {
    this.#bytesPerSecond = (airRateBps / 8) * LOAD;
  }

  /** Undefined when a packet of this type may go at `now`. */
  check(packetType: number, now: Ns): Hold | undefined {
    const since = now - (this.#lastAt[packetType & 0xff] as number);
    if (since < (INTERVAL_MS[packetType] ?? OTHER_INTERVAL_MS) * NS_PER_MS) return 'interval';
    this.#forget(now);
    let bytes = 0;
    for (let i = 0; i < SLOTS; i++) bytes += this.#sent[i] as number;
    return bytes >= this.#bytesPerSecond ? 'load' : undefined;
  }

  /** Counts a packet that took `bytes` on the wire. */
  spend(packetType: number, bytes: number, now: Ns): void {
    this.#forget(now);
    this.#lastAt[packetType & 0xff] = now;
    const place = this.#slot % SLOTS;
    this.#sent[place] = (this.#sent[place] as number) + bytes;
  }

  /** Empties the tenths that are older than a second. */
  #forget(now: Ns): void {
    const slot = Math.floor(now / SLOT_NS);
    if (slot - this.#slot >= SLOTS) this.#sent.fill(0);
    else for (let old = this.#slot + 1; old <= slot; old++) this.#sent[old % SLOTS] = 0;
    this.#slot = Math.max(this.#slot, slot);
  }
}
