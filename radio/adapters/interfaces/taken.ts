import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How an interface was before we took it. */
export interface Taken {
  name: string;
  /** The radio's own address: the interface may come back under another name. */
  phyMac: string;
  mode: string;
  up: boolean;
  mtu: number;
  /** What it was tuned to in monitor mode; otherwise of no use to anybody. */
  frequencyMhz: number | null;
  /** NetworkManager had it. */
  managed: boolean;
  /** We set its power. */
  powered: boolean;
}

export type Step = readonly [command: string, ...args: string[]];

/** Names of `iw ... set type`, by what `iw dev` prints. */
const MODES: Record<string, string> = {
  managed: 'managed',
  monitor: 'monitor',
  IBSS: 'ibss',
  AP: '__ap',
  'mesh point': 'mp',
};

/** The commands that give an interface back as it was. */
export function restoreSteps(taken: Taken): Step[] {
  const { name, mode, up, mtu, frequencyMhz, managed, powered } = taken;
  const steps: Step[] = [];
  if (powered) steps.push(['iw', 'dev', name, 'set', 'txpower', 'auto']);
  steps.push(['ip', 'link', 'set', name, 'down']);
  if (mode !== 'monitor') steps.push(['iw', 'dev', name, 'set', 'type', MODES[mode] ?? 'managed']);
  if (mtu > 0) steps.push(['ip', 'link', 'set', name, 'mtu', String(mtu)]);
  if (up) steps.push(['ip', 'link', 'set', name, 'up']);
  if (up && frequencyMhz !== null) steps.push(['iw', 'dev', name, 'set', 'freq', String(frequencyMhz)]);
  if (managed) steps.push(['nmcli', 'device', 'set', name, 'managed', 'yes']);
  return steps;
}

interface Kept {
  pid: number;
  /** When that process started, in kernel ticks: numbers of processes are used again. */
  started: string;
  taken: Taken[];
}

/** Where such files live: they need not outlive a restart of the machine, which resets interfaces anyway. */
export function stateFolder(): string {
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  return runtime ? join(runtime, 'spinel') : join(tmpdir(), `spinel-${process.getuid?.() ?? 0}`);
}

/** Remembers on disk what this process has taken, so that a crashed run can be undone by the next. */
export class TakenFile {
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string = stateFolder()) {
    this.#folder = folder;
    this.#path = join(folder, `interfaces-${process.pid}.json`);
  }

  /** Throws when it cannot be written: nothing may be taken that could not be given back. */
  write(taken: readonly Taken[]): void {
    if (taken.length === 0) {
      rmSync(this.#path, { force: true });
      return;
    }
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#checkFolder();
    const kept: Kept = { pid: process.pid, started: startedAt(process.pid), taken: [...taken] };
    writeFileSync(`${this.#path}.new`, JSON.stringify(kept));
    renameSync(`${this.#path}.new`, this.#path);
  }

  /** What processes that are gone had taken and not given back; the files are removed. */
  takeAbandoned(): Taken[] {
    const abandoned: Taken[] = [];
    let files: string[] = [];
    try {
      files = readdirSync(this.#folder).filter((file) => /^interfaces-\d+\.json$/.test(file));
      if (files.length > 0) this.#checkFolder();
    } catch {
      return [];
    }
    for (const file of files) {
      const path = join(this.#folder, file);
      const kept = readKept(path);
      if (kept && kept.pid === process.pid && kept.started === startedAt(process.pid)) continue;
      if (kept && startedAt(kept.pid) === kept.started) continue;
      rmSync(path, { force: true });
      if (kept) abandoned.push(...kept.taken);
    }
    return abandoned;
  }

  /** Nobody else may tell us what to do to interfaces: the folder must be our own. */
  #checkFolder(): void {
    const { uid, mode } = lstatSync(this.#folder);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
      throw new Error(`${this.#folder} belongs to somebody else, or others may write to it`);
    }
  }
}

/** Start time of a process; empty when there is none. Source: proc(5), field 22 of /proc/PID/stat. */
function startedAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function readKept(path: string): Kept | undefined {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept;
    const known = Number.isInteger(kept.pid) && typeof kept.started === 'string' && Array.isArray(kept.taken);
    return known ? { ...kept, taken: kept.taken.filter(isTaken) } : undefined;
  } catch {
    return undefined;
  }
}

/** Such a name can be nothing else on a command line. Source: Linux net/core/dev.c, dev_valid_name. */
export function isInterfaceName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}$/.test(name);
}

function isTaken(value: unknown): value is Taken {
  const taken = value as Taken;
  return (
    typeof value === 'object' &&
    value !== null &&
    isInterfaceName(taken.name) &&
    typeof taken.phyMac === 'string' &&
    typeof taken.mode === 'string' &&
    typeof taken.up === 'boolean' &&
    Number.isInteger(taken.mtu) &&
    (taken.frequencyMhz === null || Number.isInteger(taken.frequencyMhz)) &&
    typeof taken.managed === 'boolean' &&
    typeof taken.powered === 'boolean'
  );
}
