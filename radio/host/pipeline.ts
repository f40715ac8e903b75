import type { Adapter } from '../adapters/adapter.ts';
import type { AccessUnit, Codec } from '../api/access-unit.ts';
import type { LinkSnapshot, Notice } from '../api/contract.ts';
import type { TelemetryRecord, VehicleState } from '../api/telemetry.ts';
import type { RadioError } from '../base/errors.ts';
import type { RawFrame } from '../base/frame.ts';
import type { Clock, Ns } from '../base/time.ts';
import type { LinkSink, Stream } from '../links/link.ts';
import { RubyReceiver } from '../links/ruby/receiver.ts';
import { VehicleStateMerger } from '../telemetry/vehicle-state.ts';
import { AccessUnitAssembler } from '../video/access-units.ts';
import { createRxFrame, openFrame } from '../wifi/encapsulate.ts';
import { LinkStatistics, SNAPSHOTS_PER_SECOND } from './link-statistics.ts';

/** What a pipeline gives. Items are the receiver's own. */
export interface PipelineOutput {
  video(unit: AccessUnit): void;
  telemetry(state: VehicleState): void;
  link(snapshot: LinkSnapshot): void;
  notice(notice: Notice): void;
  /** The flown air unit is known, or its name is. */
  airUnit?(id: number, name: string): void;
  /** The adapter has no more frames. */
  ended(reason: RadioError | undefined): void;
}

/**
 * How long a hole in the picture may wait for a lagging adapter's copy. Adapters on USB lag each other by a few
 * milliseconds; longer than this and the newest picture wins.
 */
const HOLD_MS = 12;
/** The link lets time pass this often. */
const TICK_MS = 4;
/** Newest vehicle state to the interface, at most 50 times a second. */
const TELEMETRY_MS = 20;

/** One adapter through one link to pictures and telemetry, all in the thread that made it. */
export class Pipeline implements LinkSink {
  readonly #adapter: Adapter;
  readonly #clock: Clock;
  readonly #output: PipelineOutput;
  readonly #receiver: RubyReceiver;
  readonly #assembler: AccessUnitAssembler;
  readonly #vehicle = new VehicleStateMerger();
  readonly #statistics: LinkStatistics;
  readonly #frame = createRxFrame();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #vehicleChanged = false;
  #told = '';

  /** `airUnit`: the one to fly; default the first whose video is heard. */
  constructor(adapter: Adapter, clock: Clock, output: PipelineOutput, airUnit?: number) {
    this.#adapter = adapter;
    this.#receiver = new RubyReceiver({ holdMs: HOLD_MS, airUnit });
    this.#clock = clock;
    this.#output = output;
    this.#statistics = new LinkStatistics(adapter.receivers);
    this.#assembler = new AccessUnitAssembler((unit) => {
      unit.completeAt = clock.now();
      this.#statistics.unit(unit);
      output.video(unit);
    });
  }

  /** Rejects with the adapter's RadioError. */
  async start(): Promise<void> {
    await this.#adapter.start({
      frame: (raw) => this.#receive(raw),
      ended: (reason) => {
        this.#receiver.flush(this);
        this.#assembler.flush();
        this.#output.ended(reason);
      },
    });
    this.#timers.push(
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => this.#publishTelemetry(), TELEMETRY_MS),
      setInterval(() => {
        this.#output.link(this.#statistics.snapshot(this.#clock.now(), this.#receiver.stats));
        this.#tellAirUnit();
      }, 1000 / SNAPSHOTS_PER_SECOND),
    );
  }

  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await this.#adapter.close();
  }

  #receive(raw: RawFrame): void {
    const frame = this.#frame;
    if (openFrame(raw, frame)) {
      this.#statistics.refused(raw.adapter);
      return;
    }
    const before = this.#receiver.stats.adapters[frame.adapter]?.linkFrames ?? 0;
    this.#receiver.receive(frame, this);
    if ((this.#receiver.stats.adapters[frame.adapter]?.linkFrames ?? 0) !== before) this.#statistics.heard(frame);
  }

  #tick(): void {
    const now = this.#clock.now();
    this.#receiver.tick(now, this);
    this.#assembler.tick(now);
  }

  #publishTelemetry(): void {
    if (!this.#vehicleChanged) return;
    this.#vehicleChanged = false;
    this.#output.telemetry(this.#vehicle.state);
  }

  #tellAirUnit(): void {
    const { airUnit, heard } = this.#receiver.stats;
    const name = heard.get(airUnit)?.name;
    const now = `${airUnit} ${name}`;
    if (name === undefined || now === this.#told) return;
    this.#told = now;
    this.#output.airUnit?.(airUnit, name);
  }

  payload(_stream: Stream, bytes: Uint8Array, start: number, end: number, at: Ns): void {
    this.#assembler.payload(bytes, start, end, at);
  }

  boundary(_stream: Stream, codec: Codec, at: Ns): void {
    this.#assembler.boundary(codec, at);
  }

  gap(_stream: Stream, at: Ns): void {
    this.#assembler.gap(at);
  }

  telemetry(record: TelemetryRecord): void {
    this.#vehicle.record(record);
    this.#vehicleChanged = true;
    if (record.kind === 'notice') {
      const { severity, text } = record.values;
      this.#output.notice({
        at: record.at,
        severity: severity === 'error' ? 'warning' : severity === 'warning' ? 'caution' : 'info',
        text: String(text),
      });
    }
  }

  transmit(frame: Uint8Array): void {
    this.#adapter.transmit(frame);
  }
}
