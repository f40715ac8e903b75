import { RadioError } from '../../base/errors.ts';
import { createRawFrame, type RawFrame } from '../../base/frame.ts';
import { type Clock, NS_PER_MS, ns, systemClock } from '../../base/time.ts';
import type { Adapter, AdapterEvents } from '../adapter.ts';
import { type FrameFilter, RUBY_TO_GROUND } from './filter.ts';
import { FrameBatch } from './frame-batch.ts';
import { Errno, type Libc, loadLibc } from './libc.ts';
import { type Polled, PollLoop } from './poll-loop.ts';
import { RawSocket, type Sent } from './raw-socket.ts';

/** How many receivers the rest of the program keeps apart (RawFrame.adapter). */
const MAX_RECEIVERS = 8;
/** An interface that went away is looked for this often. */
const RETURN_MS = 500;
/** One that is there but cannot be made ready is tried again this often. */
const REFUSED_MS = 5000;

export interface AfPacketOptions {
  /** Interfaces in monitor mode, 1 to 8. */
  interfaces: readonly string[];
  /** What is heard. Default: RubyFPV frames towards a ground station. */
  filter?: FrameFilter;
  clock?: Clock;
  /**
   * Makes an interface ready (monitor mode, up, tuned) before it is opened: at the start, and when it is looked for after it
   * went away. Resolves with its present name, for one that came back under another. Rejects when it is not there yet.
   */
  prepare?(receiver: number, name: string): Promise<string>;
  /** An interface went away (with the reason) or came back. The others go on. */
  onChange?(receiver: number, up: boolean, reason?: RadioError): void;
  /** Accepts interfaces that are not in monitor mode: a veth pair in benches and tests. */
  anyKind?: boolean;
}

/** What one interface has done since the start. */
export interface ReceiverCounters {
  up: boolean;
  frames: number;
  /** Frames that the kernel dropped because we were too slow. */
  kernelDrops: number;
  /** Receive buffer granted, bytes as the kernel counts them; 0 while it is away. */
  receiveBufferBytes: number;
  sent: number;
  /** Frames for the air that found the driver's queue full. */
  congested: number;
  /** Frames for the air that the driver did not take. */
  refused: number;
  /** Times it went away. */
  losses: number;
}

/** One interface. Its counters outlive its socket. */
interface Receiver extends Polled {
  index: number;
  name: string;
  socket: RawSocket | undefined;
  counters: ReceiverCounters;
  /** Not looked for before, on our clock. */
  notBefore: number;
}

/** Wi-Fi interfaces in monitor mode as one adapter: each is a receiver, all in one loop of the thread that starts it. */
export class AfPacketAdapter implements Adapter {
  readonly receivers: readonly string[];
  readonly #options: AfPacketOptions;
  readonly #clock: Clock;
  readonly #receivers: Receiver[];
  readonly #raw: RawFrame;
  #filter: FrameFilter;
  #libc: Libc | undefined;
  #loop: PollLoop | undefined;
  #batch: FrameBatch | undefined;
  #events: AdapterEvents | undefined;
  #returning: ReturnType<typeof setTimeout> | undefined;
  /** A search for interfaces that is under way. */
  #looking: Promise<void> | undefined;
  /** Who sends, unless it cannot. */
  #sender = 0;
  #closed = false;

  constructor(options: AfPacketOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#filter = options.filter ?? RUBY_TO_GROUND;
    this.receivers = options.interfaces.slice();
    this.#receivers = this.receivers.map((name, index) => this.#receiver(name, index));
    this.#raw = createRawFrame();
  }

  /** Written (eight bytes) by whoever posts to this thread; undefined before the start. See `PollLoop.wakeFd`. */
  get wakeFd(): number | undefined {
    return this.#loop?.wakeFd;
  }

  /** Frames longer than our memory for one, given cut off. */
  get truncated(): number {
    return this.#batch?.truncated ?? 0;
  }

