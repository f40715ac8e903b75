import { RadioError } from '../../base/errors.ts';
import { type Clock, NS_PER_MS, type Ns, ns, systemClock } from '../../base/time.ts';
import type { Adapter, AdapterEvents } from '../adapter.ts';
import { readCaptureFile } from './file.ts';
import type { Capture } from './format.ts';
import { MergedCaptures } from './merge.ts';

/** How many receivers the rest of the program keeps apart (RawFrame.adapter). */
const MAX_RECEIVERS = 8;
/** A frame is never given later than this because the player slept. */
const STEP_MS = 2;
/** How long frames are given without a break for other work. */
const TURN_NS = 4 * NS_PER_MS;
/** Between two rounds of a loop, so that a one-frame capture does not spin. */
const LOOP_PAUSE_NS = 50 * NS_PER_MS;

export interface PlayerOptions {
  /** Paths, one per receiver, 1 to 8. */
  files: readonly string[];
  /** Starts over at the end instead of ending. */
  loop?: boolean;
  /** As recorded, or as fast as frames can be taken. Default: as recorded. */
  pace?: 'recorded' | 'fast';
  clock?: Clock;
}

/** Plays capture files as if they were adapters: each file is one receiver, merged by capture time. */
export class CapturePlayer implements Adapter {
  readonly receivers: readonly string[];
  readonly #options: PlayerOptions;
  readonly #clock: Clock;
  #captures: MergedCaptures | undefined;
  #events: AdapterEvents | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: ReturnType<typeof setImmediate> | undefined;
  /** System time at which the captures' first frame is due. */
  #startAt = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.receivers = options.files.map((path) => path.split(/[\\/]/).pop() as string);
  }

  /** Sentences about files that are cut off or damaged; known after `start`. */
  get complaints(): string[] {
    return (this.#captures?.captures ?? []).filter((capture) => capture.truncated).map(complaint);
  }

  /** Rejects with the RadioErrors of `readCaptureFile`, or `bad-argument` for no or too many files. */
  async start(events: AdapterEvents): Promise<void> {
    if (this.#events) throw new Error('the player was started before');
    const { files } = this.#options;
    if (files.length === 0 || files.length > MAX_RECEIVERS) {
      throw new RadioError(
        'bad-argument',
        `${files.length} captures given; one to ${MAX_RECEIVERS} can be played together`,
      );
    }
    const captures = new MergedCaptures(files.map(readCaptureFile));
    if (captures.frames === 0)
      throw new RadioError('not-a-capture', `${this.receivers[0]}: the capture holds no frames`);
    this.#captures = captures;
    this.#events = events;
    this.#startAt = this.#clock.now();
    this.#schedule(0);
  }

  /** A file hears nothing. */
  transmit(_frame: Uint8Array): boolean {
    return false;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#captures = undefined;
  }

  #schedule(delayMs: number): void {
    if (delayMs > 0) this.#timer = setTimeout(this.#play, delayMs);
    else this.#turn = setImmediate(this.#play);
  }

  readonly #play = (): void => {
    const turnEnds = this.#clock.now() + TURN_NS;
    // Looked up afresh each time: whoever takes a frame may close the player.
    while (this.#captures) {
      const due = this.#captures.peek();
      if (due === undefined) {
        if (!this.#startOver()) return;
        break;
      }
      const now = this.#clock.now();
      if (now > turnEnds) {
        this.#schedule(0);
        return;
      }
      if (this.#options.pace !== 'fast' && this.#startAt + due > now) break;
      const raw = this.#captures.next();
      if (raw === undefined) break;
      raw.at = now;
      this.#events?.frame(raw);
    }
    if (this.#captures) this.#schedule(this.#sleepMs(this.#captures.peek()));
  };

  #sleepMs(due: Ns | undefined): number {
    if (due === undefined) return STEP_MS;
    const waitMs = Math.floor((this.#startAt + due - this.#clock.now()) / NS_PER_MS);
    return Math.max(STEP_MS, Math.min(waitMs, 2 ** 30));
  }

  /** At the end: begins again, or says so. */
  #startOver(): boolean {
    if (!this.#options.loop) {
      this.#captures = undefined;
      this.#events?.ended();
      return false;
    }
    this.#startAt = ns(this.#clock.now() + LOOP_PAUSE_NS);
    this.#captures?.rewind();
    return true;
  }
}

/** One sentence about a file that could not be read to its end. */
export function complaint(capture: Capture): string {
  const read = `read to its last whole frame (${capture.frames.toLocaleString('en-US')})`;
  return capture.reason.includes('cut off')
    ? `${capture.name}: the capture is cut off (${capture.reason}); ${read}`
    : `${capture.name}: the capture is damaged (${capture.reason}); ${read}`;
}
