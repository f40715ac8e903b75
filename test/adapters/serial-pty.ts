import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A terminal whose far end is this process; the near end, `path`, is opened like a serial port. */
export interface FarEnd {
  readonly path: string;
  onBytes: (bytes: Buffer) => void;
  write(bytes: Uint8Array | string): void;
  /** Unplugs it. */
  unplug(): Promise<void>;
}

const PYTHON = `
import os, pty, select, sys, tty
far, near = pty.openpty()
tty.setraw(near)
os.symlink(os.ttyname(near), sys.argv[1])
while True:
    ready, _, _ = select.select([0, far], [], [])
    if 0 in ready:
        data = os.read(0, 4096)
        if not data: break
        os.write(far, data)
    if far in ready:
        os.write(1, os.read(far, 4096))
`;

const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const maker = has('socat', '-V') ? 'socat' : has('python3', '-c', 'import pty') ? 'python3' : undefined;

/** Why there are no terminals here; false when there are. */
export const noPty: string | false = maker === undefined && 'skipped: neither socat nor python3 is installed';

/** A folder for the names of terminals; gone when the tests end. */
export function ptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spinel-serial-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Plugs in a terminal under `path`. */
export async function plugIn(path: string): Promise<FarEnd> {
  const child: ChildProcessByStdio<Writable, Readable, null> =
    maker === 'socat'
      ? spawn('socat', [`pty,raw,echo=0,link=${path}`, 'stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
      : spawn('python3', ['-c', PYTHON, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  const end: FarEnd = {
    path,
    onBytes: () => {},
    write: (bytes) => void child.stdin.write(bytes),
    unplug: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => {
          rmSync(path, { force: true });
          resolve();
        });
        child.kill('SIGKILL');
      }),
  };
  child.stdout.on('data', (bytes: Buffer) => end.onBytes(bytes));
  await until(() => existsSync(path));
  return end;
}

/** Waits until `test` holds; throws after `timeoutMs`. */
export async function until(test: () => boolean, timeoutMs = 10_000): Promise<void> {
  for (const start = performance.now(); !test(); ) {
    if (performance.now() - start > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${test}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