  /**
   * Opens the interfaces. One that cannot be opened is told by `onChange` and looked for again; with none, rejects with the
   * first one's RadioError: those of `RawSocket.open` and of `prepare`, `bad-argument` for no or too many interfaces.
   */
  async start(events: AdapterEvents): Promise<void> {
    if (this.#events) throw new Error('the adapter was started before');
    const count = this.#receivers.length;
    if (count === 0 || count > MAX_RECEIVERS) {
      throw new RadioError('bad-argument', `${count} interfaces given; one to ${MAX_RECEIVERS} can be used together`);
    }
    this.#events = events;
    this.#libc = await loadLibc();
    this.#batch = new FrameBatch(this.#libc);
    this.#raw.bytes = this.#batch.bytes;
    this.#raw.view = this.#batch.view;
    this.#loop = new PollLoop(this.#libc);
    const reasons: RadioError[] = [];
    for (const receiver of this.#receivers) {
      const reason = await this.#open(receiver);
      if (reason) reasons.push(reason);
      if (reason) this.#options.onChange?.(receiver.index, false, reason);
    }
    if (reasons.length === count) {
      await this.close();
      throw reasons[0] as RadioError;
    }
    if (reasons.length > 0) this.#lookAgain();
  }

  /** Changes what is heard from now on, by all interfaces. */
  setFilter(filter: FrameFilter): void {
    this.#filter = filter;
    for (const { socket, name } of this.#receivers) socket?.setFilter(name, filter);
  }

  /** Names the interface that sends from now on: usually the one that hears the air unit best. */
  setSender(receiver: number): void {
    this.#sender = receiver;
  }

  /** Gives a frame with its radiotap header to the sender's driver, or to the next interface's when that one is away or full. */
  transmit(frame: Uint8Array): boolean {
    const count = this.#receivers.length;
    for (let i = 0; i < count; i++) {
      if (this.transmitOn((this.#sender + i) % count, frame) === 'sent') return true;
    }
    return false;
  }

  /** Gives a frame with its radiotap header to one interface's driver. Never waits. */
  transmitOn(receiver: number, frame: Uint8Array): Sent {
    const of = this.#receivers[receiver];
    if (of?.socket === undefined) return 'away';
    const sent = of.socket.send(frame);
    if (sent === 'sent') of.counters.sent++;
    else if (sent === 'congested') of.counters.congested++;
    else if (sent === 'refused') of.counters.refused++;
    else this.#lost(of);
    return sent;
  }

  /** Counters of each interface, as of now. Asks the kernel: a few times a second is enough. */
  counters(): ReceiverCounters[] {
    return this.#receivers.map(({ socket, counters }) => {
      const before = socket?.kernelDrops ?? 0;
      socket?.readStatistics();
      counters.kernelDrops += (socket?.kernelDrops ?? 0) - before;
      return { ...counters };
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#returning);
    for (const receiver of this.#receivers) this.#shut(receiver);
    this.#loop?.close();
    // Nothing is prepared any more when this resolves: interfaces can be given back.
    await this.#looking?.catch(() => {});
  }

  #receiver(name: string, index: number): Receiver {
    const receiver: Receiver = {
      index,
      name,
      socket: undefined,
      counters: {
        up: false,
        frames: 0,
        kernelDrops: 0,
        receiveBufferBytes: 0,
        sent: 0,
        congested: 0,
        refused: 0,
        losses: 0,
      },
      notBefore: 0,
      readable: () => this.#drain(receiver),
      failed: () => this.#lost(receiver),
    };
    return receiver;
  }

  /** Resolves with the reason when it cannot be opened. */
  async #open(receiver: Receiver): Promise<RadioError | undefined> {
    const { prepare, anyKind } = this.#options;
    try {
      if (prepare) receiver.name = await prepare(receiver.index, receiver.name);
      if (this.#closed) return undefined;
      receiver.socket = RawSocket.open(this.#libc as Libc, receiver.name, this.#filter, anyKind);
    } catch (error) {
      if (!(error instanceof RadioError)) throw error;
      if (error.code !== 'no-adapter') receiver.notBefore = this.#clock.now() + REFUSED_MS * NS_PER_MS;
      return error;
    }
    receiver.counters.up = true;
    receiver.counters.receiveBufferBytes = receiver.socket.receiveBufferBytes;
    this.#loop?.add(receiver.socket.fd, receiver);
    return undefined;
  }

  #shut(receiver: Receiver): void {
    const { socket, counters } = receiver;
    if (!socket) return;
    const before = socket.kernelDrops;
    this.#loop?.remove(receiver);
    socket.close();
    counters.kernelDrops += socket.kernelDrops - before;
    counters.up = false;
    counters.receiveBufferBytes = 0;
    receiver.socket = undefined;
  }

  #lost(receiver: Receiver): void {
    if (!receiver.socket) return;
    const error = receiver.socket.takeError();
    this.#shut(receiver);
    receiver.counters.losses++;
    const { name } = receiver;
    const what = error === 0 || error === Errno.networkDown ? 'is down or was unplugged' : `failed (error ${-error})`;
    const reason = new RadioError('no-adapter', `${name} ${what}. It is used again as soon as it is back.`);
    this.#options.onChange?.(receiver.index, false, reason);
    this.#lookAgain();
  }

  #lookAgain(): void {
    if (this.#closed || this.#returning !== undefined) return;
    this.#returning = setTimeout(() => {
      this.#looking = this.#look();
    }, RETURN_MS);
  }

  async #look(): Promise<void> {
    for (const receiver of this.#receivers) {
      if (receiver.socket || this.#closed || this.#clock.now() < receiver.notBefore) continue;
      if ((await this.#open(receiver)) === undefined && !this.#closed) this.#options.onChange?.(receiver.index, true);
    }
    this.#returning = undefined;
    if (this.#receivers.some(({ socket }) => !socket)) this.#lookAgain();
  }

  #drain(receiver: Receiver): void {
    const batch = this.#batch as FrameBatch;
    const raw = this.#raw;
    const { socket } = receiver;
    if (!socket) return;
    // One batch, and then the others have their turn: copies of a frame should not lie far apart.
    const count = batch.receive(socket.fd);
    if (count < 0) {
      if (count !== Errno.again && count !== Errno.intr) this.#lost(receiver);
      return;
    }
    receiver.counters.frames += count;
    const now = this.#clock.now();
    for (let i = 0; i < count; i++) {
      raw.at = ns(now - batch.age(i));
      // Whoever takes a frame may close us.
      if (this.#closed) continue;
      raw.adapter = receiver.index;
      raw.start = batch.start(i);
      raw.end = batch.end(i);
      this.#events?.frame(raw);
    }
  }
}
