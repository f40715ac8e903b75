import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { missingRights, rightsCommand, setprivArguments } from '../radio/base/rights.ts';
import { eachLine, keepLine, type RadioChild } from './radio-child.ts';

/*
 * Wi-Fi adapters take two rights that ordinary programs have not (radio/base/rights.ts). The radio process, and nothing else, is
 * started with them: as the same ordinary user, by util-linux's `setpriv` with ambient capabilities. No file on disk holds a
 * right, so any Node or Electron binary will do (file capabilities break Electron's library path, electron#4583).
 */

/** What the way to the rights depends on. Everything that touches the machine is asked for, so tests can answer. */
export interface RightsSurroundings {
  platform: string;
  uid: number;
  gid: number;
  env: Record<string, string | undefined>;
  /** /proc/self/status. */
  status: string;
  /** There is a terminal where a password can be typed. */
  terminal: boolean;
  /** Path of an installed program. */
  find(program: string): string | undefined;
}

export type RightsPlan =
  /** This process has them already, and hands them on. */
  | { way: 'held' }
  /** A command line that ends where the program's begins. */
  | { way: 'asked'; command: string; args: string[] }
  /** Says in words what the person can do. */
  | { way: 'impossible'; advice: string };

/** Installed by our packages beside resources/polkit/org.spinel.radio.policy, whose words `pkexec` then shows. */
const LAUNCHER = '/usr/libexec/spinel-radio';

/** Kept for the program although `pkexec` and `sudo` clear the environment. */
const KEPT = ['HOME', 'PATH', 'LANG', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'];

/** How a radio process can be started with rights: by a password window on a desktop, else by one in the terminal. */
export function planRights(around: RightsSurroundings): RightsPlan {
  const { platform, env, find } = around;
  if (platform !== 'linux') return { way: 'impossible', advice: 'Wi-Fi adapters can be used on Linux only.' };
  const sudoUid = Number(env['SUDO_UID'] ?? 0);
  const isRoot = around.uid === 0;
  // Started by sudo: the radio goes back to the person who did.
  const uid = isRoot && sudoUid > 0 ? sudoUid : around.uid;
  const gid = isRoot && sudoUid > 0 ? Number(env['SUDO_GID'] ?? sudoUid) : around.gid;
  const setpriv = find('setpriv');
  const kept = KEPT.flatMap((name) => (env[name] ? [`${name}=${env[name]}`] : []));
  const asUser = [
    ...setprivArguments(uid, gid),
    '--',
    'env',
    ...(uid === around.uid ? kept : []),
    'ELECTRON_RUN_AS_NODE=1',
  ];
  if (missingRights(around.status).length === 0) {
    return isRoot && uid !== 0 && setpriv ? { way: 'asked', command: setpriv, args: asUser } : { way: 'held' };
  }
  const by = (command: string | undefined, ...more: string[]): RightsPlan | undefined =>
    command && setpriv ? { way: 'asked', command, args: [...more, setpriv, ...asUser] } : undefined;
  const desktop = Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
  const pkexec = desktop ? find('pkexec') : undefined;
  const launcher = find(LAUNCHER);
  if (pkexec && launcher) {
    return { way: 'asked', command: pkexec, args: [launcher, 'env', ...kept, 'ELECTRON_RUN_AS_NODE=1'] };
  }
  const sudo = around.terminal ? find('sudo') : undefined;
  const plan = by(pkexec) ?? by(sudo, '--prompt=Password for the Wi-Fi adapters: ');
  if (plan) return plan;
  const missing = setpriv ? '' : ' (setpriv comes with the package util-linux)';
  return {
    way: 'impossible',
    advice: `Wi-Fi adapters take rights that nobody can be asked for here. Start Spinel with them: ${rightsCommand(uid, gid, 'spinel start')}${missing}`,
  };
}

/** The machine as it is. */
export function rightsSurroundings(): RightsSurroundings {
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    env: process.env,
    status: process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '',
    terminal: process.stdin.isTTY === true,
    find: findProgram,
  };
}

function findProgram(name: string): string | undefined {
  const folders = name.startsWith('/')
    ? ['']
    : `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`.split(delimiter);
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return path.startsWith('/');
      } catch {
        return false;
      }
    });
}

/** Marks a line of the radio's stdout as a message; any other is for the log. */
export const MESSAGE_MARK = '@spinel ';

/**
 * Starts `entry` in a Node process by a plan's command line, as an alternative to forkRadio. `pkexec` and `sudo` close every
 * descriptor but the first three, so there is no IPC channel: messages are lines of JSON on stdin, and on stdout behind
 * MESSAGE_MARK. The end of its stdin tells the radio of our end, which no signal of ours may: sudo runs as root.
 */
export function rightfulRadio(
  plan: Extract<RightsPlan, { way: 'asked' }>,
  entry: string,
  log: (line: string) => void,
): RadioChild {
  const args = [...plan.args, process.execPath, '--enable-source-maps', entry];
  const child = spawn(plan.command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const lastWords: string[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  eachLine(child.stdout, (line) => {
    if (!line.startsWith(MESSAGE_MARK)) log(line);
    else for (const listener of listeners) listener(parse(line.slice(MESSAGE_MARK.length)));
  });
  eachLine(child.stderr, (line) => keepLine(lastWords, line, log));
  child.on('error', (error) => keepLine(lastWords, error.message, log));
  // A radio that has ended meanwhile says so by its exit.
  child.stdin.on('error', () => {});
  return {
    pid: child.pid,
    lastWords,
    post: (message) => {
      if (child.stdin.writable) child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (listener) => {
      listeners.push(listener);
    },
    onExit: (listener) => {
      if (child.pid === undefined) setImmediate(listener, 'could not be started');
      else child.once('close', (code, signal) => listener(exitInWords(code, signal)));
    },
    kill: (force) => {
      child.stdin.end();
      if (force) child.kill('SIGKILL');
    },
  };
}

/** 126 and 127 of `pkexec`: the password window was closed, or the person may not. Source: pkexec(1), RETURN VALUE. */
function exitInWords(code: number | null, signal: string | null): string {
  if (signal !== null) return `signal ${signal}`;
  return code === 126 || code === 127 ? `code ${code}: the rights were not granted` : `code ${code}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
