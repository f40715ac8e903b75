import type { Readable } from 'node:stream';
import { type MessagePortMain, utilityProcess } from 'electron';
import { eachLine, keepLine, type RadioChild } from './radio-child.ts';

/** Starts `entry` in an Electron utility process, which ends with us. */
export function utilityRadio(entry: string, log: (line: string) => void): RadioChild {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Spinel radio', stdio: 'pipe' });
  const lastWords: string[] = [];
  eachLine(child.stdout as Readable | null, log);
  eachLine(child.stderr as Readable | null, (line) => keepLine(lastWords, line, log));
  return {
    get pid() {
      return child.pid;
    },
    lastWords,
    post: (message, ports = []) => child.postMessage(message, ports as MessagePortMain[]),
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', (code) => listener(`code ${code}`));
    },
    kill: (force) => {
      const { pid } = child;
      if (!force || pid === undefined) child.kill();
      else process.kill(pid, 'SIGKILL');
    },
  };
}
