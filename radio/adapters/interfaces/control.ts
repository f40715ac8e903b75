import { RadioError } from '../../base/errors.ts';
import { channelOf } from '../../wifi/channels.ts';
import { type Outcome, type Run, runCommand, runCommandNow } from './command.ts';
import { type IwInterface, readIwDev } from './iw-text.ts';
import { listInterfaces, type WifiInterface } from './list.ts';
import { type Attempt, refusal, silenced } from './refusals.ts';
import { readSysfs, type SysfsInterface, wifiNames } from './sysfs.ts';
import { isInterfaceName, restoreSteps, type Step, type Taken, TakenFile } from './taken.ts';

export interface WifiControlOptions {
  /** How programs are run. */
  run?: Run;
  /** Where sysfs is. */
  sys?: string;
  /** Where is remembered what was taken; undefined for the usual place. */
  folder?: string;
}

/** Room for wfb-ng's longest frames; video of RubyFPV is at most 1561 bytes with headers, more than the usual 1500. */
const MTU = 2304;

/** Takes Wi-Fi interfaces for us and gives them back. All by `iw`, `ip` and, where it is, NetworkManager's `nmcli`. */
export class WifiControl {
  readonly #run: Run;
  readonly #sys: string;
  readonly #file: TakenFile;
  readonly #taken: Taken[] = [];

  constructor(options: WifiControlOptions = {}) {
    this.#run = options.run ?? runCommand;
    this.#sys = options.sys ?? '/sys';
    this.#file = new TakenFile(options.folder);
  }

