import type { RadioError } from '../base/errors.ts';
import type { RawFrame } from '../base/frame.ts';

export interface AdapterEvents {
  /** One frame, lent until the call returns. */
  frame(raw: RawFrame): void;
  /** No more frames will come: the end of a capture (no reason), or what broke. */
  ended(reason?: RadioError): void;
}

/** Frames in, frames out: a card, a file, a simulator. One adapter may stand for several receivers. */
export interface Adapter {
  /** Names of its receivers; `RawFrame.adapter` is a place in this list. */
  readonly receivers: readonly string[];
  /** Rejects with a RadioError when it cannot start. */
  start(events: AdapterEvents): Promise<void>;
  /** False when the frame was not accepted; the caller counts it. */
  transmit(frame: Uint8Array): boolean;
  /** Never rejects; safe to call twice. */
  close(): Promise<void>;
}
