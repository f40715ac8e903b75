import type { ScanState } from '../api/contract.ts';
import { RadioError } from '../base/errors.ts';
import type { RawFrame } from '../base/frame.ts';
import { type Clock, msToNs, NS_PER_MS, type Ns, ns } from '../base/time.ts';
import { ScanEar } from './scan-ear.ts';
import { ScanFindings } from './scan-found.ts';
import { DWELL_MS, ScanPlan, VIDEO_DWELL_MS, VIDEO_PACKETS } from './scan-plan.ts';

export interface ScanRunOptions {
  /** The interfaces, 1 to 8, in the order of `RawFrame.adapter`, and what each can be tuned to. */
  ears: readonly { name: string; frequenciesMhz: readonly number[] }[];
  /** Tunes one; rejects with a RadioError. */
  tune(name: string, frequencyMhz: number): Promise<void>;
  clock: Clock;
  /** Channels to look at first, MHz, the most recent first. */
  remembered: readonly number[];
  /** Called a few times a second while the search runs, and when it ends by itself. */
  changed(state: ScanState): void;
}

/** A visit younger than this says too little about its channel. */
const YOUNG_NS = msToNs(200);
const PUBLISH_NS = msToNs(200);
/** After a change of channel, frames heard before may still come out of the socket. */
const SETTLE_NS = msToNs(10);
/** An interface that refuses this many channels in a row is given up. */
const MAX_REFUSALS = 5;

interface Seat {
  readonly index: number;
  readonly name: string;
  readonly ear: ScanEar;
  /** Where it listens; undefined while it is being tuned, and at the end. */
  frequencyMhz: number | undefined;
  since: Ns;
  refusals: number;
  retired: boolean;
}

/** A search over the channels of one to eight interfaces, until it is stopped. Time and tuning are given to it. */
export class ScanRun {
  readonly #options: ScanRunOptions;
  readonly #plan: ScanPlan;
  readonly #findings: ScanFindings;
  readonly #seats: Seat[];
  #running = false;
  #problem = '';
  #publishedAt = ns(0);

  constructor(options: ScanRunOptions) {
    this.#options = options;
    this.#plan = new ScanPlan(
      options.ears.map((ear) => ear.frequenciesMhz),
      options.remembered,
    );
    this.#findings = new ScanFindings(this.#plan.order);
    this.#seats = options.ears.map(({ name }, index) => ({
      index,
      name,
      ear: new ScanEar(),
      frequencyMhz: undefined,
      since: ns(0),
      refusals: 0,
      retired: false,
    }));
  }

  /** Begins on every interface. */
  start(): void {
    this.#running = true;
    for (const seat of this.#seats) void this.#move(seat);
  }

  /** One frame of an interface; lent. */
  receive(raw: RawFrame): void {
    const seat = this.#seats[raw.adapter];
    if (!this.#running || seat?.frequencyMhz === undefined || raw.at < seat.since) return;
    seat.ear.hear(raw);
  }

  /** Call every 20 to 50 ms: moves on when it is time. */
  tick(): void {
    if (!this.#running) return;
    const now = this.#options.clock.now();
    for (const seat of this.#seats) {
      if (seat.frequencyMhz === undefined) continue;
      const dwellMs = seat.ear.videoPackets > VIDEO_PACKETS ? VIDEO_DWELL_MS : DWELL_MS;
      if ((now - seat.since) / NS_PER_MS < dwellMs) continue;
      this.#note(seat, now);
      void this.#move(seat);
    }
    if (now - this.#publishedAt >= PUBLISH_NS) this.#publish(now);
  }

  /** Ends it; what was found stays in the state. */
  stop(): ScanState {
    if (this.#running) {
      const now = this.#options.clock.now();
      for (const seat of this.#seats) this.#note(seat, now);
      this.#running = false;
    }
    return this.state;
  }

  get state(): ScanState {
    return {
      running: this.#running,
      listening: this.#running
        ? this.#seats.flatMap(({ name, frequencyMhz }) => (frequencyMhz === undefined ? [] : { name, frequencyMhz }))
        : [],
      channels: this.#findings.channels,
      found: this.#findings.found,
      problem: this.#problem,
    };
  }

  /** Whether every channel that can be tuned to was listened to at least `rounds` times, to the end. */
  finished(rounds: number): boolean {
    return this.#plan.finished(rounds);
  }

  /** Takes the seat to its next channel that can be tuned to. */
  async #move(seat: Seat): Promise<void> {
    seat.frequencyMhz = undefined;
    while (this.#running && !seat.retired) {
      const frequencyMhz = this.#plan.next(seat.index);
      if (frequencyMhz === undefined)
        return this.#retire(seat, this.#problem || `${seat.name}: no channel to listen to`);
      try {
        await this.#options.tune(seat.name, frequencyMhz);
      } catch (error) {
        this.#refused(seat, frequencyMhz, error);
        continue;
      }
      if (!this.#running) return;
      seat.refusals = 0;
      seat.since = ns(this.#options.clock.now() + SETTLE_NS);
      seat.ear.begin();
      seat.frequencyMhz = frequencyMhz;
      return;
    }
  }

  #refused(seat: Seat, frequencyMhz: number, error: unknown): void {
    this.#plan.refuse(seat.index, frequencyMhz);
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof RadioError ? error.code : 'unsupported';
    const hopeless = code === 'no-permission' || code === 'no-adapter';
    if (hopeless || ++seat.refusals >= MAX_REFUSALS) this.#retire(seat, message);
  }

  /** The search ends with the last interface. */
  #retire(seat: Seat, why: string): void {
    seat.retired = true;
    this.#plan.retire(seat.index);
    if (!this.#running || this.#seats.some((other) => !other.retired)) return;
    this.#problem = why;
    this.#running = false;
    this.#options.changed(this.state);
  }

  #note(seat: Seat, now: Ns): void {
    if (seat.frequencyMhz === undefined) return;
    const elapsed = now - seat.since;
    if (elapsed < YOUNG_NS) return;
    this.#findings.take(seat.frequencyMhz, this.#plan.visits(seat.frequencyMhz), seat.ear, elapsed);
  }

  #publish(now: Ns): void {
    this.#publishedAt = now;
    for (const seat of this.#seats) this.#note(seat, now);
    this.#options.changed(this.state);
  }
}
