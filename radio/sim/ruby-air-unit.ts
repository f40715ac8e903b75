import { PacketType } from '../links/ruby/constants.ts';
import { createFlightState, type FlightState, flightAt, flightTextAt } from './flight-model.ts';
import { RubyPacketizer, type VideoScheme } from './ruby-packetizer.ts';
import { BODY, RubySender } from './ruby-sender.ts';
import { type UnitReport, writeFlight, writeUnit } from './ruby-telemetry-write.ts';

/** What the air unit hands to the air: an 802.11 frame without radiotap, bytes [0, length). Lent. */
export type Transmit = (bytes: Uint8Array, length: number, atNs: number) => void;

export interface AirUnitOptions {
  id: number;
  name: string;
  /** Pictures in order, repeated for ever. */
  frames: readonly Uint8Array[];
  fps: number;
  width: number;
  height: number;
  scheme: VideoScheme;
  frequencyMhz: number;
  /** Rate of the air, bit/s, and how Ruby writes it: -4 is MCS 3. */
  rateBps: number;
  rate: number;
}

/** Packets of telemetry per second, as the air unit's settings allow: 1 to 50. */
const TELEMETRY_HZ = 20;
/** Every so many FC packets carry the home position. Source: rubyfpv-link.md 9.4, quirk. */
const HOME_EVERY = 10;
/** Bytes that the air takes on top of a packet, for pacing. Source: rubyfpv-link.md 7.6. */
const AIR_OVERHEAD = 18;
const NS = 1e9;

/**
 * A RubyFPV air unit that plays a clip and flies the demo flight. A pure machine: `advance` says how late it is, and it sends
 * what was due until then. Frames are sent whole once complete, paced by three quarters of their air time; telemetry that has
 * become due follows the frame. Source: rubyfpv-link.md 4.5, 7.6, 9.
 */
export class RubyAirUnit {
  /** Frames of the clip sent so far. */
  framesSent = 0;
  readonly #options: AirUnitOptions;
  readonly #sender: RubySender;
  readonly #packetizer: RubyPacketizer;
  readonly #bytes = new Uint8Array(2048);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #state: FlightState = createFlightState();
  readonly #report: UnitReport;
  #unitDueNs = 0;
  #flightDueNs = 0;
  #flightPackets = 0;
  /** When the air is free again. */
  #freeNs = 0;
  readonly #second = { from: 0, videoBytes: 0, totalBytes: 0, videoPackets: 0, dataPackets: 0 };

  constructor(options: AirUnitOptions) {
    this.#options = options;
    this.#sender = new RubySender(options.id);
    const seconds = options.frames.length / options.fps;
    const bytes = options.frames.reduce((sum, frame) => sum + frame.length, 0);
    const bitrateBps = Math.round((bytes * 8) / Math.max(seconds, 1 / options.fps));
    this.#packetizer = new RubyPacketizer({
      codec: 'h264',
      scheme: options.scheme,
      width: options.width,
      height: options.height,
      fps: options.fps,
      keyframeIntervalMs: 1000,
      bitrateBps,
    });
    this.#report = {
      id: options.id,
      name: options.name,
      frequencyKhz: options.frequencyMhz * 1000,
      videoBitrateBps: bitrateBps,
      totalVideoBitrateBps: Math.round(bitrateBps * (1 + options.scheme.m / options.scheme.k)),
      videoPacketsPerSecond: 0,
      dataPacketsPerSecond: 0,
      temperatureC: 52,
      cpuLoadPercent: 34,
      cpuMhz: 1008,
      videoRate: options.rate,
      txPowerMw: 400,
      clockMs: 0,
      throttlePercent: 0,
    };
  }

  /** Sends everything that is due until `nowNs`, nanoseconds since the air unit was switched on. */
  advance(nowNs: number, transmit: Transmit): void {
    for (;;) {
      const atNs = (this.framesSent / this.#options.fps) * NS;
      if (atNs > nowNs) return;
      this.#freeNs = Math.max(this.#freeNs, atNs);
      this.#sendFrame(transmit);
      this.#sendTelemetry(atNs, transmit);
      this.framesSent++;
    }
  }

  /** Goes on at a later picture without sending those in between, as after a long stall. */
  skipTo(nowNs: number): void {
    this.framesSent = Math.max(this.framesSent, Math.ceil((nowNs / NS) * this.#options.fps));
  }

  #sendFrame(transmit: Transmit): void {
    const { frames, fps } = this.#options;
    const frame = frames[this.framesSent % frames.length] as Uint8Array;
    for (const body of this.#packetizer.cut(frame, Math.round(1000 / fps))) {
      this.#bytes.set(body, BODY);
      this.#send(PacketType.videoData, body.length, transmit);
      this.#second.videoPackets++;
      this.#second.totalBytes += body.length + BODY;
    }
    this.#second.videoBytes += frame.length;
  }

  #sendTelemetry(atNs: number, transmit: Transmit): void {
    const second = this.#second;
    const report = this.#report;
    const timeS = atNs / NS;
    if (atNs - second.from >= NS) {
      const scale = NS / (atNs - second.from);
      report.videoBitrateBps = Math.round(second.videoBytes * 8 * scale);
      report.totalVideoBitrateBps = Math.round(second.totalBytes * 8 * scale);
      report.videoPacketsPerSecond = Math.round(second.videoPackets * scale);
      report.dataPacketsPerSecond = Math.round(second.dataPackets * scale);
      second.from = atNs;
      second.videoBytes = second.totalBytes = second.videoPackets = second.dataPackets = 0;
    }
    const state = flightAt(timeS, this.#state);
    if (atNs >= this.#unitDueNs) {
      this.#unitDueNs = atNs + NS / TELEMETRY_HZ + 5e6;
      report.clockMs = Math.round(timeS * 1000);
      report.throttlePercent = state.throttlePercent;
      report.temperatureC = Math.round(52 + 3 * Math.sin(timeS / 19));
      report.cpuLoadPercent = Math.round(34 + 4 * Math.sin(timeS / 3.1));
      this.#bytes.fill(0, BODY, BODY + 300);
      this.#send(PacketType.telemetryExtended, writeUnit(this.#view, BODY, report), transmit);
      second.dataPackets++;
    }
    if (atNs >= this.#flightDueNs - 1e6) {
      this.#flightDueNs = Math.max(this.#flightDueNs + NS / TELEMETRY_HZ, atNs);
      const text = flightTextAt(timeS);
      const home = ++this.#flightPackets % HOME_EVERY === 0;
      this.#bytes.fill(0, BODY, BODY + 300);
      const length = writeFlight(this.#view, BODY, state, home, text);
      this.#send(text ? PacketType.fcTelemetryExtended : PacketType.fcTelemetry, length, transmit);
      second.dataPackets++;
    }
  }

  #send(packetType: number, length: number, transmit: Transmit): void {
    const total = this.#sender.seal(this.#view, packetType, length);
    transmit(this.#bytes, total, this.#freeNs);
    this.#freeNs += ((0.75 * 8 * (total + AIR_OVERHEAD)) / this.#options.rateBps) * NS;
  }
}
