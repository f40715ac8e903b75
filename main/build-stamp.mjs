import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A lock whose owner cannot be asked any more is taken over after this long. */
const LOCK_STALE_MS = 5 * 60_000;

/** Built output and editors' leftovers say nothing about the sources. */
const SKIPPED = /(^|[/\\])(node_modules|dist|\.[^/\\]*)([/\\]|$)|~$|\.tsbuildinfo$/;

/**
 * What the inputs look like now: a digest over name, size and time of change of every file. Inputs are files and folders,
 * relative to `root`; one that is missing counts as missing.
 */
export function stampOf(root, inputs) {
  const digest = createHash('sha256');
  for (const input of inputs) {
    const files = filesUnder(root, input);
    if (files.length === 0) digest.update(`${input} missing\n`);
    for (const file of files) {
      const { size, mtimeMs } = statSync(join(root, file));
      digest.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  return digest.digest('hex');
}

function filesUnder(root, input) {
  const stat = statSync(join(root, input), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [input];
  return readdirSync(join(root, input), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '/').length))
    .filter((file) => !SKIPPED.test(file))
    .sort();
}

export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export function writeStamp(file, stamp) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, stamp);
}

/** Runs `work` while no other process of this machine holds the lock file; waits for one that does. */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  while (!takeLock(file)) {
    if (isAbandoned(file)) rmSync(file, { force: true });
    else await new Promise((wake) => setTimeout(wake, 100));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function takeLock(file) {
  try {
    const handle = openSync(file, 'wx');
    writeFileSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (cause) {
    if (cause.code === 'EEXIST') return false;
    throw cause;
  }
}

function isAbandoned(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  const age = Date.now() - stat.mtimeMs;
  const owner = Number(readStamp(file));
  // An empty file is one whose owner is just writing its name into it.
  if (!Number.isInteger(owner) || owner <= 0) return age > 2000;
  return age > LOCK_STALE_MS || !isAlive(owner);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause.code === 'EPERM';
  }
}
