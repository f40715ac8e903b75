import { RadioError } from '../../base/errors.ts';
import {
  bandMhz,
  checkChange,
  emptyReadout,
  registerValue,
  SIK_NAMES,
  SIK_PARAMETERS,
  type SikName,
  type SikParameters,
  type SikReadout,
  storeRegister,
} from './sik-parameters.ts';

/** The way to a modem. What it answers is handed to `SikModem.receive`. */
export interface AtTransport {
  /** For messages, such as `/dev/ttyUSB0`. */
  readonly path: string;
  /** Rejects with a RadioError when the port is gone. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface AtTiming {
  /** Silence before `+++`, and what the modem wants after it. */
  guardMs: number;
  /** For the OK after `+++`, when something was received. */
  enterMs: number;
  /** The same, when nothing was received. */
  enterSilentMs: number;
  answerMs: number;
  /** A list has ended when nothing came for so long. */
  quietMs: number;
  /** From `ATZ` until the modem listens again. */
  rebootMs: number;
}

/** Source: rubyfpv-control.md 13.2; guard: SiK firmware wants a second of silence on both sides. */
const TIMING: AtTiming = {
  guardMs: 1100,
  enterMs: 2500,
  enterSilentMs: 1200,
  answerMs: 2000,
  quietMs: 150,
  rebootMs: 1500,
};
const TRIES = 3;
/** A modem's longest answer has 500 characters; a stream that is no answer must not grow. */
const MAX_TEXT = 4096;

export interface SikIdentity {
  /** Such as `SiK 2.2 on HM-TRP`. */
  banner: string;
  /** RubyFPV wants 2.2 and calls others old, but uses them. */
  firmwareKnown: boolean;
  /** What the modem says of its board, frequency and versions, and its band: RubyFPV's "MAC" of it. */
  id: string;
  /** 433, 868 or 915; null when the modem does not tell its lowest frequency. */
  bandMhz: number | null;
}

type Judge<T> = (lines: readonly string[]) => T | undefined;

/**
 * The AT dialogue with a SiK radio (RFD900, HM-TRP and their kin). One command at a time; every method rejects with a
 * RadioError: `timeout` (no answer), `unsupported` (an answer that is none, or a refusal), `bad-argument`, `radio-gone`.
 * Source: rubyfpv-control.md 13.2.
 */
export class SikModem {
  readonly #transport: AtTransport;
  readonly #timing: AtTiming;
  readonly #decoder = new TextDecoder('latin1');
  #text = '';
  #commandMode = false;
  #failure: RadioError | undefined;
  #wake: (() => void) | undefined;

  constructor(transport: AtTransport, timing: Partial<AtTiming> = {}) {
    this.#transport = transport;
    this.#timing = { ...TIMING, ...timing };
  }

  /** Hands over bytes that came from the port. */
  receive(bytes: Uint8Array): void {
    this.#text = (this.#text + this.#decoder.decode(bytes)).slice(-MAX_TEXT);
    this.#wake?.();
  }

  /** Ends the dialogue: the command under way, and every later one, rejects with `reason`. */
  fail(reason: RadioError): void {
    this.#failure = reason;
    this.#wake?.();
  }

