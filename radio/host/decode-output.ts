import { closeSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { RadioError } from '../base/errors.ts';

const BUFFER_LEN = 1 << 16;

/**
 * A result file, or stdout for `-`. Opened at the first byte, so that a run that finds nothing leaves nothing behind.
 * Writing never throws: the first error is kept in `error`, and what follows it is dropped.
 */
export class Output {
  readonly path: string;
  /** Why nothing more is written; a sentence that names the file. */
  error: RadioError | undefined;
  readonly #stdout: Writable | undefined;
  readonly #buffer = new Uint8Array(BUFFER_LEN);
  #buffered = 0;
  #file = -1;
  #full = false;

  constructor(path: string, stdout: Writable) {
    this.path = path;
    if (path !== '-') return;
    this.#stdout = stdout;
    stdout.once('error', this.#onError);
  }

  /** Copies `bytes`; writes when enough has come together. */
  write(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_LEN) this.#writeOut();
    if (bytes.length > BUFFER_LEN) {
      this.#put(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  /** Resolves when stdout takes more; at once for a file. Rejects with what went wrong so far. */
  async drained(): Promise<void> {
    const stdout = this.#stdout;
    if (stdout && this.#full && !this.error) {
      await new Promise<void>((resolve) => {
        const done = () => {
          for (const event of ['drain', 'error', 'close']) stdout.off(event, done);
          resolve();
        };
        for (const event of ['drain', 'error', 'close']) stdout.on(event, done);
        if (stdout.destroyed || !stdout.writableNeedDrain) done();
      });
      this.#full = false;
    }
    if (this.error) throw this.error;
  }

  /** Writes the rest; creates the file even when nothing was written. */
  async finish(): Promise<void> {
    this.#writeOut();
    if (!this.#stdout && this.#file < 0) this.#put(new Uint8Array(0));
    await this.drained();
    this.close();
  }

  /** Gives the file back; safe to call twice. */
  close(): void {
    this.#stdout?.off('error', this.#onError);
    if (this.#file < 0) return;
    const file = this.#file;
    this.#file = -1;
    try {
      closeSync(file);
    } catch (cause) {
      this.#onError(cause as Error);
    }
  }

  #writeOut(): void {
    const length = this.#buffered;
    this.#buffered = 0;
    if (length > 0) this.#put(this.#buffer.subarray(0, length));
  }

  #put(bytes: Uint8Array): void {
    if (this.error) return;
    if (this.#stdout) {
      // The stream keeps what it cannot pass on, and our buffer is used again.
      if (!this.#stdout.write(bytes.slice())) this.#full = true;
      return;
    }
    try {
      if (this.#file < 0) this.#file = openSync(this.path, 'w');
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (cause) {
      this.#onError(cause as Error);
    }
  }

  readonly #onError = (cause: Error): void => {
    this.error ??= outputError(this.path, cause);
  };
}

const REASONS: Record<string, string> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'the folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EPIPE: 'whoever read it has stopped',
};

/** Why a result could not be written, as a sentence that names its file. */
export function outputError(path: string, cause: Error): RadioError {
  const code = (cause as { code?: string }).code ?? '';
  const name = path === '-' ? 'stdout' : path;
  const kind = code === 'ENOSPC' ? 'disk-full' : 'no-permission';
  return new RadioError(kind, `${name}: cannot be written (${REASONS[code] ?? cause.message})`, { cause });
}
