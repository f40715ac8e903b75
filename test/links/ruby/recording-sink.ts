import { createHash } from 'node:crypto';
import type { Codec } from '../../../radio/api/access-unit.ts';
import type { TelemetryRecord } from '../../../radio/api/telemetry.ts';
import type { Ns } from '../../../radio/base/time.ts';
import type { LinkSink, Stream } from '../../../radio/links/link.ts';

/** One frame of the sender as it came out: whole, or cut by a gap. */
export interface ReceivedFrame {
  bytes: Uint8Array;
  whole: boolean;
  codec: Codec | undefined;
  /** When the bytes said they came. */
  times: Ns[];
}

/** Keeps all that a link delivers, and checks that the calls make sense. */
export class RecordingSink implements LinkSink {
  readonly frames: ReceivedFrame[] = [];
  readonly records: TelemetryRecord[] = [];
  readonly gaps: Ns[] = [];
  #parts: Uint8Array[] = [];
  #times: Ns[] = [];

  payload(_stream: Stream, bytes: Uint8Array, start: number, end: number, at: Ns): void {
    if (!(end > start) || end > bytes.length) throw new Error(`payload of [${start}, ${end})`);
    this.#parts.push(bytes.slice(start, end));
    this.#times.push(at);
  }

  boundary(_stream: Stream, codec: Codec, _at: Ns): void {
    if (this.#parts.length === 0) throw new Error('boundary of nothing');
    this.#end(true, codec);
  }

  gap(_stream: Stream, at: Ns): void {
    this.gaps.push(at);
    if (this.#parts.length > 0) this.#end(false, undefined);
  }

  telemetry(record: TelemetryRecord): void {
    this.records.push(record);
  }

  transmit(): void {
    throw new Error('a receiver sends nothing');
  }

  /** Bytes given out that no boundary has closed. */
  get open(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  get whole(): Uint8Array[] {
    return this.frames.filter((frame) => frame.whole).map((frame) => frame.bytes);
  }

  get bytes(): number {
    return this.frames.reduce((sum, frame) => sum + frame.bytes.length, 0) + this.open;
  }

  /** SHA-256 over all that came out, in hexadecimal. */
  sha256(): string {
    const hash = createHash('sha256');
    for (const frame of this.frames) hash.update(frame.bytes);
    for (const part of this.#parts) hash.update(part);
    return hash.digest('hex');
  }

  #end(whole: boolean, codec: Codec | undefined): void {
    this.frames.push({ bytes: new Uint8Array(Buffer.concat(this.#parts)), whole, codec, times: this.#times });
    this.#parts = [];
    this.#times = [];
  }
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
