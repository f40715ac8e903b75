import type { ChannelOptions } from '../api/contract.ts';
import type { RawFrame } from '../base/frame.ts';
import { ChannelModel, completeChannel, type Disturbance } from './channel-model.ts';
import { CLIP_FPS, CLIP_HEIGHT, CLIP_WIDTH, splitClip } from './clip.ts';
import { createFlightState, flightAt } from './flight-model.ts';
import { RubyAirUnit } from './ruby-air-unit.ts';
import { DEFAULT_SCHEME, type VideoScheme } from './ruby-packetizer.ts';

export interface AirUnitName {
  id: number;
  /** At most 15 characters of ASCII. */
  name: string;
}

export const DEMO_AIR_UNIT: AirUnitName = { id: 0x5b1e7a11, name: 'Spinel demo' };

export interface SimulatedFlightOptions {
  /** An H.264 Annex B stream, or frames made by `makeVideoFrames`. */
  clip: Uint8Array | readonly Uint8Array[];
  channel?: Partial<ChannelOptions & Disturbance>;
  airUnit?: AirUnitName;
  scheme?: VideoScheme;
  /** Pictures per second, 60 by default. */
  fps?: number;
}

/** Channel 161, MCS 3, 20 MHz, long guard interval: 26 Mb/s. */
const FREQUENCY_MHZ = 5805;
const MCS = 3;
const RATE_BPS = 26_000_000;

/**
 * The demo flight without timers: an air unit and a channel as a function of time. Everything is seeded, so that the same
 * steps give the same frames. Throws a RadioError `clip-missing` for a clip that cannot be played.
 */
export class SimulatedFlight {
  readonly #unit: RubyAirUnit;
  readonly #channel: ChannelModel;
  readonly #geometry = { distanceM: 0, headingDeg: 0 };
  readonly #state = createFlightState();
  #sentAt = -1;

  constructor(options: SimulatedFlightOptions) {
    const frames = options.clip instanceof Uint8Array ? splitClip(options.clip) : options.clip;
    const channel = completeChannel(options.channel);
    this.#channel = new ChannelModel(channel, FREQUENCY_MHZ, MCS);
    this.#unit = new RubyAirUnit({
      ...(options.airUnit ?? DEMO_AIR_UNIT),
      frames,
      fps: options.fps ?? CLIP_FPS,
      width: CLIP_WIDTH,
      height: CLIP_HEIGHT,
      scheme: options.scheme ?? DEFAULT_SCHEME,
      frequencyMhz: FREQUENCY_MHZ,
      rateBps: RATE_BPS,
      rate: -1 - MCS,
    });
  }

  /** Adapters that hear the air unit. */
  get adapters(): number {
    return this.#channel.options.adapters;
  }

  /** Pictures sent so far; picture n belongs to time n / fps of the flight. */
  get framesSent(): number {
    return this.#unit.framesSent;
  }

  /**
   * Emits all frames that arrive until `nowNs`, nanoseconds since the flight began, in order of arrival. `RawFrame.at` counts
   * from the same zero plus `offsetNs`. Frames are lent until `emit` returns.
   */
  step(nowNs: number, emit: (raw: RawFrame) => void, offsetNs = 0): void {
    this.#unit.advance(nowNs, this.#transmit);
    this.#channel.receive(nowNs, offsetNs, emit);
  }

  /** Leaves out what would have been sent until `nowNs`, as an adapter loses it while its computer sleeps. */
  skipTo(nowNs: number): void {
    this.#unit.skipTo(nowNs);
  }

  readonly #transmit = (bytes: Uint8Array, length: number, atNs: number): void => {
    if (atNs - this.#sentAt > 2e7) {
      this.#sentAt = atNs;
      const state = flightAt(atNs / 1e9, this.#state);
      this.#geometry.distanceM = Math.hypot(state.distanceHomeM, state.altitudeM, 6);
      this.#geometry.headingDeg = state.headingDeg;
    }
    this.#channel.send(bytes, length, atNs, this.#geometry);
  };
}
