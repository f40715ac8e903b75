import type { SliceWriter } from '../../links/ruby/serial-slices.ts';
import type { OpenPort } from './port.ts';

/** Packets that wait for the port. The load limit keeps it nearly empty; full means that the port takes nothing. */
const QUEUE_LEN = 16;
/**
 * Between two slices: 500 us at least (rubyfpv-link.md 11). Node's shortest timer is twice that, which costs nothing: a
 * slice of 24 bytes takes 4 ms at 57,600 baud.
 */
const PACE_MS = 1;

interface Waiting {
  readonly bytes: Uint8Array;
  length: number;
}

/** Sends packets slice by slice, each after the port has taken the one before. */
export class SendQueue {
  readonly #sliceLength: number;
  readonly #waiting: Waiting[];
  #first = 0;
  #count = 0;
  #at = 0;
  /** A slice is with the port, or the pause after it lasts. */
  #busy = false;
  /** Counts the ports: what an older one still reports is not ours any more. */
  #run = 0;
  #port: OpenPort | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;
  sentBytes = 0;
  sentPackets = 0;

  constructor(writer: SliceWriter) {
    this.#sliceLength = writer.sliceLength;
    this.#waiting = Array.from({ length: QUEUE_LEN }, () => ({ bytes: new Uint8Array(writer.wire.length), length: 0 }));
  }

  get full(): boolean {
    return this.#count === QUEUE_LEN;
  }

  /** Where slices go from now on; undefined when there is no port. What waits is dropped. */
  setPort(port: OpenPort | undefined): void {
    this.#run++;
    this.#port = port;
    this.#first = 0;
    this.#count = 0;
    this.#at = 0;
    this.#busy = false;
    clearTimeout(this.#timer);
    this.#settle();
  }

  /** Takes a copy of the slices in `wire` [0, length). The caller has asked whether it is full. */
  put(wire: Uint8Array, length: number): void {
    const slot = this.#waiting[(this.#first + this.#count) % QUEUE_LEN] as Waiting;
    slot.bytes.set(wire.subarray(0, length));
    slot.length = length;
    this.#count++;
    if (!this.#busy) this.#next();
  }

  /** Resolves when nothing waits. */
  drained(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  #next(): void {
    const port = this.#port;
    this.#busy = this.#count > 0 && port !== undefined;
    if (!this.#busy) return;
    const run = this.#run;
    const slot = this.#waiting[this.#first] as Waiting;
    const end = Math.min(slot.length, this.#at + this.#sliceLength);
    port?.send(slot.bytes.subarray(this.#at, end), (error) => {
      // A port that takes nothing is about to say that it is gone.
      if (error || run !== this.#run) return;
      this.#sent(slot, end);
      this.#timer = setTimeout(() => this.#next(), PACE_MS);
    });
  }

  #sent(slot: Waiting, end: number): void {
    this.sentBytes += end - this.#at;
    this.#at = end;
    if (end < slot.length) return;
    this.sentPackets++;
    this.#at = 0;
    this.#first = (this.#first + 1) % QUEUE_LEN;
    this.#count--;
    if (this.#count === 0) this.#settle();
  }

  #settle(): void {
    this.#idle?.();
    this.#idle = undefined;
  }
}
