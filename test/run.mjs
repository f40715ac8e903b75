import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../main/build.mjs';

/**
 * `npm test [-- vitest filters]`: builds, runs every suite that can run here, and ends with the line
 * `N passed, N failed, N skipped`. Exit code 1 when a test failed, and with CI set also when one was skipped.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/**
 * What runs together, in this order: suites that measure time do not share the machine with others. `folder` makes a
 * suite optional in the tree; `lacks` says what it would need here, or undefined.
 */
const SUITES = [
  { projects: ['layers', 'unit'] },
  { projects: ['e2e'], folder: 'test/e2e', lacks: () => lackOfBuild() ?? lackOfChromium() },
];

function inPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

function lackOfBuild() {
  return built ? undefined : 'the program could not be built';
}

function lackOfChromium() {
  const named = process.env.CHROMIUM;
  if (named) return existsSync(named) ? undefined : `CHROMIUM names ${named}, which is missing`;
  const found = inPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
  if (found === undefined) return 'no Chromium or Chrome here (install one, or name it in CHROMIUM)';
  process.env.CHROMIUM = found;
  return undefined;
}

function vitest(args, env = {}) {
  return spawnSync(process.execPath, [VITEST, ...args, '--config', 'test/vitest.config.ts'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
}

function chosen(suite) {
  return suite.projects.flatMap((project) => ['--project', project]);
}

function runSuite(suite, scratch) {
  const summary = join(scratch, `${suite.projects[0]}.json`);
  const reporters = ['--reporter=default', '--reporter=./test/summary-reporter.mjs'];
  const filters = process.argv.slice(2);
  if (filters.length > 0) filters.push('--passWithNoTests');
  const { status } = vitest(['run', ...chosen(suite), ...reporters, ...filters], { SPINEL_TEST_SUMMARY: summary });
  const counts = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
  // Vitest itself can fail: a crash, a bad option, no tests.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** How many tests a suite has that cannot run here; at least the one that its absence is. */
function countTests(suite, scratch) {
  const list = join(scratch, 'list.json');
  const listed = spawnSync(
    process.execPath,
    [VITEST, 'list', ...chosen(suite), '--config', 'test/vitest.config.ts', `--json=${list}`],
    { cwd: ROOT, stdio: 'ignore', timeout: 60_000 },
  );
  if (listed.status !== 0 || !existsSync(list)) return 1;
  return Math.max(1, JSON.parse(readFileSync(list, 'utf8')).length);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const missing = [];
const scratch = mkdtempSync(join(tmpdir(), 'spinel-test-'));
let built = false;
try {
  await build((line) => console.log(line));
  built = true;
} catch (cause) {
  console.error(Array.isArray(cause.errors) ? 'not built' : `not built: ${cause.message}`);
  total.failed++;
}
try {
  for (const suite of SUITES) {
    if (suite.folder !== undefined && !existsSync(join(ROOT, suite.folder))) continue;
    const lack = suite.lacks?.();
    if (lack === undefined) {
      const counts = runSuite(suite, scratch);
      for (const kind of Object.keys(total)) total[kind] += counts[kind];
    } else {
      const skipped = countTests(suite, scratch);
      missing.push(`skipped ${suite.projects.join(', ')} (${skipped}): ${lack}`);
      total.skipped += skipped;
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

for (const line of missing) console.log(line);
const strict = Boolean(process.env.CI) && process.env.CI !== 'false';
if (strict && total.skipped > 0) console.log('with CI set, a skipped test counts as a failure');
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || (strict && total.skipped > 0) ? 1 : 0;
