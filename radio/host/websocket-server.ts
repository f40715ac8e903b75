import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Port } from '../api/port.ts';

/** No command of the interface comes near it. */
const MAX_MESSAGE_BYTES = 64 * 1024;

export interface DoorOptions {
  /** What a client shows in the query, `?token=…`. */
  token: string;
  /** Pages that may connect. A client that names no origin is not a browser. */
  origins: readonly string[];
  control(port: Port): void;
  video(port: Port): void;
}

/**
 * Listens on 127.0.0.1 alone, at a port the system chooses, for `/control` and `/video`. Whoever has not the token or
 * comes from another page is refused with 403. Answers `ws://127.0.0.1:PORT`.
 */
export async function listen(options: DoorOptions): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    const kind = admitted(request, options);
    if (kind) sockets.handleUpgrade(request, socket, head, (client) => options[kind](websocketPort(client)));
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function admitted(request: IncomingMessage, options: DoorOptions): 'control' | 'video' | undefined {
  const url = URL.parse(request.url ?? '', 'ws://127.0.0.1');
  const kind = url?.pathname.slice(1);
  if (kind !== 'control' && kind !== 'video') return undefined;
  const { origin } = request.headers;
  if (origin !== undefined && !options.origins.includes(origin)) return undefined;
  const shown = Buffer.from(url?.searchParams.get('token') ?? '');
  const right = Buffer.from(options.token);
  return right.length > 0 && shown.length === right.length && timingSafeEqual(shown, right) ? kind : undefined;
}

/** JSON text both ways; bytes that are posted go out as a binary message. What is not JSON is dropped. */
function websocketPort(client: WebSocket): Port {
  // A broken connection closes; nobody needs to hear how.
  client.on('error', () => client.terminate());
  return {
    get bufferedBytes() {
      return client.bufferedAmount;
    },
    post: (message) => {
      if (client.readyState !== client.OPEN) return;
      client.send(message instanceof Uint8Array ? message : JSON.stringify(message));
    },
    onMessage: (listener) => {
      client.on('message', (data, isBinary) => {
        if (isBinary) return;
        let message: unknown;
        try {
          message = JSON.parse(String(data));
        } catch {
          return;
        }
        listener(message);
      });
    },
    onClose: (listener) => void client.on('close', listener),
    close: () => client.close(),
  };
}
