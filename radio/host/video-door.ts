import type { AccessUnit } from '../api/access-unit.ts';
import type { Port } from '../api/port.ts';
import { isRecord } from '../api/validate.ts';
import { stampSent, writeAccessUnit } from '../api/wire.ts';
import type { Clock } from '../base/time.ts';

/** A decoder that has this much waiting has fallen 0.1 s behind at 25 Mbit/s: newer pictures matter more. */
const MAX_WAITING_BYTES = 320_000;

/** Ports that carry pictures to decoder workers. */
export class VideoDoors {
  readonly #clock: Clock;
  readonly #doors = new Set<{ port: Port; binary: boolean; skipped: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `binary`: a WebSocket, which gets bytes; a MessagePort gets the unit itself. */
  add(port: Port, binary: boolean): void {
    const door = { port, binary, skipped: false };
    this.#doors.add(door);
    port.onMessage((message) => {
      if (isRecord(message) && message['t'] === 'clock') {
        port.post({ t: 'clock', id: message['id'], now: this.#clock.now() });
      }
    });
    port.onClose(() => this.#doors.delete(door));
  }

  /** Sends the unit to every decoder that keeps up; the others see a gap. */
  send(unit: AccessUnit): void {
    if (this.#doors.size === 0) return;
    let message: Uint8Array<ArrayBuffer> | undefined;
    for (const door of this.#doors) {
      if (door.port.bufferedBytes > MAX_WAITING_BYTES) {
        door.skipped = true;
        continue;
      }
      const sent = door.skipped ? { ...unit, afterGap: true } : unit;
      sent.sentAt = this.#clock.now();
      if (!door.binary) {
        door.port.post({ t: 'video', unit: sent });
      } else if (door.skipped) {
        door.port.post(writeAccessUnit(sent));
      } else {
        message ??= writeAccessUnit(sent);
        stampSent(message, sent.sentAt);
        door.port.post(message);
      }
      door.skipped = false;
    }
  }
}
