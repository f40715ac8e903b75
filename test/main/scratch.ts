import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** An empty folder, removed after the tests of the file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spinel-main-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a program for a Node process that stands for the radio; returns its path. */
export function writeEntry(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A radio that is ready at once, tells what it was told, and ends with its parent. */
export const GOOD_RADIO = `
process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message.t !== 'start') return;
  console.log('start ' + JSON.stringify(message));
  process.send({ t: 'listening', url: 'ws://127.0.0.1:' + (40000 + message.generation) });
});
`;

/** Resolves with the first defined answer; rejects after `limitMs`. */
export async function until<T>(ask: () => T | undefined | false, limitMs = 20_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`did not come true within ${limitMs} ms: ${ask}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}
