import { RadioError } from '../../base/errors.ts';
import { LinkType, type RawFrame } from '../../base/frame.ts';
import { type Clock, ns, systemClock } from '../../base/time.ts';
import { ExtendedFlag, Flag } from '../../links/ruby/constants.ts';
import { RUBY_MAC_LEN, RubyPort, rubyPort, writeRubyMac } from '../../links/ruby/mac-header.ts';
import { createRubyHeader, RUBY_HEADER_LEN, readRubyHeader } from '../../links/ruby/packet-header.ts';
import { type SliceCounts, SliceLength, SliceReader, SliceWriter } from '../../links/ruby/serial-slices.ts';
import type { Adapter, AdapterEvents } from '../adapter.ts';
import { KeptPort } from './kept-port.ts';
import { SendBudget } from './send-budget.ts';
import { SendQueue } from './send-queue.ts';
import { type AtTiming, SikModem } from './sik-at.ts';

/** Bit/s through the air until its settings say something else. Source: rubyfpv-control.md 13.2, 13.4. */
const AIR_RATE_BPS = { sik: 64_000, elrs: 4000 } as const;

export interface SerialRadioOptions {
  /** Such as `/dev/ttyUSB0`. */
  path: string;
  baudRate: number;
  /** A SiK modem, which takes AT commands, or a transparent one. */
  kind: 'sik' | 'elrs';
  /** Bytes of a slice, 10 to 127. ELRS always has 24. */
  sliceLength?: number | undefined;
  airRateBps?: number | undefined;
  /** Which end we are. Default: the ground station. */
  end?: 'ground' | 'air' | undefined;
  clock?: Clock | undefined;
  reopenMs?: number | undefined;
  atTiming?: Partial<AtTiming> | undefined;
  /** The port is gone, or there again (no reason). */
  onState?: ((reason?: RadioError) => void) | undefined;
}

/** Why frames were not sent; plain integers that only grow. */
export interface SerialRefusals {
  /** No port, or the modem is being set up. */
  closed: number;
  /** The port takes nothing. */
  queue: number;
  /** A type sent just before; the air rate used up. */
  interval: number;
  load: number;
  /** No frame of RubyFPV, or one that has no way over serial: scrambled, header-only CRC, for fast links only. */
  foreign: number;
  /** Holds what a SiK modem would take for a command. */
  modemWords: number;
}

export interface SerialCounts {
  received: SliceCounts;
  sentPackets: number;
  sentBytes: number;
  refused: SerialRefusals;
  /** How often the port came back. */
  reopened: number;
}

/**
 * A serial radio as an adapter: Ruby packets come and go in slices, and look to the rest of the program like 802.11 frames
 * without radiotap. A port that is unplugged is waited for; `ended` is never called.
 */
export class SerialRadioAdapter implements Adapter {
  readonly receivers: readonly string[];
  readonly #options: SerialRadioOptions;
  readonly #clock: Clock;
  readonly #reader = new SliceReader(RUBY_MAC_LEN);
  readonly #writer: SliceWriter;
  readonly #queue: SendQueue;
  readonly #port: KeptPort;
  #budget: SendBudget;
  #events: AdapterEvents | undefined;
  #modem: SikModem | undefined;
  readonly #raw: RawFrame;
  readonly #heard: RubyPort;
  #frames = 0;
  readonly #header = createRubyHeader();
  readonly #refused: SerialRefusals = { closed: 0, queue: 0, interval: 0, load: 0, foreign: 0, modemWords: 0 };

  constructor(options: SerialRadioOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.receivers = [options.path.split('/').pop() ?? options.path];
    const sik = options.kind === 'sik';
    this.#writer = new SliceWriter(sik ? (options.sliceLength ?? SliceLength.default) : SliceLength.default, sik);
    this.#queue = new SendQueue(this.#writer);
    this.#budget = new SendBudget(options.airRateBps ?? AIR_RATE_BPS[options.kind]);
    this.#heard = options.end === 'air' ? RubyPort.toAir : RubyPort.toGround;
    const { bytes, view } = this.#reader;
    this.#raw = { bytes, view, start: 0, end: 0, linkType: LinkType.ieee80211, at: ns(0), adapter: 0 };
    this.#port = new KeptPort(
      options.path,
      options.baudRate,
      { bytes: this.#bytes, gone: this.#gone, back: this.#back },
      options.reopenMs,
    );
  }

