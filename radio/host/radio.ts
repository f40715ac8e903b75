import { Worker } from 'node:worker_threads';
import type {
  Commands,
  Feeds,
  RadioInterface,
  RadioStatus,
  ScanState,
  SourceRequest,
  SourceState,
} from '../api/contract.ts';
import type { Port } from '../api/port.ts';
import { type Door, type PageFeed, type Service, serve } from '../api/rpc.ts';
import { RadioError } from '../base/errors.ts';
import { clockZero, threadClock } from './clock.ts';
import type { FromLinkThread, LinkThreadData, ToLinkThread } from './link-thread.ts';
import type { SearchOptions } from './search.ts';
import { VideoDoors } from './video-door.ts';

export interface RadioOptions {
  version: string;
  /** Counts radio processes since the program started, from 1. */
  generation: number;
  resources: string;
  /** The bundled link thread. */
  linkThread: URL;
  /** The only capture files that may be opened: those the person named at the start. */
  captures: readonly string[];
  /** The source that a next process would have to open again; undefined after a close. */
  onSource(request: SourceRequest | undefined): void;
}

interface Answer {
  resolve(value: unknown): void;
  reject(error: RadioError): void;
}

/** The radio behind the door: owns the link thread, serves any number of pages and decoders. */
export class Radio implements Service {
  readonly #options: RadioOptions;
  readonly #worker: Worker;
  readonly #videoDoors: VideoDoors;
  readonly #doors = new Set<Door>();
  readonly #waiting = new Map<number, Answer>();
  readonly #newest: { [K in PageFeed]?: Feeds[K] } = {};
  readonly #clock;
  #nextId = 1;
  #adaptersFound = 0;

  constructor(options: RadioOptions) {
    this.#options = options;
    const zero = clockZero();
    this.#clock = threadClock(zero);
    this.#videoDoors = new VideoDoors(this.#clock);
    this.#newest.status = this.#status({ phase: 'idle' });
    const workerData: LinkThreadData = { zero, resources: options.resources };
    this.#worker = new Worker(options.linkThread, { workerData });
    this.#worker.on('message', (message: FromLinkThread) => this.#take(message));
    // A link thread that dies takes the process along: its keeper starts a whole new one, and pages see it.
    this.#worker.on('error', (error) => {
      console.error(error.stack ?? String(error));
      process.exit(1);
    });
  }

  /** A page. */
  addControl(port: Port): void {
    const door = serve(port, this);
    this.#doors.add(door);
    port.onClose(() => this.#doors.delete(door));
  }

  /** A decoder. `binary` for a WebSocket. */
  addVideo(port: Port, binary: boolean): void {
    this.#videoDoors.add(port, binary);
  }

  newest<K extends PageFeed>(feed: K): Feeds[K] | undefined {
    return this.#newest[feed];
  }

  async call<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>): Promise<ReturnType<Commands[K]>> {
    const result = await this.#answer(name, args);
    return result as ReturnType<Commands[K]>;
  }

  /** Opens a source; the state says how that went. Rejects when a capture was not named at the start. */
  async open(request: SourceRequest): Promise<SourceState> {
    if (request.kind === 'captures') this.#checkCaptures(request.files);
    // Told before it is tried: a source that kills this process is not forgotten, and is backed off from.
    this.#options.onSource(request);
    this.#newest.telemetry = undefined;
    this.#newest.link = undefined;
    return this.#ask<SourceState>((id) => ({ t: 'open', id, request }));
  }

  /** Closes what is open and gives the interfaces back. Resolves when that is done. */
  async end(): Promise<void> {
    await this.#ask((id) => ({ t: 'end', id }));
  }

  #answer(name: keyof Commands, args: readonly unknown[]): unknown {
    switch (name) {
      case 'clock.now':
        return this.#clock.now();
      case 'source.open':
        return this.open(args[0] as SourceRequest);
      case 'source.close':
        this.#options.onSource(undefined);
        return this.#ask<SourceState>((id) => ({ t: 'close', id }));
      case 'radios.list':
        return this.#ask<RadioInterface[]>((id) => ({ t: 'list', id }));
      case 'scan.start':
        return this.#ask<ScanState>((id) => ({ t: 'search', id, options: args[0] as SearchOptions }));
      case 'scan.stop':
        return this.#ask<ScanState>((id) => ({ t: 'end-search', id }));
    }
  }

  #checkCaptures(files: readonly string[]): void {
    for (const file of files) {
      if (this.#options.captures.includes(file)) continue;
      throw new RadioError('bad-argument', `${file} was not named at the start: spinel start --play FILE`);
    }
  }

  #ask<T>(message: (id: number) => ToLinkThread): Promise<T> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage(message(id));
    });
  }

  #answered(id: number): Answer | undefined {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    return answer;
  }

  #take(message: FromLinkThread): void {
    switch (message.t) {
      case 'video':
        this.#videoDoors.send(message.unit);
        break;
      case 'telemetry':
        this.#publish('telemetry', message.state);
        break;
      case 'link':
        this.#publish('link', message.snapshot);
        break;
      case 'notice':
        this.#publish('notice', message.notice);
        break;
      case 'source':
        this.#publish('status', this.#status(message.state));
        break;
      case 'scan':
        this.#publish('scan', message.state);
        break;
      case 'found':
        this.#adaptersFound = message.usable;
        this.#publish('status', this.#status(this.#newest.status?.source ?? { phase: 'idle' }));
        break;
      case 'done':
        this.#answered(message.id)?.resolve(message.value);
        break;
      case 'refused':
        this.#answered(message.id)?.reject(new RadioError(message.code, message.message));
    }
  }

  #publish<K extends PageFeed>(feed: K, item: Feeds[K]): void {
    (this.#newest as Partial<Record<PageFeed, unknown>>)[feed] = item;
    for (const door of this.#doors) door.publish(feed, item);
  }

  #status(source: SourceState): RadioStatus {
    const { version, generation } = this.#options;
    return { version, generation, source, adaptersFound: this.#adaptersFound };
  }
}