  /** Enters command mode; returns at once when it is in it. The radio link is deaf until `leave` or `reboot`. */
  async enter(): Promise<void> {
    if (this.#commandMode) return;
    const { guardMs, enterMs, enterSilentMs } = this.#timing;
    await this.#sleep(guardMs);
    this.#text = '';
    // No line end: it would break the silence that must follow.
    await this.#write('+++');
    const early = await this.#wait(() => (this.#text === '' ? undefined : true), enterSilentMs);
    const entered = early && (await this.#wait(() => (saysOk(this.#text) ? true : undefined), enterMs));
    // A program that died in command mode leaves the modem there, where +++ is no command.
    if (!entered && !(await this.#isInCommandMode())) throw this.#noModem();
    this.#commandMode = true;
  }

  async #isInCommandMode(): Promise<boolean> {
    const heard = this.#text;
    this.#text = '';
    await this.#write('\rATI\r');
    const found = await this.#wait(
      () => linesOf(this.#text).find((line) => line.includes('SiK')),
      this.#timing.enterSilentMs,
    );
    if (found === undefined) this.#text = heard + this.#text;
    return found !== undefined;
  }

  #noModem(): RadioError {
    const { path } = this.#transport;
    if (this.#text === '') {
      return new RadioError('timeout', `${path}: no modem answers; is it a SiK radio, and at this speed?`);
    }
    return new RadioError('unsupported', `${path}: what answers is no SiK modem (${excerpt(this.#text)})`);
  }

  /** Banner, board and versions, and band. */
  async identify(): Promise<SikIdentity> {
    await this.enter();
    const banner = await this.#ask('ATI', (lines) => lines.findLast((line) => printable(line) === line));
    const parts: string[] = [];
    for (const command of ['ATI1', 'ATI2', 'ATI3', 'ATI4']) {
      const answer = await this.#ask(command, (lines) => lines.at(-1));
      parts.push(answer === 'ERROR' ? '' : answer);
    }
    const lowest = await this.#readRegister(SIK_PARAMETERS.minFrequencyKhz.register);
    const band = lowest === null ? null : bandMhz(lowest);
    return {
      banner,
      firmwareKnown: banner.includes('SiK 2.2'),
      id: [...parts.map(printable), String(band ?? '')].filter((part) => part !== '').join('-'),
      bandMhz: band,
    };
  }

  /** All settings: from the modem's list, and one by one what the list did not have. */
  async readParameters(): Promise<SikReadout> {
    await this.enter();
    const found = emptyReadout();
    for (const line of await this.#list('ATI5')) {
      const [, register, value] = /^S(\d+):\s*\w*\s*=\s*(\d+)$/.exec(line) ?? [];
      if (register !== undefined) storeRegister(found, Number(register), Number(value));
    }
    for (const name of SIK_NAMES) {
      if (found[name] !== null) continue;
      const { register } = SIK_PARAMETERS[name];
      const value = await this.#readRegister(register);
      if (value !== null) storeRegister(found, register, value);
    }
    return found;
  }

  /**
   * Writes the settings that differ from the modem's, stores them, restarts the modem and reads back what it now has.
   * Returns the names of those that were changed; when there are none the modem is not restarted. The modem is out of
   * command mode afterwards.
   */
  async apply(change: Partial<SikParameters>): Promise<SikName[]> {
    const now = await this.readParameters();
    checkChange(change, now);
    const names = SIK_NAMES.filter((name) => change[name] !== undefined && change[name] !== now[name]);
    for (const name of names) await this.#writeRegister(name, registerValue(change[name] as number | boolean));
    if (names.length > 0) {
      await this.save();
      await this.reboot();
      const after = await this.readParameters();
      const lost = names.find((name) => after[name] !== change[name]);
      if (lost !== undefined) {
        const { title } = SIK_PARAMETERS[lost];
        throw new RadioError('unsupported', `${this.#transport.path}: the modem did not keep ${title} ${change[lost]}`);
      }
    }
    await this.leave();
    return names;
  }

  /** Stores the settings, which else end with the modem's power. */
  async save(): Promise<void> {
    await this.#expectOk('AT&W', 'does not store its settings');
  }

  /** Restarts the modem and waits until it takes commands again. */
  async reboot(): Promise<void> {
    await this.enter();
    await this.#write('ATZ\r');
    this.#commandMode = false;
    await this.#sleep(this.#timing.rebootMs);
    for (let left = TRIES; ; left--) {
      try {
        await this.enter();
        return;
      } catch (error) {
        if (left === 1 || this.#failure !== undefined) throw error;
      }
    }
  }

  /** Back to passing bytes. Does nothing outside command mode. */
  async leave(): Promise<void> {
    if (!this.#commandMode) return;
    await this.#write('ATO\r');
    this.#commandMode = false;
    // It echoes the command, which must not get among the packets.
    await this.#sleep(this.#timing.quietMs);
    this.#text = '';
  }

  /** The register's value; null when the modem has no such register. */
  async #readRegister(register: number): Promise<number | null> {
    return this.#ask(`ATS${register}?`, (lines) => {
      const last = lines.at(-1);
      if (last === 'ERROR') return null;
      return last !== undefined && /^\d{1,9}$/.test(last) ? Number(last) : undefined;
    });
  }

  async #writeRegister(name: SikName, value: number): Promise<void> {
    const { register, title } = SIK_PARAMETERS[name];
    await this.#expectOk(`ATS${register}=${value}`, `refuses ${title} ${value}`);
  }

  async #expectOk(command: string, complaint: string): Promise<void> {
    await this.enter();
    const answer = await this.#ask(command, (lines) => lines.find((line) => line === 'OK' || line === 'ERROR'));
    if (answer !== 'OK') throw new RadioError('unsupported', `${this.#transport.path}: the modem ${complaint}`);
  }

  /** Asks up to three times, until `judge` finds its answer in the whole lines that came. */
  async #ask<T>(command: string, judge: Judge<T>): Promise<T> {
    for (let tries = 0; tries < TRIES; tries++) {
      this.#text = '';
      await this.#write(`${command}\r`);
      const found = await this.#wait(() => {
        const result = judge(answersOf(this.#text, command));
        return result === undefined ? undefined : { result };
      }, this.#timing.answerMs);
      if (found !== undefined) return found.result;
    }
    const { path } = this.#transport;
    if (linesOf(this.#text).length === 0)
      throw new RadioError('timeout', `${path}: the modem does not answer ${command}`);
    throw new RadioError('unsupported', `${path}: the modem's answer to ${command} is none (${excerpt(this.#text)})`);
  }

  /** The lines of an answer of unknown length. */
  async #list(command: string): Promise<string[]> {
    this.#text = '';
    await this.#write(`${command}\r`);
    let seen = -1;
    const start = performance.now();
    while (performance.now() - start < this.#timing.answerMs) {
      const lines = answersOf(this.#text, command).length;
      if (lines > 0 && this.#text.length === seen) break;
      seen = this.#text.length;
      await this.#sleep(this.#timing.quietMs);
    }
    return answersOf(this.#text, command);
  }

  async #write(text: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.#transport.write(new TextEncoder().encode(text));
  }

  /** Waits for `look` to find something, now or after more bytes; undefined when it takes longer than `ms`. */
  async #wait<T>(look: () => T | undefined, ms: number): Promise<T | undefined> {
    const end = performance.now() + ms;
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const found = look();
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await this.#untilWokenOr(left);
    }
  }

  async #sleep(ms: number): Promise<void> {
    const end = performance.now() + ms;
    for (let left = ms; left > 0 && this.#failure === undefined; left = end - performance.now()) {
      await this.#untilWokenOr(left);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #untilWokenOr(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}

/** Packets may stand before the OK without a line end, for the modem passes them on until it stops. */
const saysOk = (text: string): boolean => /OK\r?\n|OK\r/.test(text);

/** Whole lines, trimmed, without empty ones. */
function linesOf(text: string): string[] {
  const lines = text.split(/[\r\n]+/);
  lines.pop();
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** Whole lines without the modem's echo of the command. */
const answersOf = (text: string, command: string): string[] => linesOf(text).filter((line) => line !== command);

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '').slice(0, 80);

const excerpt = (text: string): string => JSON.stringify(text.slice(0, 24));
