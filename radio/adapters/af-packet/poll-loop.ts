import { Errno, type Libc, POLLERR, POLLHUP, POLLIN, POLLNVAL } from './libc.ts';

/** What the loop tells about one descriptor. */
export interface Polled {
  /** There is something to read. */
  readable(): void;
  /** The descriptor has failed, as its socket's SO_ERROR says. */
  failed(): void;
}

/** At most this long without a turn of the event loop: timers of 4 ms keep their time. Source: hot-path-choices.md 3. */
const TURN_MS = 4;
/** Most descriptors, ours for waking included. */
const MAX_FDS = 9;
const POLLFD_LEN = 8;
const BROKEN = POLLERR | POLLHUP | POLLNVAL;

/**
 * One loop over all sockets of a thread. It waits in `poll`, has readers work on the spot, and lets the event loop turn
 * every 4 ms, or at once when `wakeFd` is written. It never waits longer than that, so the thread can always end.
 */
export class PollLoop {
  /**
   * Descriptor of an eventfd. Whoever posts a message to this thread writes eight bytes (a one, little endian) to it, so that
   * the message is not left lying for up to 4 ms.
   */
  readonly wakeFd: number;
  readonly #libc: Libc;
  /** `struct pollfd`s; the kernel knows them by address alone, so these fields must keep them. */
  readonly #memory = new ArrayBuffer(MAX_FDS * POLLFD_LEN);
  readonly #bytes = new Uint8Array(this.#memory);
  readonly #fds = new Int32Array(this.#memory);
  readonly #events = new Int16Array(this.#memory);
  readonly #address: bigint;
  readonly #polled: Polled[] = [];
  readonly #wakeCount = new Uint8Array(new ArrayBuffer(8));
  #turn: NodeJS.Immediate | undefined;
  #closed = false;

  /** Throws an Error when the process has no descriptors left. */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.#address = libc.addressOf(this.#bytes);
    this.wakeFd = libc.eventfd();
    if (this.wakeFd < 0) throw new Error(`eventfd: error ${-this.wakeFd}`);
    this.#set(0, this.wakeFd);
    this.#turn = setImmediate(this.#run);
  }

  /** At most 8 descriptors. `polled` is called until it is removed. */
  add(fd: number, polled: Polled): void {
    const count = this.#polled.push(polled);
    if (count >= MAX_FDS) throw new Error('too many descriptors to poll');
    this.#set(count, fd);
  }

  /** Safe from within a call of the loop, and when it is not there. */
  remove(polled: Polled): void {
    const at = this.#polled.indexOf(polled);
    if (at < 0) return;
    this.#polled.splice(at, 1);
    this.#bytes.copyWithin((at + 1) * POLLFD_LEN, (at + 2) * POLLFD_LEN);
  }

  /** Ends the loop and closes `wakeFd`; the other descriptors are their owners'. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearImmediate(this.#turn);
    this.#libc.close(this.wakeFd);
  }

  #set(index: number, fd: number): void {
    this.#fds[index * 2] = fd;
    this.#events[index * 4 + 2] = POLLIN;
    this.#events[index * 4 + 3] = 0;
  }

  readonly #run = (): void => {
    const startedAt = performance.now();
    for (;;) {
      const leftMs = TURN_MS - (performance.now() - startedAt);
      if (leftMs <= 0) break;
      const ready = this.#libc.poll(this.#address, this.#polled.length + 1, Math.ceil(leftMs));
      if (ready < 0 && ready !== Errno.intr) throw new Error(`poll: error ${-ready}`);
      if (ready > 0 && this.#serve()) break;
    }
    if (!this.#closed) this.#turn = setImmediate(this.#run);
  };

  /** True when the event loop shall turn now. */
  #serve(): boolean {
    // Backwards: a descriptor that is removed meanwhile moves only those that were served.
    for (let i = this.#polled.length - 1; i >= 0; i--) {
      const revents = this.#events[(i + 1) * 4 + 3] as number;
      if (revents === 0) continue;
      const polled = this.#polled[i] as Polled;
      if (revents & POLLIN) polled.readable();
      if (revents & BROKEN) polled.failed();
      if (this.#closed) return true;
    }
    if (this.#events[3] === 0) return false;
    this.#libc.read(this.wakeFd, this.#wakeCount, 8);
    return true;
  }
}
