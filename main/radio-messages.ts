import type { SourceRequest } from '../radio/api/contract.ts';

/** First message to a radio process: what it is to be. The other end is radio/host/entry.ts. */
export interface StartMessage {
  t: 'start';
  /** Counts radio processes since the program started, from 1. */
  generation: number;
  /** What a WebSocket client must show; new for every process. */
  token: string;
  source: SourceRequest | undefined;
  /** Absolute folder of clips and fonts. */
  resources: string;
  /** Origins of pages that may connect, such as `http://127.0.0.1:8360`. */
  appOrigins: string[];
}

/** Comes with one transferred port (Electron only). */
export interface PortMessage {
  t: 'port';
  kind: PortKind;
}

/** The page has one port for everything, its decoder worker one for the pictures. */
export type PortKind = 'control' | 'video';

export type FromRadio =
  /** Ready; `url` is empty where it takes ports instead of listening. */
  | { t: 'listening'; url: string }
  /** What a next process would have to open again; undefined after a close. */
  | { t: 'source'; request: SourceRequest | undefined };

/** Checks a message of the radio process; undefined for anything that is not one. */
export function readFromRadio(message: unknown): FromRadio | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { t, url, request } = message as Record<string, unknown>;
  if (t === 'listening') {
    const address = url ?? '';
    if (typeof address !== 'string' || !/^(ws:\/\/127\.0\.0\.1:\d{1,5}\/?)?$/.test(address)) return undefined;
    return { t, url: address };
  }
  if (t === 'source') {
    if (request === undefined || request === null) return { t, request: undefined };
    return isSourceRequest(request) ? { t, request } : undefined;
  }
  return undefined;
}

/** True for a request of the shape in radio/api/contract.ts; ranges of channel options are the radio's to check. */
export function isSourceRequest(value: unknown): value is SourceRequest {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, channel, files, loop, interfaces, frequencyMhz } = value as Record<string, unknown>;
  if (kind === 'demo') return channel === undefined || (typeof channel === 'object' && channel !== null);
  if (kind === 'radios') return isNames(interfaces) && typeof frequencyMhz === 'number';
  if (kind !== 'captures') return false;
  if (loop !== undefined && typeof loop !== 'boolean') return false;
  return isNames(files);
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
}
