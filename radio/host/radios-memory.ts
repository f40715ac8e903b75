import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FoundAirUnit } from '../api/contract.ts';
import { isRecord } from '../api/validate.ts';

/** An air unit that was flown or found. */
export interface RememberedUnit {
  protocol: FoundAirUnit['protocol'];
  id: number;
  name: string;
  frequencyMhz: number;
}

/** What is kept from one start to the next. */
export interface Remembered {
  /** Where air units were, MHz, the most recent first. */
  channelsMhz: number[];
  airUnit: RememberedUnit | null;
}

const FILE = 'radios.json';
const MAX_CHANNELS = 8;
const MAX_FILE_LEN = 65_536;
const MAX_NAME_LEN = 32;

/** Where settings live: XDG_CONFIG_HOME, or ~/.config. */
export function configFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'spinel');
}

/**
 * Remembers channels and the air unit in a small file. A file that cannot be read or written, or says nonsense, is as good
 * as none: it only saves time.
 */
export class RadioMemory {
  readonly #path: string;
  #remembered: Remembered | undefined;

  constructor(folder: string = configFolder()) {
    this.#path = join(folder, FILE);
  }

  get remembered(): Remembered {
    this.#remembered ??= readRemembered(this.#path);
    return this.#remembered;
  }

  /** An air unit was here. */
  channel(frequencyMhz: number): void {
    const { channelsMhz, airUnit } = this.remembered;
    if (channelsMhz[0] === frequencyMhz) return;
    const others = channelsMhz.filter((mhz) => mhz !== frequencyMhz);
    this.#keep({ channelsMhz: [frequencyMhz, ...others].slice(0, MAX_CHANNELS), airUnit });
  }

  /** This one, and its channel. */
  unit({ protocol, id, name, frequencyMhz }: RememberedUnit): void {
    const { airUnit } = this.remembered;
    const known = airUnit?.protocol === protocol && airUnit.id === id;
    const unit = { protocol, id, name: (name || (known ? airUnit.name : '')).slice(0, MAX_NAME_LEN), frequencyMhz };
    if (!known || airUnit.name !== unit.name || airUnit.frequencyMhz !== frequencyMhz) {
      this.#keep({ ...this.remembered, airUnit: unit });
    }
    this.channel(frequencyMhz);
  }

  #keep(remembered: Remembered): void {
    this.#remembered = remembered;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      // Whole or not at all: the machine may be switched off at any time.
      const next = `${this.#path}.${process.pid}`;
      writeFileSync(next, `${JSON.stringify(remembered, null, 2)}\n`);
      renameSync(next, this.#path);
    } catch {
      // A full disk or a read-only home: the next search takes longer.
    }
  }
}

function readRemembered(path: string): Remembered {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MAX_FILE_LEN ? NOTHING() : checkRemembered(JSON.parse(text));
  } catch {
    return NOTHING();
  }
}

const NOTHING = (): Remembered => ({ channelsMhz: [], airUnit: null });

/** Takes what makes sense of a file that anybody may have edited. */
export function checkRemembered(value: unknown): Remembered {
  if (!isRecord(value)) return NOTHING();
  const { channelsMhz, airUnit } = value as Record<string, unknown>;
  const channels = Array.isArray(channelsMhz) ? channelsMhz.filter(isFrequency) : [];
  return {
    channelsMhz: [...new Set(channels)].slice(0, MAX_CHANNELS),
    airUnit: isUnit(airUnit) ? { ...airUnit, name: airUnit.name.slice(0, MAX_NAME_LEN) } : null,
  };
}

function isUnit(value: unknown): value is RememberedUnit {
  if (!isRecord(value)) return false;
  const { protocol, id, name, frequencyMhz } = value as Record<string, unknown>;
  return (
    (protocol === 'rubyfpv' || protocol === 'wfb-ng') &&
    Number.isInteger(id) &&
    (id as number) > 0 &&
    (id as number) < 2 ** 32 &&
    typeof name === 'string' &&
    isFrequency(frequencyMhz)
  );
}

function isFrequency(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 2300 && (value as number) <= 7200;
}
