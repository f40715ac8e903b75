import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type WebSocket, WebSocketServer } from 'ws';
import type { VideoStats } from '../../app/video/stats.ts';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { stampSent, writeAccessUnit } from '../../radio/api/wire.ts';
import { ns, systemClock } from '../../radio/base/time.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const root = new URL('../..', import.meta.url).pathname;
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', ts: 'text/javascript' };

async function bundle(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const entries = { '/page.js': 'test/e2e/decoder-page.tsx', '/decoder-worker.ts': 'app/video/decoder-worker.ts' };
  for (const [path, entry] of Object.entries(entries)) {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'esm',
      jsx: 'automatic',
      outdir: 'out',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    for (const { path: name, contents } of outputFiles) {
      files.set(name.endsWith('.css') ? '/page.css' : path, contents);
    }
  }
  return files;
}

/** Chromium with the video view, and a radio that sends what a test tells it to. */
export class DecoderStage {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #sockets: WebSocketServer;
  #feed: WebSocket | undefined;
  #page: Page | undefined;

  private constructor(server: Server, sockets: WebSocketServer, browser: Browser) {
    this.#server = server;
    this.#sockets = sockets;
    this.#browser = browser;
    sockets.on('connection', (socket) => {
      this.#feed = socket;
      socket.on('message', (text) => {
        const { id } = JSON.parse(String(text));
        socket.send(JSON.stringify({ t: 'clock', id, now: systemClock.now() }));
      });
    });
  }

  static async open(): Promise<DecoderStage> {
    const files = await bundle();
    const server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0] as string;
      const body = files.get(path);
      response.setHeader('content-type', TYPES[path.split('.').at(-1) as string] ?? 'text/html');
      response.end(
        body ??
          '<!doctype html><link rel="stylesheet" href="/page.css"><body><script type="module" src="/page.js"></script>',
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: FLAGS,
    });
    return new DecoderStage(server, sockets, browser);
  }

  /** Opens a fresh page and waits until its worker is connected. */
  async show(query = ''): Promise<Page> {
    await this.#page?.close();
    const connected = once(this.#sockets, 'connection');
    const page = await this.#browser.newPage();
    this.#page = page;
    const { port } = this.#server.address() as AddressInfo;
    const url = `ws://127.0.0.1:${port}/video`;
    await page.goto(`http://127.0.0.1:${port}/?video=${encodeURIComponent(url)}${query}`);
    await connected;
    return page;
  }

  /** Drops the feed's connection and waits until the worker has come back. */
  async reconnect(): Promise<void> {
    const connected = once(this.#sockets, 'connection');
    this.#feed?.terminate();
    await connected;
  }

  /** Sends the units evenly, `perSecond` of them, complete and sent now. */
  async send(units: readonly AccessUnit[], perSecond = 30): Promise<void> {
    const start = performance.now();
    for (const [i, unit] of units.entries()) {
      const wait = start + (i * 1000) / perSecond - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const now = systemClock.now();
      const message = writeAccessUnit({ ...unit, firstAt: ns(now - 2e6), lastAt: ns(now - 1e6), completeAt: now });
      stampSent(message, systemClock.now());
      this.#feed?.send(message);
    }
  }

  async stats(): Promise<VideoStats> {
    const text = await this.#page?.evaluate(() => document.body.dataset['stats'] ?? '{}');
    return JSON.parse(text as string);
  }

  /** Statistics as soon as `ready` holds for them; those of the end of `patienceMs` else. */
  async statsWhen(ready: (stats: VideoStats) => boolean, patienceMs = 5_000): Promise<VideoStats> {
    for (const end = performance.now() + patienceMs; ; ) {
      const stats = await this.stats();
      if (stats.stages && (ready(stats) || performance.now() > end)) return stats;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#sockets.close();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.close();
  }
}
