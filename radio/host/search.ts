import type { Adapter } from '../adapters/adapter.ts';
import { AfPacketAdapter, type AfPacketOptions } from '../adapters/af-packet/adapter.ts';
import type { Commands, RadioInterface, ScanState } from '../api/contract.ts';
import { MAX_INTERFACES } from '../api/validate.ts';
import { RadioError } from '../base/errors.ts';
import type { Clock } from '../base/time.ts';
import type { RadioControl } from './radio-control.ts';
import type { RadioMemory } from './radios-memory.ts';
import { ScanRun } from './scan-run.ts';

export type SearchOptions = Parameters<Commands['scan.start']>[0];

export interface SearchParts {
  control: RadioControl;
  clock: Clock;
  memory: RadioMemory;
  /** A few times a second while it runs, and at its end. */
  changed(state: ScanState): void;
  /** For tests: something else instead of raw sockets. */
  createAdapter?(options: AfPacketOptions): Adapter;
}

/** Width that air units are searched with. RubyFPV and wfb-ng use 20 MHz unless told otherwise. */
const WIDTH_MHZ = 20;
const TICK_MS = 25;
/** Channels under it are those of 802.11ah, which some drivers list and no air unit uses. */
const LOWEST_MHZ = 2300;

/** The search for air units on real interfaces: opens them, runs the plan, remembers what it finds. */
export class Search {
  readonly #parts: SearchParts;
  #state: ScanState = { running: false, listening: [], channels: [], found: [], problem: '' };
  #adapter: Adapter | undefined;
  #run: ScanRun | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Units already written down. */
  readonly #noted = new Set<string>();

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  /** The running or last search. */
  get state(): ScanState {
    return this.#state;
  }

  /** The interfaces it listens on. */
  interfaces: readonly string[] = [];

  /**
   * Begins; a search that runs is ended first. Rejects with a RadioError: `no-adapter` (none is usable, or one that was
   * named is not), `bad-argument` (a frequency that none can be tuned to), and those of opening.
   */
  async start(options: SearchOptions): Promise<ScanState> {
    await this.stop();
    const { control, clock, memory } = this.#parts;
    const ears = chooseEars(await control.list(), options);
    const interfaces = ears.map(({ name }) => name);
    const run = new ScanRun({
      ears,
      clock,
      remembered: memory.remembered.channelsMhz,
      tune: (name, frequencyMhz) => control.tune(name, frequencyMhz, WIDTH_MHZ),
      changed: (state) => this.#take(state),
    });
    const create = this.#parts.createAdapter ?? ((from) => new AfPacketAdapter(from));
    const adapter = create({
      interfaces,
      filter: 'everything',
      clock,
      prepare: (receiver, name) => control.prepare(name, ears[receiver].frequenciesMhz[0], WIDTH_MHZ),
    });
    try {
      await adapter.start({ frame: (raw) => run.receive(raw), ended: () => {} });
    } catch (error) {
      await adapter.close();
      await control.restore();
      throw error;
    }
    this.interfaces = interfaces;
    this.#adapter = adapter;
    this.#run = run;
    this.#noted.clear();
    run.start();
    this.#take(run.state);
    this.#timer = setInterval(() => run.tick(), TICK_MS);
    return this.#state;
  }

  /** Ends it and closes its sockets; the interfaces stay as they are until `restore`. Safe when none runs. */
  async stop(): Promise<ScanState> {
    clearInterval(this.#timer);
    const run = this.#run;
    this.#run = undefined;
    if (run) this.#take(run.stop());
    await this.#adapter?.close();
    this.#adapter = undefined;
    this.interfaces = [];
    return this.#state;
  }

  /** Whether every channel was listened to at least `rounds` times. */
  finished(rounds: number): boolean {
    return this.#run?.finished(rounds) ?? true;
  }

  #take(state: ScanState): void {
    this.#state = state;
    for (const { protocol, id, name, frequencyMhz, video } of state.found) {
      const key = `${protocol} ${id} ${name} ${frequencyMhz}`;
      if (!video || id === 0 || this.#noted.has(key)) continue;
      this.#noted.add(key);
      this.#parts.memory.channel(frequencyMhz);
    }
    this.#parts.changed(state);
  }
}

/**
 * The interfaces to listen with, and what each can be tuned to. Throws a RadioError that names what cannot be used, and why.
 */
export function chooseEars(
  all: readonly RadioInterface[],
  { interfaces, frequenciesMhz }: SearchOptions,
): { name: string; frequenciesMhz: number[] }[] {
  const chosen =
    interfaces === undefined ? all.filter(({ usable }) => usable) : interfaces.map((name) => named(all, name));
  if (chosen.length === 0) throw new RadioError('no-adapter', nothingUsable(all));
  const ears = chosen.slice(0, MAX_INTERFACES).map(({ name, channels }) => ({
    name,
    frequenciesMhz: channels
      .filter(
        ({ disabled, frequencyMhz: mhz }) => !disabled && mhz >= LOWEST_MHZ && (frequenciesMhz?.includes(mhz) ?? true),
      )
      .map(({ frequencyMhz }) => frequencyMhz),
  }));
  for (const mhz of frequenciesMhz ?? []) {
    if (ears.some((ear) => ear.frequenciesMhz.includes(mhz))) continue;
    throw new RadioError('bad-argument', `${mhz} MHz: ${whyNot(chosen, mhz)}`);
  }
  const able = ears.filter((ear) => ear.frequenciesMhz.length > 0);
  if (able.length > 0) return able;
  throw new RadioError('no-adapter', `${ears.map(({ name }) => name).join(', ')}: no channel to listen to`);
}

function named(all: readonly RadioInterface[], name: string): RadioInterface {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new RadioError('no-adapter', `${name}: there is no such Wi-Fi interface`);
  if (!found.usable) throw new RadioError('no-adapter', found.problem);
  return found;
}

/** Why none of the interfaces can be used, as a sentence. */
export function nothingUsable(all: readonly RadioInterface[]): string {
  if (all.length === 0) return 'There is no Wi-Fi interface: plug an adapter in.';
  return `No Wi-Fi interface can be used. ${all.map(({ problem }) => problem).join(' ')}`;
}

function whyNot(interfaces: readonly RadioInterface[], mhz: number): string {
  const forbidden = interfaces.some(({ channels }) => channels.some((one) => one.frequencyMhz === mhz && one.disabled));
  const names = interfaces.map(({ name }) => name).join(', ');
  return forbidden
    ? `the regulatory domain forbids it (${names}); iw reg set COUNTRY names another`
    : `no channel of ${names}`;
}
