import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SourceRequest } from '../api/contract.ts';
import type { Port } from '../api/port.ts';
import { checkSourceRequest, isRecord } from '../api/validate.ts';
import { Radio } from './radio.ts';
import { listen } from './websocket-server.ts';

/*
 * The radio process. Started by main/radio-process.ts as plain Node, where it listens on a loopback WebSocket of its own,
 * or as an Electron utility process, where it is handed MessagePorts. With rights of its own it was started by pkexec or
 * sudo, which leave it no channel but stdin and stdout (main/radio-rights.ts). The messages are in main/radio-messages.ts.
 */

/** The few calls of Electron's MessagePortMain that are used. */
interface ElectronPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** Electron gives a utility process this instead of an IPC channel. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: ElectronPort[] }) => void): unknown;
}

/** How long ending may take; whoever asked waits a little longer (main/radio-process.ts). */
const END_MS = 1800;

/** What a message on stdout begins with; the same in main/radio-rights.ts. */
const MESSAGE_MARK = '@spinel ';
/** A line on stdin that is longer is none of ours. */
const MAX_LINE = 65_536;

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
let radio: Radio | undefined;

function tell(message: unknown): void {
  if (parentPort) parentPort.postMessage(message);
  else if (process.send) process.send(message);
  else process.stdout.write(`${MESSAGE_MARK}${JSON.stringify(message)}\n`);
}

async function start(message: Record<string, unknown>): Promise<void> {
  const { generation, token, resources, appOrigins, source } = message as Record<string, unknown>;
  if (source !== undefined) checkSourceRequest(source);
  const request = source as SourceRequest | undefined;
  const opened = new Radio({
    version: version(),
    generation: Number(generation),
    resources: String(resources),
    linkThread: new URL('./link-thread.js', import.meta.url),
    captures: request?.kind === 'captures' ? request.files : [],
    onSource: (newest) => tell({ t: 'source', request: newest }),
  });
  radio = opened;
  const url = parentPort
    ? ''
    : await listen({
        token: String(token),
        origins: Array.isArray(appOrigins) ? appOrigins.map(String) : [],
        control: (port) => opened.addControl(port),
        video: (port) => opened.addVideo(port, true),
      });
  tell({ t: 'listening', url });
  if (request) await opened.open(request);
}

function take(message: unknown, ports: readonly ElectronPort[]): void {
  if (!isRecord(message)) return;
  if (message['t'] === 'start' && !radio) {
    start(message).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exit(1);
    });
  } else if (message['t'] === 'port' && radio && ports.length > 0) {
    const port = electronPort(ports[0]);
    if (message['kind'] === 'video') radio.addVideo(port, false);
    else radio.addControl(port);
  }
}

function electronPort(port: ElectronPort): Port {
  return {
    bufferedBytes: 0,
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}

function version(): string {
  for (const place of ['../../package.json', '../package.json']) {
    try {
      return String(JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')).version);
    } catch {}
  }
  return 'unknown';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Interfaces are given back before we go; a link thread that hangs does not keep us. */
async function end(): Promise<void> {
  setTimeout(() => process.exit(0), END_MS).unref();
  await radio?.end().catch(() => {});
  process.exit(0);
}

if (parentPort) {
  parentPort.on('message', (event) => take(event.data, event.ports));
} else if (process.send === undefined) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => take(line.length > MAX_LINE ? undefined : parse(line), []));
  lines.on('close', () => void end());
  // Nobody reads our words any more: that is the end as well, and no reason to break down before it.
  process.stdout.on('error', () => void end());
} else {
  process.on('message', (message) => take(message, []));
  // Whoever started us is gone: nobody would ever stop us.
  process.on('disconnect', () => void end());
}
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
