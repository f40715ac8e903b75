import type { ChannelOptions } from '../../api/contract.ts';
import { type Clock, NS_PER_MS, systemClock } from '../../base/time.ts';
import { type AirUnitName, SimulatedFlight } from '../../sim/simulated-flight.ts';
import type { Adapter, AdapterEvents } from '../adapter.ts';

export interface SimulatorOptions {
  /** The demo's clip: H.264, Annex B, 60 pictures per second. */
  clip: Uint8Array;
  channel?: Partial<ChannelOptions> | undefined;
  clock?: Clock | undefined;
  airUnit?: AirUnitName | undefined;
}

/** How often frames are handed on: fine enough that the simulator adds little to what is measured. */
const STEP_MS = 1;
/** After a longer stall the flight goes on from now, and what came in between is lost. */
const CATCH_UP_NS = 100 * NS_PER_MS;

/** The demo flight as an adapter, in real time and for ever. */
export class SimulatorAdapter implements Adapter {
  readonly receivers: readonly string[];
  readonly #flight: SimulatedFlight;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #lastNs = 0;

  /** Throws a RadioError `clip-missing` when the clip is not an H.264 stream that can be played. */
  constructor(options: SimulatorOptions) {
    this.#flight = new SimulatedFlight({
      clip: options.clip,
      ...(options.channel && { channel: options.channel }),
      ...(options.airUnit && { airUnit: options.airUnit }),
    });
    this.#clock = options.clock ?? systemClock;
    this.receivers = Array.from({ length: this.#flight.adapters }, (_, i) => `sim${i}`);
  }

  async start(events: AdapterEvents): Promise<void> {
    if (this.#timer !== undefined) return;
    this.#startedAt = this.#clock.now() - this.#lastNs;
    this.#timer = setInterval(() => this.#step(events), STEP_MS);
  }

  #step(events: AdapterEvents): void {
    const now = this.#clock.now() - this.#startedAt;
    if (now - this.#lastNs > CATCH_UP_NS) this.#flight.skipTo(now - CATCH_UP_NS);
    this.#lastNs = now;
    this.#flight.step(now, (raw) => {
      // Received is when it is handed over, as a card's driver has it: a late timer of ours is not the link's latency.
      raw.at = this.#clock.now();
      events.frame(raw);
    });
  }

  /** The simulated air unit does not listen. */
  transmit(): boolean {
    return false;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
