import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build } from '../main/build.mjs';

/**
 * `npm run bench [-- name...]`: each file of test/bench in a Node process of its own, so that none inherits the heap or
 * the optimised code of another. A bench is a default export `(print) => Promise<void>`; it runs in the repository's
 * root, with `gc()`, on the built program.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'test/bench');
const OUT = join(ROOT, '.cache/bench');

const all = existsSync(FOLDER)
  ? readdirSync(FOLDER)
      .filter((file) => file.endsWith('.bench.ts'))
      .map((file) => basename(file, '.bench.ts'))
      .sort()
  : [];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));

async function run(name) {
  const outfile = join(OUT, `${name}.mjs`);
  await esbuild({
    stdin: {
      contents: `import bench from './${name}.bench.ts'; await bench((line) => console.log(line));`,
      resolveDir: FOLDER,
      sourcefile: `run-${name}.ts`,
      loader: 'ts',
    },
    outfile,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    // Packages have files beside them that a bundle would lose (playwright-core).
    packages: 'external',
    logLevel: 'error',
  });
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--enable-source-maps', outfile], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}

if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}; there are: ${all.join(', ') || 'none'}`);
  process.exitCode = 1;
} else {
  const processors = cpus();
  console.log(`${processors.length} x ${processors[0]?.model.trim() ?? 'unknown CPU'}, Node ${process.versions.node}`);
  await build((line) => console.log(line));
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const name of asked.length > 0 ? asked : all) await run(name);
}
