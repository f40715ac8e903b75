import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { SerialPort } from 'serialport';
import { RadioError } from '../../base/errors.ts';

/** What an open port tells. */
export interface PortEvents {
  /** Bytes received, lent for the call. */
  bytes(bytes: Uint8Array): void;
  /** The port broke or was unplugged. Called once, not after `close`. */
  gone(reason: RadioError): void;
}

/** One open serial port: 8N1, raw, no flow control, nobody else's while we have it. */
export class OpenPort {
  readonly #port: SerialPort;
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
      if (port.isOpen) port.close(() => {});
      events.gone(new RadioError('radio-gone', `${port.path}: the port is gone; plug the radio in again`, { cause }));
    };
    port.on('error', gone);
    port.on('close', gone);
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

/** `name (pid)` of another process that holds the port open, as far as we may look; Linux only. */
function programUsing(path: string): string | undefined {
  try {
    const target = realpathSync(path);
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid) && Number(pid) !== process.pid && holds(pid, target)) {
        return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim() || basename(path)} (process ${pid})`;
      }
    }
  } catch {
    // No /proc, or the process ended while we looked.
  }
  return undefined;
}

function holds(pid: string, target: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === target);
  } catch {
    return false;
  }
}
