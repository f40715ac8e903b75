import { RadioError } from '../../base/errors.ts';
import { findAgain, listSerialPorts, type SerialPortInfo } from './list.ts';
import { type OpenPort, openPort, type PortEvents } from './port.ts';

/** How often a lost port is looked for. */
const REOPEN_MS = 500;

export interface KeptPortEvents extends PortEvents {
  /** The port is there again, maybe under another name. */
  back(): void;
}

/** A serial port that is opened again when it was unplugged and comes back. */
export class KeptPort {
  #path: string;
  #baudRate: number;
  readonly #events: KeptPortEvents;
  readonly #reopenMs: number;
  /** What the radio is, to know it again under another name; undefined when its port says nothing. */
  #identity: SerialPortInfo | undefined;
  #port: OpenPort | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Why it is not open now. */
  lost: RadioError | undefined;
  /** How often it came back. */
  reopened = 0;

  constructor(path: string, baudRate: number, events: KeptPortEvents, reopenMs = REOPEN_MS) {
    this.#path = path;
    this.#baudRate = baudRate;
    this.#events = events;
    this.#reopenMs = reopenMs;
  }

  /** Undefined while it is lost. */
  get port(): OpenPort | undefined {
    return this.#port;
  }

  get path(): string {
    return this.#path;
  }

  /** Rejects with the RadioErrors of `openPort`: only what was open once is waited for. */
  async start(): Promise<void> {
    await this.#open();
    const ports = await listSerialPorts();
    this.#identity = ports.find((port) => port.path === this.#path);
  }

  /** Also for the next time the port is opened. Rejects as `OpenPort.setBaudRate`. */
  async setBaudRate(baudRate: number): Promise<void> {
    this.#baudRate = baudRate;
    await this.#port?.setBaudRate(baudRate);
  }

  /** Never rejects; safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const port = this.#port;
    this.#port = undefined;
    await port?.close();
  }

  async #open(): Promise<void> {
    const port = await openPort(this.#path, this.#baudRate, {
      bytes: this.#events.bytes,
      gone: (reason) => {
        this.#port = undefined;
        this.lost = reason;
        this.#events.gone(reason);
        this.#again();
      },
    });
    if (this.#closed) await port.close();
    else this.#port = port;
  }

  #again(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#reopen(), this.#reopenMs);
  }

  async #reopen(): Promise<void> {
    try {
      if (this.#identity !== undefined) this.#path = findAgain(await listSerialPorts(), this.#identity) ?? this.#path;
      if (this.#closed) return;
      await this.#open();
    } catch (cause) {
      this.lost = cause instanceof RadioError ? cause : new RadioError('radio-gone', String(cause), { cause });
      this.#again();
      return;
    }
    if (this.#closed) return;
    this.lost = undefined;
    this.reopened++;
    this.#events.back();
  }
}
