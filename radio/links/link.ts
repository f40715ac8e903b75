import type { Codec } from '../api/access-unit.ts';
import type { TelemetryRecord } from '../api/telemetry.ts';
import type { RxFrame } from '../base/frame.ts';
import type { Ns } from '../base/time.ts';

/** Streams that leave a link as bytes. */
export type Stream = 'video';

/**
 * Where a link delivers. Byte ranges are lent: whoever keeps them copies them. Records are the receiver's own.
 */
export interface LinkSink {
  /** Elementary stream bytes [start, end) in order. `at`: when the fragment that carried or completed them came. */
  payload(stream: Stream, bytes: Uint8Array, start: number, end: number, at: Ns): void;
  /** The sender's unit (RubyFPV: its frame) that the last payload belongs to is complete. `codec` as its header says. */
  boundary(stream: Stream, codec: Codec, at: Ns): void;
  /** Bytes are missing here: what follows starts at the beginning of a sender's unit. */
  gap(stream: Stream, at: Ns): void;
  telemetry(record: TelemetryRecord): void;
  /** A frame for the air, whole, with its radiotap header. Lent. */
  transmit(frame: Uint8Array): void;
}

/** One radio protocol as a state machine: no sockets, no timers, no clock of its own. */
export interface Link {
  receive(frame: RxFrame, sink: LinkSink): void;
  /** Lets time pass: gives up what waited too long. Call at least every 5 ms while video flows. */
  tick(now: Ns, sink: LinkSink): void;
}
