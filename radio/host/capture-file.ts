import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { RadioError } from '../base/errors.ts';
import { outputError } from './decode-output.ts';

const BUFFER_LEN = 1 << 18;

/**
 * A file of whole blocks. What was told to be written is on its way to the disk at each `flush`; when the disk is full the
 * file is cut back to its last whole block, and `error` says so. Writing never throws.
 */
export class CaptureFile {
  readonly path: string;
  /** Why nothing more is written; a sentence that names the file. */
  error: RadioError | undefined;
  readonly #buffer = new Uint8Array(BUFFER_LEN);
  readonly #write: typeof writeSync;
  #buffered = 0;
  /** End of the last whole block in the buffer. */
  #whole = 0;
  #file: number;
  /** Whole blocks written. */
  #length = 0;

  /** Creates or overwrites it; `-` is stdout. Throws a RadioError. `write` is for tests of full disks. */
  constructor(path: string, write: typeof writeSync = writeSync) {
    this.path = path;
    this.#write = write;
    try {
      this.#file = openSync(path === '-' ? '/dev/stdout' : path, 'w');
    } catch (cause) {
      throw outputError(path, cause as Error);
    }
  }

  /** Copies a piece of a block. */
  write(bytes: Uint8Array): void {
    if (this.error) return;
    if (this.#buffered + bytes.length > BUFFER_LEN) this.flush();
    if (this.#buffered + bytes.length > BUFFER_LEN) throw new Error(`a block of over ${BUFFER_LEN} bytes`);
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  /** The block that was being written is whole. */
  endBlock(): void {
    this.#whole = this.#buffered;
  }

  /** Writes the whole blocks. */
  flush(): void {
    const end = this.#whole;
    if (this.error || end === 0) return;
    let at = 0;
    try {
      while (at < end) at += this.#write(this.#file, this.#buffer, at, end - at);
    } catch (cause) {
      this.error = outputError(this.path, cause as Error);
      this.#cutBack();
      return;
    }
    this.#length += end;
    this.#buffer.copyWithin(0, end, this.#buffered);
    this.#buffered -= end;
    this.#whole = 0;
  }

  close(): void {
    if (this.#file < 0) return;
    this.flush();
    try {
      closeSync(this.#file);
    } catch (cause) {
      this.error ??= outputError(this.path, cause as Error);
    }
    this.#file = -1;
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // A pipe cannot be cut; readers stop at the last whole block anyway.
    }
  }
}
