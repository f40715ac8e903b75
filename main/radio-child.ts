import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A radio process as its keeper sees it: plain Node here, an Electron utility process in utility-child.ts. */
export interface RadioChild {
  readonly pid: number | undefined;
  /** Ports are handed over with the message; only a utility process can take any. */
  post(message: unknown, ports?: readonly unknown[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; `how` is such as `signal SIGKILL` or `code 1`. */
  onExit(listener: (how: string) => void): void;
  /** Asks it to end, or ends it. */
  kill(force: boolean): void;
  /** The last lines it wrote on stderr, newest last. */
  readonly lastWords: readonly string[];
}

/** Lines of stderr that are kept to explain an end. */
const LAST_WORDS = 30;

/** Starts `entry` in a Node process of its own. It is told of our end by the closing of its IPC channel. */
export function forkRadio(entry: string, log: (line: string) => void): RadioChild {
  const child = fork(entry, [], { execArgv: ['--enable-source-maps'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const lastWords: string[] = [];
  eachLine(child.stdout, log);
  eachLine(child.stderr, (line) => keepLine(lastWords, line, log));
  // A process that could not be started, or a message that found it gone: its end says the same.
  child.on('error', (error) => keepLine(lastWords, error.message, log));
  return {
    pid: child.pid,
    lastWords,
    post: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      if (child.pid === undefined) setImmediate(listener, 'could not be started');
      // `close` comes after `exit`, when its last words have been read.
      else child.once('close', (code, signal) => listener(signal === null ? `code ${code}` : `signal ${signal}`));
    },
    kill: (force) => {
      child.kill(force ? 'SIGKILL' : 'SIGTERM');
    },
  };
}

/** Splits what a child writes into lines. */
export function eachLine(stream: Readable | null, take: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() as string).slice(-4096);
    for (const line of lines) take(line.trimEnd());
  });
  stream?.on('end', () => {
    if (rest !== '') take(rest);
  });
}

/** What of the last lines explains an end: the newest that names an error, else the last three. */
export function explanation(lastWords: readonly string[]): string {
  return lastWords.findLast((line) => /Error\b.*: /.test(line)) ?? lastWords.slice(-3).join(' | ');
}

/** Remembers a line among the last ones and passes it on. */
export function keepLine(lastWords: string[], line: string, log: (line: string) => void): void {
  if (line === '') return;
  lastWords.push(line);
  if (lastWords.length > LAST_WORDS) lastWords.shift();
  log(line);
}
