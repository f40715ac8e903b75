import { createRawFrame, type LinkType, type RawFrame } from '../../base/frame.ts';
import { NS_PER_S, type Ns, ns } from '../../base/time.ts';
import type { Capture, CaptureTime } from './capture.ts';

/** Frames of several captures in the order of their capture times. Each capture is one adapter. */
export class MergedCaptures {
  readonly captures: readonly Capture[];
  /** Time of the earliest frame; `at` counts from here. */
  readonly base: CaptureTime;
  /** Frames in all captures together. */
  readonly frames: number;
  readonly #shifts: number[];
  readonly #orders: (Uint32Array | undefined)[];
  readonly #next: number[];
  readonly #raw: RawFrame;

  /** Frames of equal times come in the order of `captures`. */
  constructor(captures: readonly Capture[]) {
    this.captures = captures;
    this.#orders = captures.map(orderByTime);
    this.#next = captures.map(() => 0);
    this.frames = captures.reduce((sum, capture) => sum + capture.frames, 0);
    this.base = earliest(captures, this.#orders);
    this.#shifts = captures.map(
      ({ base }) => (base.seconds - this.base.seconds) * NS_PER_S + (base.nanos - this.base.nanos),
    );
    this.#raw = createRawFrame();
  }

  /** The next frame, lent until the next call; undefined at the end. `at` counts nanoseconds from `base`. */
  next(): RawFrame | undefined {
    let chosen = -1;
    let at = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.captures.length; i++) {
      const time = this.#timeOfNext(i);
      if (time < at) {
        at = time;
        chosen = i;
      }
    }
    if (chosen < 0) return undefined;
    const capture = this.captures[chosen] as Capture;
    const frame = this.#frameAt(chosen, this.#next[chosen] as number);
    this.#next[chosen] = (this.#next[chosen] as number) + 1;
    const raw = this.#raw;
    raw.bytes = capture.bytes;
    raw.view = capture.view;
    raw.start = capture.starts[frame] as number;
    raw.end = capture.ends[frame] as number;
    raw.linkType = capture.linkTypes[frame] as LinkType;
    raw.at = ns(at);
    raw.adapter = chosen;
    return raw;
  }

  /** When the next frame is due, counted from `base`; undefined at the end. */
  peek(): Ns | undefined {
    let at = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.captures.length; i++) at = Math.min(at, this.#timeOfNext(i));
    return at === Number.POSITIVE_INFINITY ? undefined : ns(at);
  }

  rewind(): void {
    this.#next.fill(0);
  }

  #frameAt(capture: number, place: number): number {
    return this.#orders[capture]?.[place] ?? place;
  }

  #timeOfNext(i: number): number {
    const place = this.#next[i] as number;
    const capture = this.captures[i] as Capture;
    if (place >= capture.frames) return Number.POSITIVE_INFINITY;
    return (this.#shifts[i] as number) + (capture.offsets[this.#frameAt(i, place)] as number);
  }
}

/** `at` of a merged frame as an absolute time, exact to the nanosecond. */
export function captureTime(base: CaptureTime, at: Ns): CaptureTime {
  const seconds = Math.floor(at / NS_PER_S);
  const nanos = base.nanos + (at - seconds * NS_PER_S);
  return nanos < NS_PER_S
    ? { seconds: base.seconds + seconds, nanos }
    : { seconds: base.seconds + seconds + 1, nanos: nanos - NS_PER_S };
}

/** Frames in order of time; undefined when the file already is in order, as nearly all are. */
function orderByTime(capture: Capture): Uint32Array | undefined {
  const { offsets, frames } = capture;
  let sorted = true;
  for (let i = 1; i < frames && sorted; i++) sorted = (offsets[i] as number) >= (offsets[i - 1] as number);
  if (sorted) return undefined;
  const order = Uint32Array.from({ length: frames }, (_, i) => i);
  return order.sort((a, b) => (offsets[a] as number) - (offsets[b] as number) || a - b);
}

function earliest(captures: readonly Capture[], orders: readonly (Uint32Array | undefined)[]): CaptureTime {
  let found: CaptureTime | undefined;
  captures.forEach((capture, i) => {
    if (capture.frames === 0) return;
    const first = captureTime(capture.base, ns(capture.offsets[orders[i]?.[0] ?? 0] as number));
    if (
      found === undefined ||
      first.seconds < found.seconds ||
      (first.seconds === found.seconds && first.nanos < found.nanos)
    ) {
      found = first;
    }
  });
  return found ?? { seconds: 0, nanos: 0 };
}
