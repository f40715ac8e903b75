import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const ROOT = new URL('../..', import.meta.url).pathname;

/** Test files must lie where `vitest` can be imported from. */
const FOLDER = join(ROOT, 'test/out/test-runner');

function count(name: string, text: string) {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.counted.ts`);
  const summary = join(FOLDER, `${name}.json`);
  writeFileSync(file, `import { afterAll, beforeAll, describe, expect, test } from 'vitest';\n${text}`);
  writeFileSync(join(FOLDER, 'vitest.config.mjs'), `export default { test: { include: ['*.counted.ts'] } };`);
  const args = ['run', `${name}.counted.ts`, '--root', FOLDER, '--config', join(FOLDER, 'vitest.config.mjs')];
  const reporter = `--reporter=${join(ROOT, 'test/summary-reporter.mjs')}`;
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, ...args, reporter], {
    env: { ...process.env, SPINEL_TEST_SUMMARY: summary, VITEST: undefined },
  });
  return {
    status,
    ...(JSON.parse(readFileSync(summary, 'utf8')) as { passed: number; failed: number; skipped: number }),
  };
}

test('every test is counted once, by what became of it', () => {
  const counts = count(
    'mixed',
    `test('a', () => {});
    test('b', () => expect(1).toBe(2));
    test.skip('c', () => {});
    test.todo('d');
    test.each([1, 2, 3])('e %i', () => {});
    describe('f', () => { test('g', () => {}); });`,
  );
  expect(counts).toEqual({ status: 1, passed: 5, failed: 1, skipped: 2 });
});

test('what fails outside of a test fails', () => {
  expect(count('load', `throw new Error('cannot be loaded');`)).toEqual({
    status: 1,
    passed: 0,
    failed: 1,
    skipped: 0,
  });
  const behind = count(
    'hook',
    `describe('x', () => { beforeAll(() => { throw new Error('no'); }); test('a', () => {}); });`,
  );
  expect(behind.status).toBe(1);
  expect(behind.failed).toBeGreaterThan(0);
  expect(behind.passed).toBe(0);
  const stray = count(
    'stray',
    `test('a', async () => { Promise.reject(new Error('x')); await new Promise((r) => setTimeout(r, 50)); });`,
  );
  expect(stray).toMatchObject({ status: 1, failed: 1 });
});
