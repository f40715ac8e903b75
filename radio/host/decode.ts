import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { readCaptureFile } from '../adapters/pcap/file.ts';
import { captureTime, MergedCaptures } from '../adapters/pcap/merge.ts';
import { complaint } from '../adapters/pcap/player.ts';
import type { AccessUnit, Codec } from '../api/access-unit.ts';
import type { TelemetryRecord } from '../api/telemetry.ts';
import { RadioError } from '../base/errors.ts';
import { msToNs, type Ns, ns } from '../base/time.ts';
import type { LinkSink } from '../links/link.ts';
import { RubyReceiver } from '../links/ruby/receiver.ts';
import { AccessUnitAssembler } from '../video/access-units.ts';
import { createRxFrame, openFrame } from '../wifi/encapsulate.ts';
import { Output } from './decode-output.ts';
import { type DecodeReport, rubyReport, type VideoReport } from './decode-report.ts';
import { TrafficCensus } from './decode-traffic.ts';

export interface DecodeOptions {
  /** Paths; `-` is stdin. One to eight, each an adapter of its own. Their order does not matter. */
  captures: string[];
  /** Id of the air unit to decode; undefined: the first whose video is heard. */
  airUnit?: number | undefined;
  /** Paths of what to write; `-` is stdout. */
  out?: string | undefined;
  telemetry?: string | undefined;
  json?: string | undefined;
}

/** Where `decode` speaks. */
export interface DecodeStreams {
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean };
}

/** How it ended: a report (exit code 0), or a sentence about what was seen instead (exit code 2). */
export type DecodeResult = { found: true; report: DecodeReport } | { found: false; sentence: string };

/** How long a block may wait for its packets: nobody watches, so late ones are worth waiting for. */
const HOLD_MS = 250;
const TICK_NS = msToNs(5);
/** Frames between two looks at outputs and terminal. */
const TURN_FRAMES = 512;
const MAX_CAPTURES = 8;

const encoder = new TextEncoder();

/**
 * Decodes captures as the command line's contract says. Rejects with a RadioError, a sentence that names the file or
 * option, for input that cannot be read and results that cannot be written. Damaged captures are told on stderr.
 */
export async function decode(options: DecodeOptions, streams: DecodeStreams): Promise<DecodeResult> {
  checkPaths(options);
  const captures = sortedPaths(options.captures).map(readCaptureFile);
  for (const capture of captures) {
    if (capture.truncated) streams.stderr.write(`spinel decode: ${complaint(capture)}\n`);
  }
  const run = new DecodeRun(new MergedCaptures(captures), options, streams);
  try {
    return await run.run();
  } finally {
    run.close();
  }
}

