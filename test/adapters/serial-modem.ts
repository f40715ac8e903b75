/** What the modem does wrong. */
export interface Misbehaviour {
  /** Answers every command, and `+++`, with this. */
  garbage?: string;
  /** Says nothing at all. */
  silent?: boolean;
  /** Answers so many commands with noise before it answers well. */
  stumbles?: number;
  /** Refuses to write this register. */
  refuses?: number;
  /** Says OK to writes of this register, and forgets them. */
  forgets?: number;
  /** Has no list (ATI5). */
  noList?: boolean;
  banner?: string;
}

const DEFAULTS: readonly [string, number][] = [
  ['FORMAT', 25],
  ['SERIAL_SPEED', 57],
  ['AIR_SPEED', 64],
  ['NETID', 25],
  ['TXPOWER', 20],
  ['ECC', 0],
  ['MAVLINK', 1],
  ['OPPRESEND', 0],
  ['MIN_FREQ', 433_050],
  ['MAX_FREQ', 434_790],
  ['NUM_CHANNELS', 10],
  ['DUTY_CYCLE', 100],
  ['LBT_RSSI', 0],
  ['MANCHESTER', 0],
  ['RTSCTS', 0],
  ['MAX_WINDOW', 131],
];

/**
 * A SiK radio's serial side: passes bytes through until it hears `+++` between two silences, then speaks AT with echo,
 * and forgets what was not stored when it restarts.
 */
export class SimulatedModem {
  readonly registers = DEFAULTS.map(([, value]) => value);
  readonly #stored = [...this.registers];
  /** Bytes to the other radio. */
  readonly aired: number[] = [];
  readonly commands: string[] = [];
  commandMode = false;
  restarts = 0;
  faults: Misbehaviour;
  readonly #send: (text: string) => void;
  readonly #guardMs: number;
  #line = '';
  #lastAt = Number.NEGATIVE_INFINITY;
  #plus: NodeJS.Timeout | undefined;

  constructor(send: (text: string) => void, guardMs: number, faults: Misbehaviour = {}) {
    this.#send = send;
    this.#guardMs = guardMs;
    this.faults = faults;
  }

  hear(bytes: Uint8Array): void {
    const silence = performance.now() - this.#lastAt;
    this.#lastAt = performance.now();
    clearTimeout(this.#plus);
    if (this.faults.silent) return;
    const text = Buffer.from(bytes).toString('latin1');
    if (this.commandMode) {
      this.#command(text);
      return;
    }
    this.aired.push(...bytes);
    if (text !== '+++' || silence < this.#guardMs) return;
    this.#plus = setTimeout(() => {
      this.#lastAt = performance.now();
      if (this.faults.garbage !== undefined) {
        this.#send(this.faults.garbage);
        return;
      }
      this.aired.splice(-3);
      this.commandMode = true;
      this.#send('OK\r\n');
    }, this.#guardMs);
  }

  #command(text: string): void {
    this.#send(text);
    this.#line += text;
    for (let end = this.#line.indexOf('\r'); end >= 0; end = this.#line.indexOf('\r')) {
      const command = this.#line.slice(0, end);
      this.#line = this.#line.slice(end + 1);
      if (command !== '') this.#answer(command);
    }
  }

  #answer(command: string): void {
    this.commands.push(command);
    const { faults } = this;
    if ((faults.stumbles ?? 0) > 0) {
      faults.stumbles = (faults.stumbles ?? 0) - 1;
      this.#send('\x01\xfe%!\r\n');
    } else if (faults.garbage !== undefined) this.#send(faults.garbage);
    else if (command === 'ATO') this.commandMode = false;
    else if (command === 'ATZ') this.#restart();
    else this.#send(`\n${this.#reply(command)}\r\n`);
  }

  #reply(command: string): string {
    const { faults } = this;
    if (command === 'ATI') return faults.banner ?? 'SiK 2.2 on HM-TRP';
    if (/^ATI[1-4]$/.test(command)) return ['HM-TRP', '77', '43', 'freq 433'][Number(command[3]) - 1] as string;
    if (command === 'ATI5') return faults.noList ? 'ERROR' : this.#list();
    if (command === 'AT&W') {
      this.#stored.splice(0, this.#stored.length, ...this.registers);
      return 'OK';
    }
    const [, read] = /^ATS(\d+)\?$/.exec(command) ?? [];
    if (read !== undefined) return String(this.registers[Number(read)] ?? 'ERROR');
    const [, register, value] = /^ATS(\d+)=(\d+)$/.exec(command) ?? [];
    if (register === undefined || Number(register) === faults.refuses) return 'ERROR';
    if (Number(register) !== faults.forgets) this.registers[Number(register)] = Number(value);
    return 'OK';
  }

  #list(): string {
    return this.registers.map((value, i) => `S${i}:${DEFAULTS[i]?.[0]}=${value}`).join('\r\n');
  }

  #restart(): void {
    this.restarts++;
    this.commandMode = false;
    this.registers.splice(0, this.registers.length, ...this.#stored);
  }
}
