import { existsSync, readdirSync } from 'node:fs';
import type { Adapter } from '../adapters/adapter.ts';
import { AfPacketAdapter, type AfPacketOptions } from '../adapters/af-packet/adapter.ts';
import type { Notice, RadioInterface, RadiosRequest, ScanState } from '../api/contract.ts';
import { RadioError } from '../base/errors.ts';
import type { Clock } from '../base/time.ts';
import type { RadioControl } from './radio-control.ts';
import type { RadioMemory } from './radios-memory.ts';
import { Search, type SearchOptions } from './search.ts';

export interface RadiosParts {
  control: RadioControl;
  clock: Clock;
  memory: RadioMemory;
  notice(notice: Notice): void;
  scan(state: ScanState): void;
  /** How many interfaces can be used; told when that changes. */
  found(usable: number): void;
  createAdapter?(options: AfPacketOptions): Adapter;
}

/** Interfaces that come and go are noticed within this time. */
const WATCH_MS = 2000;

/** The Wi-Fi interfaces of the radio process: flown with, searched with, or left alone. */
export class Radios {
  readonly #parts: RadiosParts;
  readonly #search: Search;
  #flying: readonly string[] = [];
  #watch: ReturnType<typeof setInterval> | undefined;
  #names = '';
  #usable = 0;

  constructor(parts: RadiosParts) {
    this.#parts = parts;
    this.#search = new Search({ ...parts, changed: parts.scan });
  }

  /** Wi-Fi interfaces, usable or not. */
  list(): Promise<RadioInterface[]> {
    return this.#parts.control.list();
  }

  /** The adapter of a source. It takes the interfaces when it is started, and again when one comes back. */
  open(request: RadiosRequest): Adapter {
    const { control, clock, memory, notice } = this.#parts;
    const { interfaces, frequencyMhz, widthMhz = 20 } = request;
    this.#flying = interfaces;
    memory.channel(frequencyMhz);
    const create = this.#parts.createAdapter ?? ((from) => new AfPacketAdapter(from));
    return create({
      interfaces,
      clock,
      prepare: (_, name) => control.prepare(name, frequencyMhz, widthMhz),
      onChange: (receiver, up, reason) =>
        notice({
          at: clock.now(),
          severity: up ? 'info' : 'caution',
          text: up ? `${interfaces[receiver]} is back` : (reason?.message ?? `${interfaces[receiver]} is away`),
        }),
    });
  }

  /** Rejects with `busy` while interfaces fly, and as `Search.start` does. */
  async startSearch(options: SearchOptions): Promise<ScanState> {
    if (this.#flying.length > 0) {
      throw new RadioError('busy', `${this.#flying.join(', ')}: in use for the picture; close that first`);
    }
    const state = await this.#search.start(options);
    await this.#parts.control.restore(this.#search.interfaces);
    return state;
  }

  /** Ends the search; its interfaces are given back, but for those that are wanted next. */
  async stopSearch(wanted: readonly string[] = []): Promise<ScanState> {
    const state = await this.#search.stop();
    await this.#parts.control.restore([...this.#flying, ...wanted]);
    return state;
  }

  /** The source is closed: what it used is given back. */
  async landed(): Promise<void> {
    if (this.#flying.length === 0) return;
    this.#flying = [];
    await this.#parts.control.restore(this.#search.interfaces);
  }

  /** Begins to tell how many interfaces can be used. */
  watch(): void {
    void this.#look();
    this.#watch = setInterval(() => void this.#look(), WATCH_MS);
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#flying = [];
    await this.#search.stop();
    await this.#parts.control.restore();
  }

  /** Cheap as long as nothing changes: the list is asked for only when interfaces came or went. */
  async #look(): Promise<void> {
    const names = wifiInterfaces().join(' ');
    if (names === this.#names) return;
    this.#names = names;
    try {
      const usable = (await this.list()).filter((one) => one.usable).length;
      if (usable === this.#usable) return;
      this.#usable = usable;
      this.#parts.found(usable);
    } catch {
      // Whoever asks for the list is told why; here it is as good as none.
    }
  }
}

/** Network interfaces with a radio behind them. Source: Linux Documentation/ABI/testing/sysfs-class-net. */
function wifiInterfaces(): string[] {
  try {
    return readdirSync('/sys/class/net').filter((name) => existsSync(`/sys/class/net/${name}/phy80211`));
  } catch {
    return [];
  }
}
