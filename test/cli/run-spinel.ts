import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { runCli } from '../../main/cli.ts';

/** Where a capture of the reference implementation lies. */
export const captureFile = (name: string) => new URL(`../captures/ruby/${name}`, import.meta.url).pathname;

export const captureJson = (name: string) => JSON.parse(readFileSync(captureFile(`${name}.json`), 'utf8'));

/** A folder for a test file's results, removed at its end. */
export function resultFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'spinel-cli-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name) => join(folder, name);
}

class Memory extends Writable {
  readonly #parts: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#parts.push(Buffer.from(chunk));
    // Slower than the program, so that waiting for it is tried too.
    setImmediate(done);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Runs the command line in this process. */
export async function spinel(...argv: string[]): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  const streams = { stdout: new Memory({ highWaterMark: 1000 }), stderr: new Memory() };
  const code = await runCli(argv, streams);
  await Promise.all(Object.values(streams).map((stream) => new Promise<void>((done) => stream.end(done))));
  return { code, stdout: streams.stdout.bytes, stderr: streams.stderr.bytes.toString() };
}
