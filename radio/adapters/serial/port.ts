import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { RadioError } from '../../base/errors.ts';

/** What an open port tells. */
export interface PortEvents {
  /** Bytes received, lent for the call. */
  bytes(bytes: Uint8Array): void;
  /** The port broke or was unplugged. Called once, not after `close`. */
  gone(reason: RadioError): void;
}

/**
 * How often an open port is asked whether it still is one. When it is unplugged just while a read is under way, the system
 * answers each read with nothing, and node-serialport 13 then reads for ever, at full load, without saying so.
 */
const CHECK_MS = 250;

/** One open serial port: 8N1, raw, no flow control, nobody else's while we have it. */
export class OpenPort {
  readonly #port: SerialPort;
  readonly #check: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(port: SerialPort, events: PortEvents) {
    this.#port = port;
    port.on('data', (bytes: Buffer) => {
      if (!this.#closed) events.bytes(bytes);
    });
    // Both may come for one cause; an error alone does not always close the port.
    const gone = (cause: unknown) => {
      if (this.#closed) return;
      this.#closed = true;
      clearInterval(this.#check);
      if (port.isOpen) port.close(() => {});
      events.gone(new RadioError('radio-gone', `${port.path}: the port is gone; plug the radio in again`, { cause }));
    };
    port.on('error', gone);
    port.on('close', gone);
    // Its speed is a question that every port answers, and none that is gone; on Windows the library cannot ask it.
    if (process.platform !== 'win32') {
      this.#check = setInterval(() => void port.port?.getBaudRate().catch(gone), CHECK_MS);
    }
  }

  /** Hands bytes to the system. `done` is called once, with an error when they were not taken; keep them until then. */
  send(bytes: Uint8Array, done: (error: Error | null | undefined) => void): void {
    this.#port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), done);
  }

  /** As `send`, and waits. Rejects with a RadioError `radio-gone`. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.send(bytes, (cause) => {
        if (!cause) resolve();
        else reject(new RadioError('radio-gone', `${this.#port.path}: the port does not take bytes`, { cause }));
      });
    });
  }

  /** Rejects with a RadioError `unsupported` for a speed that the port does not have. */
  setBaudRate(baudRate: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#port.update({ baudRate }, (cause) => {
        if (!cause) resolve();
        else reject(new RadioError('unsupported', `${this.#port.path}: no ${baudRate} baud here`, { cause }));
      });
    });
  }

  /** Never rejects; safe to call twice. */
  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    clearInterval(this.#check);
    return new Promise((resolve) => this.#port.close(() => resolve()));
  }
}

/** Opens a port. Rejects with the RadioErrors of `openError`. */
export function openPort(path: string, baudRate: number, events: PortEvents): Promise<OpenPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true, hupcl: false });
    port.open((cause) => {
      if (cause) reject(openError(path, cause));
      else resolve(new OpenPort(port, events));
    });
  });
}

/**
 * What an error of opening a port means: `no-adapter` (not there), `no-permission`, `busy` (another program has it),
 * `bad-argument` (no serial port, or no such speed), else `radio-gone`.
 */
export function openError(path: string, cause: Error): RadioError {
  const text = cause.message;
  if (/no such (file|device)|not found|cannot find/i.test(text)) {
    return new RadioError('no-adapter', `${path}: there is no such port; is the radio plugged in?`, { cause });
  }
  if (/permission denied|access denied|not permitted/i.test(text)) {
    const message = `${path}: no right to open the port. Run: sudo usermod -aG dialout $USER, then log in again`;
    return new RadioError('no-permission', message, { cause });
  }
  if (/lock port|busy|temporarily unavailable/i.test(text)) {
    const user = programUsing(path);
    const who = user === undefined ? 'another program (ModemManager and ground stations like to take it)' : user;
    return new RadioError('busy', `${path}: the port is in use by ${who}; close it there first`, { cause });
  }
  if (/inappropriate ioctl|not a tty|invalid argument|baud rate/i.test(text)) {
    return new RadioError('bad-argument', `${path}: not a serial port, or not at this speed (${text})`, { cause });
  }
  return new RadioError('radio-gone', `${path}: the port does not open (${text})`, { cause });
}

/**
 * The name and id of another process that has the port: who locked it, else who has it open. As far as we may look; Linux
 * only.
 */
function programUsing(path: string): string | undefined {
  try {
    const target = realpathSync(path);
    const pid = lockHolder(statSync(target).ino) ?? readdirSync('/proc').find((name) => holds(name, target));
    return pid && `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
  } catch {
    // No /proc, or the process ended while we looked.
    return undefined;
  }
}

/** From lines such as `3: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF`. */
function lockHolder(inode: number): string | undefined {
  const lines = readFileSync('/proc/locks', 'utf8').split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return fields.find(
    ([, kind, , , pid, place]) => kind === 'FLOCK' && isOther(pid) && place?.endsWith(`:${inode}`),
  )?.[4];
}

function holds(pid: string, target: string): boolean {
  if (!isOther(pid)) return false;
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === target);
  } catch {
    return false;
  }
}

const isOther = (pid: string | undefined): boolean =>
  pid !== undefined && /^[1-9]\d*$/.test(pid) && Number(pid) !== process.pid;
