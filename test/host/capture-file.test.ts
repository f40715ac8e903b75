import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CaptureFile } from '../../radio/host/capture-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spinel-capture-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A block in two pieces. */
function block(file: CaptureFile, length: number, value: number): void {
  file.write(new Uint8Array(length - 1).fill(value));
  file.write(new Uint8Array([255]));
  file.endBlock();
}

test('a flush writes whole blocks only, and the rest later', () => {
  const path = join(folder, 'a');
  const file = new CaptureFile(path);
  block(file, 10, 1);
  file.write(new Uint8Array(5).fill(2));
  file.flush();
  expect(readFileSync(path).length).toBe(10);
  file.write(new Uint8Array(3).fill(2));
  file.endBlock();
  file.close();
  file.close();
  expect([...readFileSync(path)]).toEqual([...Array(9).fill(1), 255, ...Array(8).fill(2)]);
});

test('many blocks leave as they came', () => {
  const path = join(folder, 'a');
  const file = new CaptureFile(path);
  for (let i = 0; i < 5000; i++) block(file, 1500, i % 250);
  file.close();
  const bytes = readFileSync(path);
  expect(bytes.length).toBe(5000 * 1500);
  for (let i = 0; i < 5000; i++) {
    if (bytes[i * 1500] !== i % 250 || bytes[i * 1500 + 1499] !== 255) throw new Error(`block ${i}`);
  }
});

test('a full disk leaves the file at its last whole block and says so', () => {
  const path = join(folder, 'a');
  let room = 2500;
  const file = new CaptureFile(path, ((fd: number, bytes: Uint8Array, at: number, length: number) => {
    if (room === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const written = writeSync(fd, bytes, at, Math.min(length, room));
    room -= written;
    return written;
  }) as typeof writeSync);
  block(file, 1000, 1);
  file.flush();
  block(file, 1000, 2);
  block(file, 1000, 3);
  file.flush();
  expect(file.error).toMatchObject({ code: 'disk-full', message: `${path}: cannot be written (the disk is full)` });
  block(file, 1000, 4);
  file.close();
  expect(readFileSync(path).length % 1000).toBe(0);
  expect(readFileSync(path).length).toBeGreaterThanOrEqual(1000);
});

test('a file that cannot be created is told at once', () => {
  expect(() => new CaptureFile(join(folder, 'none', 'a'))).toThrow('the folder does not exist');
  expect(() => new CaptureFile(folder)).toThrow('it is a folder');
});
