import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RadiosRequest, SourceRequest } from '../radio/api/contract.ts';
import { RadioError } from '../radio/base/errors.ts';
import { BROWSER_ADVICE, openBrowser, planBrowser } from './browser.ts';
import { cacheFolder, electronBinary, electronPackage, FetchMemory, fetchElectron } from './electron-binary.ts';
import { startHeadless } from './headless.ts';
import { chooseWindow, type Surroundings } from './launcher.ts';
import { places } from './places.ts';
import { eachLine, explanation, keepLine } from './radio-child.ts';

export interface StartOptions {
  /** Never a window of our own. */
  headless: boolean;
  /** For the browser: 1 to 65535, or undefined for the first free one from 8360. */
  port: number | undefined;
  /** Captures to play at once; relative to the current folder. */
  play: string[];
  /** The captures are played again and again. */
  loop: boolean;
  /** Open the browser, if there is one. */
  open: boolean;
  /** Fly the demo at once. */
  demo: boolean;
  /** Listen with these interfaces at once. */
  radios?: RadiosRequest | undefined;
}

/** An Electron that ends with an error this soon has not shown a window. */
const ELECTRON_START_MS = 10_000;

/**
 * Runs the program until its person ends it; resolves to the exit code: 0, or 1 when it could not start (one sentence on
 * stderr says why). Electron if it can show a window, else the same interface for a browser.
 */
export async function start(options: StartOptions): Promise<number> {
  const source = sourceOf(options);
  if (typeof source === 'string') {
    process.stderr.write(`spinel: ${source}\n`);
    return 1;
  }
  const choice = await chooseWindow(options.headless, surroundings());
  let why = choice.window === 'browser' ? choice.why : undefined;
  if (choice.window === 'electron') {
    const ended = await runElectron(choice.binary, source);
    if (typeof ended === 'number') return ended;
    why = `Electron could not start (${ended.reason})`;
  }
  return runHeadless(options, source, why);
}

/** What to open at once; a sentence when a file cannot be played. */
export function sourceOf({
  play,
  loop,
  demo,
  radios,
}: Pick<StartOptions, 'play' | 'loop' | 'demo' | 'radios'>): SourceRequest | string | undefined {
  const files = play.map((file) => resolve(file));
  for (const [index, file] of files.entries()) {
    const fault = whyUnreadable(file);
    if (fault !== undefined) return `${play[index]}: ${fault}`;
  }
  if (files.length > 0) return { kind: 'captures', files, loop };
  return demo ? { kind: 'demo' } : radios;
}

function whyUnreadable(file: string): string | undefined {
  try {
    if (!statSync(file).isFile()) return 'not a file';
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
    return code === 'EACCES' || code === 'EPERM' ? 'no permission to read it' : `cannot be read (${code})`;
  }
}

function surroundings(): Surroundings {
  const memory = new FetchMemory(cacheFolder());
  const folder = electronPackage(places().root);
  return {
    platform: process.platform,
    env: process.env,
    uid: process.getuid?.(),
    electron: folder === undefined ? undefined : { folder, version: versionOf(folder) },
    binary: electronBinary,
    failedBefore: (version) => memory.failure(version, Date.now()),
    fetch: async (from, version) => {
      process.stderr.write(`spinel: fetching Electron ${version}, once (about 120 MB)\n`);
      const reason = await fetchElectron(from);
      if (reason !== undefined) memory.remember(version, Date.now(), reason);
      return reason;
    },
  };
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Runs Electron to its end: the exit code, or why there never was a window. */
async function runElectron(binary: string, source: SourceRequest | undefined): Promise<number | { reason: string }> {
  const { root } = places();
  const began = performance.now();
  const env: NodeJS.ProcessEnv = { ...process.env, SPINEL_START: JSON.stringify({ source }) };
  // Editors built on Electron leave this in their terminals; with it Electron is plain Node.
  delete env['ELECTRON_RUN_AS_NODE'];
  const child = spawn(binary, [root], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  const lastWords: string[] = [];
  eachLine(child.stderr, (line) => keepLine(lastWords, line, (text) => process.stderr.write(`${text}\n`)));
  const stopAsking = onStop(() => child.kill('SIGTERM'));
  const how = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? `${signal}`));
  });
  const asked = stopAsking();
  if (how === 0 || asked) return 0;
  if (performance.now() - began < ELECTRON_START_MS) return { reason: explanation(lastWords) || `ended with ${how}` };
  return 1;
}

async function runHeadless(
  options: StartOptions,
  source: SourceRequest | undefined,
  why: string | undefined,
): Promise<number> {
  let headless: Awaited<ReturnType<typeof startHeadless>>;
  try {
    headless = await startHeadless({ port: options.port, source });
  } catch (cause) {
    if (!(cause instanceof RadioError)) throw cause;
    process.stderr.write(`spinel: ${cause.message}\n`);
    return 1;
  }
  const serving = `erving the ${why === undefined ? '' : 'same '}interface at ${headless.url}`;
  process.stdout.write(why === undefined ? `S${serving}\n` : `${why}: s${serving}\n`);
  const tty = process.stdout.isTTY === true;
  const plan = options.open
    ? planBrowser(headless.url, { platform: process.platform, env: process.env, tty })
    : undefined;
  if (plan !== undefined) {
    openBrowser(plan, (reason) => process.stderr.write(`spinel: no browser could be opened (${reason})\n`));
  }
  if (plan?.chromium !== true) process.stdout.write(`${BROWSER_ADVICE}\n`);
  await new Promise<void>((stop) => onStop(stop));
  await headless.close();
  return 0;
}

/** Calls once when the person or the system asks us to end. The result stops that and says whether it was asked. */
function onStop(stop: () => void): () => boolean {
  let asked = false;
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listener = () => {
    // A second request finds no listener and ends us at once.
    for (const signal of signals) process.off(signal, listener);
    asked = true;
    stop();
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
    return asked;
  };
}
