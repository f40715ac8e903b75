import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { RadioError } from '../../base/errors.ts';
import { type Capture, readCapture } from './format.ts';

/** Frame places are kept in 32 bits. */
const MAX_FILE_LEN = 2 ** 32 - 1;
const CHUNK = 1 << 20;

/**
 * Reads and indexes the capture at `path`; `-` is stdin. Throws a RadioError that names the file: `no-such-file`,
 * `no-permission`, `bad-argument` (a folder, over 4 GiB), `not-a-capture`, `bad-link-type`.
 */
export function readCaptureFile(path: string): Capture {
  const name = path === '-' ? 'stdin' : basename(path);
  let bytes: Uint8Array;
  try {
    bytes = path === '-' ? readStream(0, name) : readWhole(path, name);
  } catch (cause) {
    if (cause instanceof RadioError) throw cause;
    throw openError(path, cause);
  }
  return readCapture(name, bytes);
}

function readWhole(path: string, name: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new RadioError('bad-argument', `${path}: is a folder, not a capture`);
    if (!stat.isFile()) return readStream(file, name);
    checkLength(stat.size, name);
    const bytes = new Uint8Array(stat.size);
    let length = 0;
    while (length < bytes.length) {
      const got = readSync(file, bytes, length, Math.min(bytes.length - length, 64 * CHUNK), null);
      if (got === 0) break;
      length += got;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** Reads a pipe to its end. */
function readStream(file: number, name: string): Uint8Array {
  let bytes = new Uint8Array(CHUNK);
  let length = 0;
  for (;;) {
    if (length === bytes.length) {
      checkLength(length * 2, name);
      const wider = new Uint8Array(length * 2);
      wider.set(bytes);
      bytes = wider;
    }
    const got = readSome(file, bytes, length);
    if (got === 0) return bytes.subarray(0, length);
    length += got;
  }
}

/** One read; waits when the other side of a non-blocking pipe has nothing yet. */
function readSome(file: number, bytes: Uint8Array, at: number): number {
  for (;;) {
    try {
      return readSync(file, bytes, at, bytes.length - at, null);
    } catch (cause) {
      const code = errorCode(cause);
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function checkLength(length: number, name: string): void {
  if (length > MAX_FILE_LEN)
    throw new RadioError('bad-argument', `${name}: captures over 4 GiB cannot be read; split it`);
}

function openError(path: string, cause: unknown): RadioError {
  switch (errorCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new RadioError('no-such-file', `${path}: no such file`, { cause });
    case 'EACCES':
    case 'EPERM':
      return new RadioError('no-permission', `${path}: may not be read`, { cause });
    default:
      return new RadioError('not-a-capture', `${path}: cannot be read (${(cause as Error).message})`, { cause });
  }
}

function errorCode(cause: unknown): string {
  return (cause as { code?: string }).code ?? '';
}
