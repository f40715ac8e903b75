import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where what runs inside lies, as seen from the repository: its packages are found from there. */
export const GUESTS = '.cache/lab/guests';

/** Bundles the programs that run inside. */
export async function buildGuests(): Promise<void> {
  await build({
    entryPoints: ['air', 'ground'].map((name) => ({ in: join(ROOT, `test/lab/${name}.ts`), out: name })),
    outdir: join(ROOT, GUESTS),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['koffi'],
    logLevel: 'error',
  });
}

/** A fresh work folder that an ordinary user inside may write to. */
export function workFolder(name: string): string {
  const folder = join(ROOT, '.cache/lab', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a program inside as nobody, with the two rights that radios take and no others. */
export const AS_NOBODY =
  'setpriv --reuid=65534 --regid=65534 --clear-groups ' +
  '--inh-caps=-all,+net_raw,+net_admin --ambient-caps=-all,+net_raw,+net_admin';

// biome-ignore lint/suspicious/noExplicitAny: what a program inside wrote
export function readJson(folder: string, name: string): any {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

/** Shell: waits until a condition holds, at most so many seconds. */
export const until = (condition: string, seconds: number) =>
  `for i in $(seq ${seconds * 5}); do ${condition} && break; sleep 0.2; done`;
