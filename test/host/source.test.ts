import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestClock } from '../../radio/base/time.ts';
import { createSource, sourceTitle } from '../../radio/host/source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spinel-source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a demo whose clip is missing says which file', () => {
  expect(() => createSource({ kind: 'demo' }, folder, new TestClock())).toThrow(
    expect.objectContaining({ code: 'clip-missing', message: expect.stringContaining('resources/clips/demo.h264') }),
  );
});

test.each([
  ['empty', new Uint8Array(0)],
  ['text', new TextEncoder().encode('not a clip at all')],
])('a demo whose clip is %s says so', (_what, bytes) => {
  mkdirSync(join(folder, 'clips'));
  writeFileSync(join(folder, 'clips', 'demo.h264'), bytes);
  expect(() => createSource({ kind: 'demo' }, folder, new TestClock())).toThrow(
    expect.objectContaining({ code: 'clip-missing' }),
  );
});

test('sources are called by what a person would recognise', () => {
  expect(sourceTitle({ kind: 'demo' })).toBe('Demo flight');
  expect(sourceTitle({ kind: 'captures', files: ['/a/b/one.pcap'] })).toBe('one.pcap');
  expect(sourceTitle({ kind: 'captures', files: ['/a/one.pcap', '/b/two.pcap', '/c/three.pcap'] })).toBe(
    'one.pcap and 2 more',
  );
});
