import { RadioError, type RadioErrorCode } from '../base/errors.ts';
import type { Api, Commands, Feeds } from './contract.ts';
import type { Port } from './port.ts';
import { checkCall, isRecord } from './validate.ts';

/** Feeds that a page may subscribe to. Video has a connection of its own. */
const FEEDS = ['status', 'telemetry', 'link', 'notice', 'scan'] as const satisfies readonly (keyof Feeds)[];
export type PageFeed = (typeof FEEDS)[number];

/** A feed item is not sent to a page that has this much waiting: it reads too slowly, and newer ones will come. */
const MAX_WAITING_BYTES = 1_000_000;

/** A call that no answer came to for this long is given up. */
const CALL_TIMEOUT_MS = 10_000;

declare function setTimeout(call: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** Opens the door from the interface's side. */
export function connect(port: Port): Api {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: RadioError): void; timer: unknown }>();
  const listeners = new Map<string, Set<(item: never) => void>>();
  const closeListeners = new Set<() => void>();
  let nextId = 1;
  let closed = false;

  port.onMessage((message) => {
    if (!isRecord(message)) return;
    if (message['t'] === 'feed') {
      for (const listener of listeners.get(String(message['feed'])) ?? []) listener(message['item'] as never);
      return;
    }
    const call = waiting.get(Number(message['id']));
    if (!call || (message['t'] !== 'ok' && message['t'] !== 'error')) return;
    waiting.delete(Number(message['id']));
    clearTimeout(call.timer);
    if (message['t'] === 'ok') call.resolve(message['value']);
    else call.reject(new RadioError(String(message['code']) as RadioErrorCode, String(message['message'])));
  });
  port.onClose(() => {
    closed = true;
    for (const call of waiting.values()) {
      clearTimeout(call.timer);
      call.reject(new RadioError('radio-gone', 'the radio process is gone'));
    }
    waiting.clear();
    for (const listener of closeListeners) listener();
    closeListeners.clear();
  });

  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new RadioError('radio-gone', 'the radio process is gone'));
        const id = nextId++;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new RadioError('timeout', `${name}: no answer from the radio process`));
        }, CALL_TIMEOUT_MS);
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
        port.post({ t: 'call', id, name, args });
      }),
    on: (feed, listener) => {
      let known = listeners.get(feed);
      if (!known) {
        known = new Set();
        listeners.set(feed, known);
        port.post({ t: 'listen', feed });
      }
      known.add(listener as (item: never) => void);
      return () => void known.delete(listener as (item: never) => void);
    },
    onClose: (listener) => void closeListeners.add(listener),
    close: () => port.close(),
  };
}

/** What stands behind the door. */
export interface Service {
  call<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>): Promise<ReturnType<Commands[K]>>;
  /** The newest item of a feed, sent at once to whoever begins to listen. */
  newest<K extends PageFeed>(feed: K): Feeds[K] | undefined;
}

/** One open door on the radio's side. */
export interface Door {
  /** Sends an item if this side listens to the feed and keeps up. */
  publish<K extends PageFeed>(feed: K, item: Feeds[K]): void;
}

/** Serves the Api on `port`. Whatever does not fit is answered or ignored, never thrown. */
export function serve(port: Port, service: Service): Door {
  const wanted = new Set<string>();

  async function answer(id: number, name: string, args: readonly unknown[]): Promise<void> {
    try {
      const command = checkCall(name, args);
      port.post({ t: 'ok', id, value: await service.call(command, args as never) });
    } catch (error) {
      const code = error instanceof RadioError ? error.code : 'unsupported';
      port.post({ t: 'error', id, code, message: error instanceof Error ? error.message : String(error) });
    }
  }

  port.onMessage((message) => {
    if (!isRecord(message)) return;
    const { t, id, name, args, feed } = message as Record<string, unknown>;
    if (t === 'call' && typeof id === 'number' && typeof name === 'string' && Array.isArray(args)) {
      void answer(id, name, args);
    } else if (t === 'listen' && isPageFeed(feed)) {
      wanted.add(feed);
      const item = service.newest(feed);
      if (item !== undefined) port.post({ t: 'feed', feed, item });
    }
  });

  return {
    publish: (feed, item) => {
      if (wanted.has(feed) && port.bufferedBytes < MAX_WAITING_BYTES) port.post({ t: 'feed', feed, item });
    },
  };
}

function isPageFeed(value: unknown): value is PageFeed {
  return FEEDS.includes(value as PageFeed);
}