  /** All Wi-Fi interfaces of this computer. Rejects with a RadioError when not even that can be told. */
  list(): Promise<WifiInterface[]> {
    return listInterfaces(this.#run, this.#sys);
  }

  /** Gives back what a crashed run left behind. Resolves with the names. Call once, before anything is taken. */
  async recover(): Promise<string[]> {
    const abandoned = this.#file.takeAbandoned();
    for (const taken of abandoned) await this.#giveBack(taken);
    return abandoned.map(({ name }) => name);
  }

  /**
   * Takes an interface: out of NetworkManager's hands, monitor mode, up, tuned. Resolves with its present name: one that was
   * taken before and came back under another is found by its radio's address. Rejects with a RadioError: `no-adapter`,
   * `rfkill`, `no-permission`, `no-monitor`, `busy`, `no-tool`, and those of `tune`. Safe to call again.
   */
  async prepare(wanted: string, frequencyMhz: number, widthMhz: number): Promise<string> {
    const name = this.#presentName(wanted);
    const { rfkill } = readSysfs(this.#sys, name);
    if (rfkill !== undefined) throw silenced(name, rfkill);
    const now = await this.#look(name);
    const known = this.#taken.some((taken) => taken.name === wanted);
    try {
      await this.#take(wanted, name, now);
      await this.tune(name, frequencyMhz, widthMhz);
    } catch (error) {
      // Refused at the first try: it is left as it was found.
      if (!known) await this.restore(this.#taken.flatMap((taken) => (taken.name === name ? [] : [taken.name])));
      throw error;
    }
    return name;
  }

  /** Tunes an interface that was prepared; width 5, 10, 20 or 40 MHz. Rejects with a RadioError, such as `regulatory`. */
  async tune(name: string, frequencyMhz: number, widthMhz: number): Promise<void> {
    const wide = widthMhz === 20 ? '' : `, ${widthMhz} MHz wide`;
    const attempt = { name, what: `cannot be tuned to ${frequencyMhz} MHz${wide}`, channel: true };
    const width = widthArgument(frequencyMhz, widthMhz);
    await this.#must(['iw', 'dev', name, 'set', 'freq', String(frequencyMhz), width], attempt);
  }

  /** Sets the power an interface sends with, dBm. Rejects with a RadioError. */
  async setPower(name: string, dbm: number): Promise<void> {
    const attempt = { name, what: `cannot send with ${dbm} dBm`, channel: true };
    const taken = this.#taken.find((one) => one.name === name);
    if (taken && !taken.powered) {
      taken.powered = true;
      this.#file.write(this.#taken);
    }
    await this.#must(['iw', 'dev', name, 'set', 'txpower', 'fixed', String(Math.round(dbm * 100))], attempt);
  }

  /** Gives back what was taken, but for those named. Never rejects. */
  async restore(but: readonly string[] = []): Promise<void> {
    for (const taken of this.#taken.filter(({ name }) => !but.includes(name))) {
      await this.#giveBack(taken);
      this.#forget(taken);
    }
  }

  /** The same at once, for a process that is ending. */
  restoreNow(): void {
    for (const taken of [...this.#taken]) {
      for (const [command, ...args] of restoreSteps(taken)) runCommandNow(command, args);
      this.#forget(taken);
    }
  }

  #presentName(wanted: string): string {
    if (!isInterfaceName(wanted)) throw new RadioError('bad-argument', `${wanted}: this is no name of an interface.`);
    const names = wifiNames(this.#sys);
    if (names.includes(wanted)) return wanted;
    const before = this.#taken.find(({ name }) => name === wanted);
    const now = before && names.find((name) => readSysfs(this.#sys, name).phyMac === before.phyMac);
    if (now === undefined) throw new RadioError('no-adapter', `${wanted}: there is no such Wi-Fi interface.`);
    return now;
  }

  async #look(name: string): Promise<IwInterface> {
    const attempt = { name, what: 'cannot be looked at' };
    const outcome = await this.#run('iw', ['dev']);
    if (outcome.code !== 0) throw refusal('iw', outcome, attempt);
    const found = readIwDev(outcome.stdout).find((one) => one.name === name);
    if (found === undefined) throw new RadioError('no-adapter', `${name}: there is no such Wi-Fi interface.`);
    return found;
  }

  async #take(wanted: string, name: string, now: IwInterface): Promise<void> {
    await this.#remember(wanted, name, now);
    if (now.mode !== 'monitor') {
      const attempt = { name, what: 'cannot be put into monitor mode', monitor: true };
      await this.#must(['ip', 'link', 'set', name, 'down'], attempt);
      await this.#must(['iw', 'dev', name, 'set', 'type', 'monitor'], attempt);
    }
    // A driver with a smaller limit keeps its own: what then does not fit is refused frame by frame, and counted.
    if (readSysfs(this.#sys, name).mtu < MTU) await this.#run('ip', ['link', 'set', name, 'mtu', String(MTU)]);
    await this.#must(['ip', 'link', 'set', name, 'up'], { name, what: 'cannot be switched on' });
  }

  /** Before anything is changed: how it was, in the file. One that came back stays as it was when first taken. */
  async #remember(wanted: string, name: string, now: IwInterface): Promise<void> {
    const managed = await this.#isManaged(name);
    const before = this.#taken.find((one) => one.name === wanted);
    const taken = before ?? howItIs(name, now, managed, readSysfs(this.#sys, name));
    const others = this.#taken.filter((one) => one !== before);
    try {
      this.#file.write([...others, { ...taken, name }]);
    } catch (cause) {
      const words = `${name} is not taken: what it was cannot be remembered (${(cause as Error).message}).`;
      throw new RadioError('no-permission', words, { cause });
    }
    taken.name = name;
    if (before === undefined) this.#taken.push(taken);
    if (!managed) return;
    const outcome = await this.#run('nmcli', ['device', 'set', name, 'managed', 'no']);
    if (outcome.code !== 0) throw refusal('nmcli', outcome, { name, what: 'cannot be taken from NetworkManager' });
  }

  /** Whether NetworkManager has it. False when there is none, or it does not run. */
  async #isManaged(name: string): Promise<boolean> {
    const { code, stdout } = await this.#run('nmcli', ['--terse', '--fields', 'DEVICE,STATE', 'device', 'status']);
    if (code !== 0) return false;
    const line = stdout.split('\n').find((one) => one.startsWith(`${name}:`));
    return line !== undefined && !line.includes(':unmanaged');
  }

  async #must(step: Step, attempt: Attempt): Promise<void> {
    const outcome: Outcome = await this.#run(step[0], step.slice(1));
    if (outcome.code !== 0) throw refusal(step[0], outcome, attempt);
  }

  /** One that is gone has nothing left to give back; each step is tried whatever the others do. */
  async #giveBack(taken: Taken): Promise<void> {
    const names = wifiNames(this.#sys);
    const name = names.includes(taken.name)
      ? taken.name
      : names.find((one) => readSysfs(this.#sys, one).phyMac === taken.phyMac);
    if (name === undefined) return;
    for (const [command, ...args] of restoreSteps({ ...taken, name })) await this.#run(command, args);
  }

  #forget(taken: Taken): void {
    const at = this.#taken.indexOf(taken);
    if (at >= 0) this.#taken.splice(at, 1);
    try {
      this.#file.write(this.#taken);
    } catch {
      // It says more than is true: the next start gives back once more, which changes nothing.
    }
  }
}

function howItIs(name: string, now: IwInterface, managed: boolean, kernel: SysfsInterface): Taken {
  const { up, mtu, phyMac } = kernel;
  const frequencyMhz = now.mode === 'monitor' ? (now.frequencyMhz ?? null) : null;
  return { name, phyMac, mode: now.mode, up, mtu, frequencyMhz, managed, powered: false };
}

/** How `iw` names a width. A wide channel goes up or down to the other half of its pair. Source: iw 5.19 `help set freq`. */
export function widthArgument(frequencyMhz: number, widthMhz: number): string {
  if (widthMhz === 5 || widthMhz === 10) return `${widthMhz}MHz`;
  if (widthMhz !== 40) return 'HT20';
  const channel = channelOf(frequencyMhz) ?? 0;
  if (channel <= 14) return channel <= 7 ? 'HT40+' : 'HT40-';
  // Pairs are 36+40 to 140+144, and 149+153 upwards. Source: IEEE 802.11-2020 annex E.
  const lower = channel < 149 ? (channel - 36) % 8 === 0 : (channel - 149) % 8 === 0;
  return lower ? 'HT40+' : 'HT40-';
}