  get counts(): SerialCounts {
    return {
      received: { ...this.#reader.counts },
      sentPackets: this.#queue.sentPackets,
      sentBytes: this.#queue.sentBytes,
      refused: { ...this.#refused },
      reopened: this.#port.reopened,
    };
  }

  /** Why the port is not open now. */
  get lost(): RadioError | undefined {
    return this.#port.lost;
  }

  /** Rejects with a RadioError: `no-adapter`, `no-permission`, `busy`, `bad-argument` or `radio-gone`. */
  async start(events: AdapterEvents): Promise<void> {
    if (this.#events) throw new Error('the radio was started before');
    this.#events = events;
    await this.#port.start();
    this.#queue.setPort(this.#port.port);
  }

  /** Takes a frame with radiotap and 802.11 header. False, and counted, when it is not sent. */
  transmit(frame: Uint8Array): boolean {
    const refusal = this.#transmit(frame);
    if (refusal !== undefined) this.#refused[refusal]++;
    return refusal === undefined;
  }

  #transmit(frame: Uint8Array): keyof SerialRefusals | undefined {
    if (this.#modem !== undefined || this.#port.port === undefined) return 'closed';
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const mac = frame.length < 4 ? frame.length : view.getUint16(2, true);
    const at = mac + RUBY_MAC_LEN;
    if (frame.length < at + RUBY_HEADER_LEN || rubyPort(view, mac) === undefined) return 'foreign';
    const header = this.#header;
    if (readRubyHeader(view, at, frame.length, header) !== undefined) return 'foreign';
    if ((header.flags & Flag.headerCrcOnly) !== 0 || (header.extendedFlags & ExtendedFlag.fastLinksOnly) !== 0) {
      return 'foreign';
    }
    if (this.#queue.full) return 'queue';
    const now = this.#clock.now();
    const hold = this.#budget.check(header.packetType, now);
    if (hold !== undefined) return hold;
    const length = this.#writer.write(frame, at, at + header.totalLength);
    if (length === 0) return 'modemWords';
    this.#budget.spend(header.packetType, length, now);
    this.#queue.put(this.#writer.wire, length);
    return undefined;
  }

  /** The air rate in use from now on, as the modem's settings have it. */
  setAirRate(airRateBps: number): void {
    this.#budget = new SendBudget(airRateBps);
  }

  /**
   * Lends the modem for its settings; the link is silent meanwhile, and goes on afterwards whatever happened. Rejects with
   * what `work` rejects with, `busy` while others do the same, `unsupported` for a radio without commands, `radio-gone`.
   */
  async withModem<T>(work: (modem: SikModem) => Promise<T>): Promise<T> {
    const port = this.#port.port;
    const { path } = this.#port;
    if (this.#options.kind !== 'sik') {
      throw new RadioError('unsupported', `${path}: this radio has no settings here; use its own configurator`);
    }
    if (port === undefined) throw this.#port.lost ?? new RadioError('radio-gone', `${path}: the port is not open`);
    if (this.#modem !== undefined) throw new RadioError('busy', `${path}: the radio is being set up already`);
    const modem = new SikModem({ path, write: (bytes) => port.write(bytes) }, this.#options.atTiming);
    // Refuses frames from here on: `+++` needs silence around it.
    this.#modem = modem;
    try {
      await this.#queue.drained();
      return await work(modem);
    } finally {
      // When the port is gone there is no command mode to leave.
      await modem.leave().catch(() => {});
      this.#modem = undefined;
      this.#reader.reset();
    }
  }

  async close(): Promise<void> {
    this.#queue.setPort(undefined);
    this.#modem?.fail(new RadioError('radio-gone', `${this.#port.path}: the port was closed`));
    await this.#port.close();
  }

  readonly #bytes = (bytes: Uint8Array): void => {
    if (this.#modem !== undefined) {
      this.#modem.receive(bytes);
      return;
    }
    this.#raw.at = this.#clock.now();
    this.#reader.push(bytes, 0, bytes.length, this.#packet);
  };

  readonly #packet = (_at: number, end: number): void => {
    writeRubyMac(this.#raw.view, 0, this.#heard, this.#frames++);
    this.#raw.end = end;
    this.#events?.frame(this.#raw);
  };

  readonly #gone = (reason: RadioError): void => {
    this.#queue.setPort(undefined);
    this.#modem?.fail(reason);
    this.#reader.reset();
    this.#options.onState?.(reason);
  };

  readonly #back = (): void => {
    this.#queue.setPort(this.#port.port);
    this.#options.onState?.();
  };
}
