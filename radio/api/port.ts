/** A two-way message channel: an Electron MessagePort, a WebSocket, or a pair in memory. Messages are copied. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
  /** Bytes posted but not yet taken by the other side, when the carrier knows; else 0. */
  readonly bufferedBytes: number;
}
