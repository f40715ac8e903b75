import type { TelemetryRecord } from '../../api/telemetry.ts';
import type { RadioError } from '../../base/errors.ts';
import { type Clock, systemClock } from '../../base/time.ts';
import { FlightInput, type FlightProtocol } from '../../telemetry/flight-input.ts';
import { KeptPort } from './kept-port.ts';

/**
 * Speeds at which telemetry is found, most frequent first: MAVLink and radios at 57,600 and 115,200; CRSF of ExpressLRS at
 * 420,000, of Crossfire at 416,666 (near enough) and 400,000; LTM at the low ones.
 */
export const TELEMETRY_BAUD_RATES: readonly number[] = [
  57_600, 115_200, 420_000, 9600, 19_200, 38_400, 400_000, 460_800,
];
/** At a wrong speed no checked frame comes; at the right one a heartbeat a second is the least. */
const DWELL_MS = 2500;

export interface TelemetryInputOptions {
  path: string;
  /** Speeds to try, in turn. Default: `TELEMETRY_BAUD_RATES`. */
  baudRates?: readonly number[] | undefined;
  /** Whose telemetry it is. */
  airUnit?: number | undefined;
  clock?: Clock | undefined;
  dwellMs?: number | undefined;
  reopenMs?: number | undefined;
}

export interface TelemetryInputEvents {
  record(record: TelemetryRecord): void;
  /** The port is gone, or there again (no reason). */
  state?(reason?: RadioError): void;
}

/** A serial port from which a flight controller's MAVLink, CRSF or LTM comes, at whatever speed. Only listens. */
export class SerialTelemetryInput {
  readonly #port: KeptPort;
  readonly #input: FlightInput;
  readonly #clock: Clock;
  readonly #baudRates: readonly number[];
  readonly #dwellMs: number;
  #events: TelemetryInputEvents | undefined;
  #rate = 0;
  #timer: NodeJS.Timeout | undefined;
  #bytes = 0;

  constructor(options: TelemetryInputOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#baudRates = options.baudRates ?? TELEMETRY_BAUD_RATES;
    this.#dwellMs = options.dwellMs ?? DWELL_MS;
    this.#input = new FlightInput(options.airUnit);
    this.#port = new KeptPort(
      options.path,
      this.baudRate,
      {
        bytes: this.#take,
        gone: (reason) => this.#events?.state?.(reason),
        back: () => {
          this.#input.reset();
          this.#events?.state?.();
        },
      },
      options.reopenMs,
    );
  }

  /** The speed tried now, or found. */
  get baudRate(): number {
    return this.#baudRates[this.#rate] as number;
  }

  /** Undefined while nothing is recognised. */
  get protocol(): FlightProtocol | undefined {
    return this.#input.protocol;
  }

  /** Bytes received, and checked frames found in them: bytes without frames are another protocol, or a wrong speed. */
  get counts(): { bytes: number; frames: number; reopened: number } {
    return { bytes: this.#bytes, frames: this.#input.frames, reopened: this.#port.reopened };
  }

  /** The air unit that is flown may be found later than its telemetry. */
  setAirUnit(airUnit: number): void {
    this.#input.airUnit = airUnit;
  }

  /** Rejects with the RadioErrors of `openPort`. */
  async start(events: TelemetryInputEvents): Promise<void> {
    this.#events = events;
    await this.#port.start();
    if (this.#baudRates.length > 1) this.#timer = setInterval(() => void this.#tryNext(), this.#dwellMs);
  }

  /** Never rejects; safe to call twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#port.close();
  }

  readonly #take = (bytes: Uint8Array): void => {
    this.#bytes += bytes.length;
    this.#input.push(bytes, 0, bytes.length, this.#clock.now(), this.#record);
  };

  readonly #record = (record: TelemetryRecord): void => this.#events?.record(record);

  /** Keeps the speed at which a protocol was found, also while its source is silent. */
  async #tryNext(): Promise<void> {
    if (this.#input.protocol !== undefined || this.#port.port === undefined) return;
    this.#rate = (this.#rate + 1) % this.#baudRates.length;
    this.#input.reset();
    // A speed that this port does not have is one where nothing is found.
    await this.#port.setBaudRate(this.baudRate).catch(() => {});
  }
}
