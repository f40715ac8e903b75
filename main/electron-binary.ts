import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A download of which nothing arrived for this long is given up. */
const SILENCE_MS = 20_000;
/** A download that failed is not tried again for this long. */
const REMEMBER_MS = 24 * 3600_000;

/** Folder of the `electron` package seen from `root`, or undefined when it is not installed. */
export function electronPackage(root: string): string | undefined {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** Electron's executable as its package's own index.js would find it, or undefined when it is not there. */
export function electronBinary(folder: string): string | undefined {
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8');
    const file = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Where the system keeps what programs may lose. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'spinel');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'spinel', 'Cache');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spinel');
}

/** A failed download, kept so that not every start waits for the next one. */
export class FetchMemory {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'electron-fetch.json');
  }

  /** Why this version could not be fetched within the last day; undefined when it is worth a try. */
  failure(version: string, now: number): string | undefined {
    try {
      const kept = JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, unknown>;
      const { failedAt, reason } = kept;
      if (kept['version'] !== version || typeof failedAt !== 'number' || typeof reason !== 'string') return undefined;
      return failedAt <= now && now - failedAt < REMEMBER_MS ? reason : undefined;
    } catch {
      return undefined;
    }
  }

  remember(version: string, now: number, reason: string): void {
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, JSON.stringify({ version, failedAt: now, reason }));
    } catch {
      // A cache that cannot be written costs the next start a try, no more.
    }
  }
}

/**
 * Runs the package's own install.js. Resolves to undefined when the executable is there, else to the reason in a few
 * words. The download takes as long as it needs, but is given up after `silenceMs` in which nothing arrived.
 */
export async function fetchElectron(folder: string, silenceMs = SILENCE_MS): Promise<string | undefined> {
  // The download goes through a temporary folder of its own, so that its growth can be watched.
  const scratch = mkdtempSync(join(tmpdir(), 'spinel-electron-'));
  const env = { ...process.env, TMPDIR: scratch, TEMP: scratch, TMP: scratch };
  const child = spawn(process.execPath, [join(folder, 'install.js')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  let silent = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4096);
  });
  let size = -1;
  let grewAt = Date.now();
  const watch = setInterval(
    () => {
      const now = sizeOf(scratch) + sizeOf(join(folder, 'dist'));
      if (now !== size) grewAt = Date.now();
      size = now;
      silent = Date.now() - grewAt > silenceMs;
      if (silent) child.kill('SIGKILL');
    },
    Math.min(500, silenceMs),
  );
  await new Promise<void>((done) => child.once('error', () => done()).once('close', () => done()));
  clearInterval(watch);
  rmSync(scratch, { recursive: true, force: true });
  if (electronBinary(folder) !== undefined) return undefined;
  return silent ? `nothing arrived for ${silenceMs / 1000} s` : reasonOf(errors);
}

function sizeOf(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce(
        (sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
  } catch {
    return 0;
  }
}

/** The sentence of an error's printed stack: its cause's, where it has one. */
export function reasonOf(errors: string): string {
  const said = [...errors.matchAll(/^\s*(?:\[cause\]: )?(?:\w*Error(?: \[\w+\])?): (.+)$/gm)].map((match) => match[1]);
  const last = said.at(-1) ?? errors.trim().split('\n')[0] ?? '';
  // All that Node says when the server cannot be reached, and it leaves the cause out of the stack.
  if (last === 'fetch failed') return 'no connection to the download server';
  return last.replace(/[{\s]+$/, '').slice(0, 160) || 'the download failed';
}
