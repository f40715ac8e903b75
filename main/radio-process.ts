import { randomBytes } from 'node:crypto';
import type { SourceRequest } from '../radio/api/contract.ts';
import { explanation, type RadioChild } from './radio-child.ts';
import { type FromRadio, type PortKind, type PortMessage, readFromRadio, type StartMessage } from './radio-messages.ts';

export type RadioState =
  | { phase: 'starting'; generation: number; detail: string }
  | { phase: 'up'; generation: number; url: string; token: string }
  /** It ended several times before it was ready; it is still tried again. */
  | { phase: 'failed'; generation: number; detail: string }
  | { phase: 'stopped'; generation: number };

export interface RadioProcessOptions {
  /** Starts one process. */
  launch(): RadioChild;
  source: SourceRequest | undefined;
  resources: string;
  appOrigins: string[];
  log(line: string): void;
  pace?: Partial<Pace>;
}

/** Times of the restart rule, ms. */
interface Pace {
  /** Wait before the first restart; each further one waits twice as long, */
  firstMs: number;
  /** up to this. */
  mostMs: number;
  /** A process that has been up this long starts the waits from the first again. */
  steadyMs: number;
  /** A process must be ready within this time. */
  answerMs: number;
  /** A process that was asked to end is ended after this time. */
  endMs: number;
}

const PACE: Pace = { firstMs: 200, mostMs: 5000, steadyMs: 10_000, answerMs: 15_000, endMs: 2000 };

/** So many ends in a row before being ready, and the person is told. */
const DEATHS_TO_TELL = 3;
/** So many ends in a row, ready or not, and the source is no longer opened again: it may be what kills it. */
const DEATHS_TO_DROP_SOURCE = 6;

/**
 * Keeps one radio process running: starts it, starts it again when it ends, with growing waits, and has the new one open
 * what the old one had open.
 */
export class RadioProcess {
  readonly #options: RadioProcessOptions;
  readonly #pace: Pace;
  readonly #listeners = new Set<(state: RadioState) => void>();
  #state: RadioState = { phase: 'starting', generation: 0, detail: '' };
  #source: SourceRequest | undefined;
  #child: RadioChild | undefined;
  #generation = 0;
  #upSince: number | undefined;
  /** Ends since a process was last up for `steadyMs`. */
  #deaths = 0;
  /** Ends in a row before being ready. */
  #deathsAtStart = 0;
  #restart: NodeJS.Timeout | undefined;
  #answer: NodeJS.Timeout | undefined;
  #ended: (() => void) | undefined;

  constructor(options: RadioProcessOptions) {
    this.#options = options;
    this.#pace = { ...PACE, ...options.pace };
    this.#source = options.source;
  }

  get state(): RadioState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  onState(listener: (state: RadioState) => void): void {
    this.#listeners.add(listener);
  }

  /** Starts the first process. What goes wrong then is told by the state. */
  start(): void {
    this.#launch();
  }

  /** Hands a port to the process of now; false when there is none that is up. */
  connect(kind: PortKind, port: unknown): boolean {
    if (this.#state.phase !== 'up') return false;
    const message: PortMessage = { t: 'port', kind };
    this.#child?.post(message, [port]);
    return true;
  }

  /** Ends the process, gently at first. Resolves when it is gone. */
  async close(): Promise<void> {
    clearTimeout(this.#restart);
    clearTimeout(this.#answer);
    this.#enter({ phase: 'stopped', generation: this.#generation });
    const child = this.#child;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill(true), this.#pace.endMs);
      this.#ended = () => {
        clearTimeout(force);
        resolve();
      };
      child.kill(false);
    });
  }

  #launch(): void {
    const generation = ++this.#generation;
    const token = randomBytes(24).toString('base64url');
    const { launch, resources, appOrigins } = this.#options;
    if (this.#state.phase !== 'failed') {
      const detail = generation === 1 ? 'the radio process is starting' : 'the radio process is starting again';
      this.#enter({ phase: 'starting', generation, detail });
    }
    const child = launch();
    this.#child = child;
    this.#upSince = undefined;
    child.onMessage((raw) => {
      const message = readFromRadio(raw);
      if (message !== undefined && child === this.#child) this.#take(message, token);
    });
    child.onExit((how) => this.#buried(child, how));
    const start: StartMessage = {
      t: 'start',
      generation,
      token,
      source: this.#source,
      resources,
      appOrigins,
    };
    child.post(start);
    this.#answer = setTimeout(() => {
      this.#options.log(`the radio process was not ready within ${this.#pace.answerMs / 1000} s`);
      child.kill(true);
    }, this.#pace.answerMs);
  }

  #take(message: FromRadio, token: string): void {
    if (message.t === 'source') {
      this.#source = message.request;
    } else if (this.#state.phase !== 'stopped') {
      clearTimeout(this.#answer);
      this.#upSince = performance.now();
      this.#deathsAtStart = 0;
      this.#enter({ phase: 'up', generation: this.#generation, url: message.url, token });
    }
  }

  #buried(child: RadioChild, how: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    clearTimeout(this.#answer);
    if (this.#state.phase === 'stopped') {
      this.#ended?.();
      return;
    }
    const wasUp = this.#upSince !== undefined;
    const steady = wasUp && performance.now() - (this.#upSince as number) >= this.#pace.steadyMs;
    this.#deaths = steady ? 1 : this.#deaths + 1;
    if (!wasUp) this.#deathsAtStart++;
    if (this.#deaths === DEATHS_TO_DROP_SOURCE && this.#source !== undefined) {
      this.#options.log('the radio process ends again and again: the source is not opened this time');
      this.#source = undefined;
    }
    const waitMs = Math.min(this.#pace.firstMs * 2 ** (this.#deaths - 1), this.#pace.mostMs);
    this.#options.log(`the radio process ended (${how}); starting it again in ${waitMs / 1000} s`);
    this.#tell(child, how);
    this.#restart = setTimeout(() => this.#launch(), waitMs);
  }

  #tell(child: RadioChild, how: string): void {
    const generation = this.#generation;
    if (this.#deathsAtStart < DEATHS_TO_TELL) {
      this.#enter({ phase: 'starting', generation, detail: `the radio process ended (${how})` });
      return;
    }
    const words = child.lastWords.length > 0 ? ` Its last words: ${explanation(child.lastWords)}` : '';
    const detail = `The radio process ended ${this.#deathsAtStart} times before it was ready (${how}).${words}`;
    if (this.#state.phase !== 'failed') this.#options.log(detail);
    this.#enter({ phase: 'failed', generation, detail });
  }

  #enter(state: RadioState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
