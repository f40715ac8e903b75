import { execFile, spawnSync } from 'node:child_process';

/** How a program ended. */
export interface Outcome {
  /** 0 to 255; undefined when it could not be run, was killed, or took too long. */
  code: number | undefined;
  /** It is not installed. */
  missing: boolean;
  stdout: string;
  stderr: string;
}

/** Runs a program; never rejects. */
export type Run = (command: string, args: readonly string[]) => Promise<Outcome>;

/** `iw` and `ip` answer at once; a driver that hangs must not hang us. */
const TIMEOUT_MS = 10_000;
/** Debian keeps them here, which is not in every user's PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`;
const OPTIONS = {
  timeout: TIMEOUT_MS,
  killSignal: 'SIGKILL',
  maxBuffer: 8 * 1024 * 1024,
  encoding: 'utf8',
  // Their words are read by us: never in another language.
  env: { ...process.env, PATH, LC_ALL: 'C' },
} as const;

export const runCommand: Run = (command, args) =>
  new Promise((resolve) => {
    execFile(command, [...args], OPTIONS, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({
        code,
        missing: error?.code === 'ENOENT',
        stdout,
        stderr: stderr || (code === undefined ? 'no answer' : ''),
      });
    });
  });

/** The same without giving way to anything else: for a process that is ending. */
export function runCommandNow(command: string, args: readonly string[]): void {
  spawnSync(command, [...args], { ...OPTIONS, stdio: 'ignore' });
}
