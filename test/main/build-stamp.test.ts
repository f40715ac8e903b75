import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readStamp, stampOf, withLock, writeStamp } from '../../main/build-stamp.mjs';
import { scratchFolder } from './scratch.ts';

const root = scratchFolder();
const source = join(root, 'app', 'deep', 'a.ts');
const lock = join(root, 'dist', '.lock');

beforeEach(() => {
  rmSync(join(root, 'app'), { recursive: true, force: true });
  mkdirSync(join(root, 'app', 'deep'), { recursive: true });
  writeFileSync(source, 'one');
  utimesSync(source, 1000, 1000);
});

const stamp = () => stampOf(root, ['app', 'package.json']);

test('sources that are the same have the same stamp', () => {
  expect(stamp()).toBe(stamp());
});

test.each([
  ['a change of content', () => writeFileSync(source, 'longer')],
  ['a change of time alone', () => utimesSync(source, 1000, 1001)],
  ['a new file', () => writeFileSync(join(root, 'app', 'b.ts'), '')],
  ['a file that is gone', () => rmSync(source)],
  ['a folder that is gone', () => rmSync(join(root, 'app'), { recursive: true })],
  ['a single file that appears', () => writeFileSync(join(root, 'package.json'), '{}')],
])('%s changes the stamp', (_what, change) => {
  rmSync(join(root, 'package.json'), { force: true });
  const before = stamp();
  change();
  expect(stamp()).not.toBe(before);
});

test('built files and hidden ones are no sources', () => {
  const before = stamp();
  for (const folder of ['dist', 'node_modules', '.cache']) {
    mkdirSync(join(root, 'app', folder));
    writeFileSync(join(root, 'app', folder, 'x.js'), '');
  }
  expect(stamp()).toBe(before);
});

test('a stamp that was never written is none', () => {
  const file = join(root, 'stamps', 'main');
  expect(readStamp(file)).toBe('');
  writeStamp(file, 'abc');
  expect(readStamp(file)).toBe('abc');
});

test('two that want the lock come one after the other', async () => {
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} in`);
    await new Promise((wake) => setTimeout(wake, 150));
    events.push(`${name} out`);
  };
  await Promise.all([withLock(lock, work('a')), withLock(lock, work('b'))]);
  expect(events).toEqual(['a in', 'a out', 'b in', 'b out']);
  expect(existsSync(lock)).toBe(false);
});

test('a lock is given back when the work fails', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('broken source')))).rejects.toThrow('broken source');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a process that is gone is taken over', async () => {
  writeStamp(lock, '4194305');
  expect(await withLock(lock, () => readFileSync(lock, 'utf8'))).toBe(String(process.pid));
});