/** By name, so that the result does not depend on how they were given. */
function sortedPaths(paths: readonly string[]): string[] {
  const key = (path: string) => `${basename(path)}\0${path}`;
  return [...paths].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Refuses what would overwrite a capture or mix two results. */
function checkPaths(options: DecodeOptions): void {
  const { captures } = options;
  if (captures.length === 0) throw new RadioError('bad-argument', 'no capture given');
  if (captures.length > MAX_CAPTURES) {
    throw new RadioError('bad-argument', `${captures.length} captures given; at most ${MAX_CAPTURES} can be merged`);
  }
  const taken = new Map<string, string>();
  for (const path of captures) taken.set(path === '-' ? 'stdin' : resolve(path), 'a capture');
  for (const option of ['out', 'telemetry', 'json'] as const) {
    const path = options[option];
    if (path === undefined) continue;
    const place = path === '-' ? 'stdout' : resolve(path);
    const other = taken.get(place);
    if (other !== undefined && place !== '/dev/null') {
      throw new RadioError('bad-argument', `--${option}: ${path} is already ${other}`);
    }
    taken.set(place, `the file of --${option}`);
  }
}

/** One pass over the captures. */
class DecodeRun {
  readonly #captures: MergedCaptures;
  readonly #streams: DecodeStreams;
  readonly #airUnit: number | undefined;
  readonly #receiver: RubyReceiver;
  readonly #assembler = new AccessUnitAssembler((unit) => this.#take(unit));
  readonly #census = new TrafficCensus();
  readonly #unopened = { badFcs: 0, other: 0 };
  readonly #hash = createHash('sha256');
  readonly #out: Output | undefined;
  readonly #telemetry: Output | undefined;
  readonly #json: Output | undefined;
  /** Telemetry heard before it was known which air unit counts. */
  #early: { airUnit: number; line: string }[] = [];
  #codec: Codec | undefined;
  #width = 0;
  #height = 0;
  #bytes = 0;
  #accessUnits = 0;
  #keyFrames = 0;

  constructor(captures: MergedCaptures, options: DecodeOptions, streams: DecodeStreams) {
    const output = (path: string | undefined) => (path === undefined ? undefined : new Output(path, streams.stdout));
    const silent = options.out === undefined && options.telemetry === undefined && options.json === undefined;
    this.#captures = captures;
    this.#streams = streams;
    this.#airUnit = options.airUnit;
    this.#receiver = new RubyReceiver(
      options.airUnit === undefined ? { holdMs: HOLD_MS } : { holdMs: HOLD_MS, airUnit: options.airUnit },
    );
    this.#out = output(options.out);
    this.#telemetry = output(options.telemetry);
    this.#json = output(silent ? '-' : options.json);
  }

  async run(): Promise<DecodeResult> {
    await this.#receiveAll();
    const { heard, packets } = this.#receiver.stats;
    if (heard.size === 0) {
      return { found: false, sentence: `no RubyFPV air unit was heard: ${this.#census.describe(packets.scrambled)}` };
    }
    if (this.#airUnit !== undefined && !heard.has(this.#airUnit)) {
      return {
        found: false,
        sentence: `air unit ${this.#airUnit} was not heard, only ${[...heard.keys()].join(', ')}`,
      };
    }
    this.#releaseEarly();
    const report = rubyReport(this.#receiver.stats, this.#video(), this.#captures.captures, this.#unopened);
    this.#json?.write(encoder.encode(`${JSON.stringify(report, null, 2)}\n`));
    for (const output of this.#outputs()) await output.finish();
    return { found: true, report };
  }

  close(): void {
    for (const output of this.#outputs()) output.close();
  }

  /** The assembler gets no ticks: time must not cut a picture here, whose end comes with the next one or the flush. */
  async #receiveAll(): Promise<void> {
    const frame = createRxFrame();
    const sink = this.#sink();
    let tickedAt = 0;
    let count = 0;
    for (let raw = this.#captures.next(); raw !== undefined; raw = this.#captures.next()) {
      if (raw.at - tickedAt >= TICK_NS) {
        tickedAt = raw.at;
        this.#receiver.tick(raw.at, sink);
      }
      const fault = openFrame(raw, frame);
      if (fault) {
        this.#census.countFault(fault);
        if (fault === 'bad-fcs') this.#unopened.badFcs++;
        else this.#unopened.other++;
      } else {
        this.#census.count(frame);
        this.#receiver.receive(frame, sink);
      }
      if (++count % TURN_FRAMES === 0) await this.#turn(count);
    }
    this.#receiver.flush(sink);
    this.#assembler.flush();
    if (this.#streams.stderr.isTTY) this.#streams.stderr.write('\r\x1b[K');
  }

  #sink(): LinkSink {
    return {
      payload: (_stream, bytes, start, end, at) => this.#assembler.payload(bytes, start, end, at),
      boundary: (_stream, codec, at) => this.#assembler.boundary(codec, at),
      gap: (_stream, at) => this.#assembler.gap(at),
      telemetry: (record) => this.#takeTelemetry(record),
      transmit: () => {},
    };
  }

  /** Lets stdout catch up, stops when a result cannot be written, and shows progress. */
  async #turn(count: number): Promise<void> {
    for (const output of this.#outputs()) await output.drained();
    const { stderr } = this.#streams;
    const percent = Math.floor((count / this.#captures.frames) * 100);
    if (stderr.isTTY && count % (TURN_FRAMES * 16) === 0) stderr.write(`\rdecoding ${percent} %`);
  }

  /** Keeps whole access units: a cut one would put a hole in the stream that no decoder expects. */
  #take(unit: AccessUnit): void {
    this.#codec = unit.codec;
    if (unit.width > 0) {
      this.#width = unit.width;
      this.#height = unit.height;
    }
    if (unit.damaged) return;
    this.#bytes += unit.data.length;
    this.#accessUnits++;
    if (unit.keyFrame) this.#keyFrames++;
    this.#hash.update(unit.data);
    this.#out?.write(unit.data);
  }

  #takeTelemetry(record: TelemetryRecord): void {
    if (!this.#telemetry || (this.#airUnit !== undefined && record.airUnit !== this.#airUnit)) return;
    const chosen = this.#receiver.stats.airUnit;
    const line = `${JSON.stringify(this.#telemetryLine(record))}\n`;
    if (chosen === 0) {
      this.#early.push({ airUnit: record.airUnit, line });
      return;
    }
    this.#releaseEarly();
    if (record.airUnit === chosen) this.#telemetry.write(encoder.encode(line));
  }

  #releaseEarly(): void {
    const chosen = this.#receiver.stats.airUnit;
    for (const { airUnit, line } of this.#early) {
      if (chosen === 0 || airUnit === chosen) this.#telemetry?.write(encoder.encode(line));
    }
    this.#early = [];
  }

  #telemetryLine({ at, airUnit, kind, packetType, structVersion, values }: TelemetryRecord): object {
    const timeS = absoluteSeconds(this.#captures, at);
    return structVersion === undefined
      ? { timeS, airUnit, kind, packetType, values }
      : { timeS, airUnit, kind, packetType, structVersion, values };
  }

  #video(): VideoReport | null {
    if (this.#codec === undefined) return null;
    return {
      codec: this.#codec,
      width: this.#width,
      height: this.#height,
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
      accessUnits: this.#accessUnits,
      keyFrames: this.#keyFrames,
    };
  }

  #outputs(): Output[] {
    return [this.#out, this.#telemetry, this.#json].filter((output) => output !== undefined);
  }
}

/**
 * Capture time of `at` in seconds, rounded to the microsecond. Made from its digits: seconds plus a fraction would be
 * off in the last place, and this way JSON prints the digits as they were in the capture.
 */
function absoluteSeconds(captures: MergedCaptures, at: Ns): number {
  const rounded = captureTime(captures.base, ns(at + 500));
  return Number(`${rounded.seconds}.${String(Math.floor(rounded.nanos / 1000)).padStart(6, '0')}`);
}
