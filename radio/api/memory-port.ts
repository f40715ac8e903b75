import type { Port } from './port.ts';

declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(call: () => void): void;

/** Two ports joined in memory: what one posts the other gets, as a copy and later, as across a process boundary. */
export function memoryPorts(): [Port, Port] {
  const ends = [new End(), new End()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return [ends[0], ends[1]];
}

class End implements Port {
  other: End | undefined;
  readonly bufferedBytes = 0;
  #message: (message: unknown) => void = () => {};
  #close: () => void = () => {};

  post(message: unknown): void {
    const copy = structuredClone(message);
    const { other } = this;
    queueMicrotask(() => {
      if (other) other.#message(copy);
    });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }

  onClose(listener: () => void): void {
    this.#close = listener;
  }

  close(): void {
    const { other } = this;
    if (!other) return;
    this.other = undefined;
    other.other = undefined;
    queueMicrotask(() => {
      this.#close();
      other.#close();
    });
  }
}
