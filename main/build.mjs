import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStamp, stampOf, withLock, writeStamp } from './build-stamp.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

/** Any of these changes every part. */
const ALWAYS = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'main/build.mjs', 'main/build-stamp.mjs'];

/** Folders a part is built from, and what builds it into an empty folder. */
const PARTS = [
  { name: 'main', inputs: ['main', 'radio'], build: buildMain },
  { name: 'radio', inputs: ['radio'], build: buildRadio },
  { name: 'app', inputs: ['app', 'radio'], build: buildApp },
];

/**
 * Builds what is missing or older than its sources into dist. A part is built beside its place and then moved there, so
 * that a running program never sees half of it. Returns the names of the parts that were built.
 */
export async function build(say = () => {}) {
  if (outdatedParts().length === 0) return [];
  return withLock(join(DIST, '.lock'), async () => {
    // Another process may have built them while we waited.
    const parts = outdatedParts();
    const began = performance.now();
    for (const part of parts) {
      const stamp = stampOf(ROOT, [...ALWAYS, ...part.inputs]);
      const next = join(DIST, `.next-${part.name}`);
      rmSync(next, { recursive: true, force: true });
      mkdirSync(next, { recursive: true });
      await part.build(next);
      rmSync(join(DIST, part.name), { recursive: true, force: true });
      renameSync(next, join(DIST, part.name));
      writeStamp(stampFile(part), stamp);
    }
    const names = parts.map((part) => part.name);
    if (names.length > 0) say(`built ${names.join(', ')} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return names;
  });
}

function stampFile(part) {
  return join(DIST, `.stamp-${part.name}`);
}

function outdatedParts() {
  return PARTS.filter(
    (part) =>
      !existsSync(join(DIST, part.name)) || readStamp(stampFile(part)) !== stampOf(ROOT, [...ALWAYS, ...part.inputs]),
  );
}

function buildMain(outdir) {
  return Promise.all([
    bundle(outdir, ['main/cli.ts', 'main/main.ts'], 'esm'),
    // A sandboxed preload script is CommonJS and sees no other file.
    bundle(outdir, ['main/preload.ts'], 'cjs', { outExtension: { '.js': '.cjs' } }),
  ]);
}

function buildRadio(outdir) {
  return bundle(outdir, ['radio/host/entry.ts', 'radio/host/link-thread.ts'], 'esm');
}

async function bundle(outdir, entries, format, more = {}) {
  const { build: esbuild } = await import('esbuild');
  await esbuild({
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => ({ in: entry, out: basename(entry, '.ts') })),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    sourcemap: true,
    external: ['electron', 'koffi'],
    // Packages written in CommonJS (ws) ask for Node's own modules by require.
    banner:
      format === 'esm'
        ? { js: "import { createRequire as __from } from 'node:module'; const require = __from(import.meta.url);" }
        : {},
    logLevel: 'error',
    ...more,
  });
}

async function buildApp(outDir) {
  const { build: viteBuild } = await import('vite');
  await viteBuild({
    configFile: join(ROOT, 'app/vite.config.ts'),
    root: join(ROOT, 'app'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const built = await build((line) => console.log(line));
    if (built.length === 0) console.log('dist is up to date');
  } catch (cause) {
    // esbuild has already shown its own errors.
    if (!Array.isArray(cause.errors)) console.error(cause.message ?? cause);
    process.exitCode = 1;
  }
}
