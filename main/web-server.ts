import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { RadioError } from '../radio/base/errors.ts';
import { fileFor, headersFor, SECURITY_HEADERS } from './static-files.ts';

/** First port that is tried when none is asked for. */
export const DEFAULT_PORT = 8360;
/** So many ports after it are tried before the system chooses one. */
const PORTS_TRIED = 20;

const JSON_TYPE = 'application/json; charset=utf-8';

export interface WebServerOptions {
  /** Folder of the built interface. */
  app: string;
  /** 1 to 65535: this one or an error. Undefined: DEFAULT_PORT or the next free one. */
  port: number | undefined;
  /** Answer to `/radio.json`, asked anew for every request. */
  radio(): { status: number; body: string };
}

export interface WebServer {
  port: number;
  /** Such as `http://127.0.0.1:8360/`. */
  url: string;
  /** Where pages of this server come from. */
  origins: string[];
  close(): Promise<void>;
}

/**
 * Serves the interface on 127.0.0.1. Rejects with `no-such-file` when it is not built, `busy` when the port asked for is
 * taken, `no-permission` when it may not be used.
 */
export async function serveInterface(options: WebServerOptions): Promise<WebServer> {
  if (!existsSync(join(options.app, 'index.html'))) {
    throw new RadioError('no-such-file', `the interface is not built: ${options.app} has no index.html`);
  }
  const server = createServer();
  const port = await listen(server, options.port);
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => (port === 80 ? name : `${name}:${port}`));
  server.on('request', (request, response) => respond(options, hosts, request, response));
  return {
    port,
    url: `http://${hosts[0]}/`,
    origins: hosts.map((host) => `http://${host}`),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, asked: number | undefined): Promise<number> {
  const ports = asked === undefined ? [...Array(PORTS_TRIED).keys()].map((step) => DEFAULT_PORT + step) : [asked];
  if (asked === undefined) ports.push(0);
  for (const port of ports) {
    const fault = await tryPort(server, port);
    if (fault === undefined) return (server.address() as AddressInfo).port;
    if (fault.code === 'EACCES') {
      throw new RadioError('no-permission', `port ${port} may not be used: choose one above 1023`, { cause: fault });
    }
    if (fault.code !== 'EADDRINUSE') throw fault;
  }
  throw new RadioError('busy', `port ${asked} is taken: choose another with --port, or none`);
}

function tryPort(server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error);
    server.once('error', failed);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', failed);
      resolve(undefined);
    });
  });
}

function respond(
  options: WebServerOptions,
  hosts: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const pathname = (request.url ?? '/').replace(/[?#].*$/s, '');
  if (!hosts.includes(request.headers.host?.toLowerCase() ?? '')) {
    // A foreign name that was made to point here (DNS rebinding) would give a foreign page our answers.
    refuse(response, 421, 'not this server');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'only GET and HEAD');
  } else if (pathname !== '/radio.json') {
    sendFile(options.app, pathname, request.method, response);
  } else if (isForeign(request)) {
    refuse(response, 403, 'not for other sites');
  } else {
    const { status, body } = options.radio();
    const headers = { ...SECURITY_HEADERS, 'content-type': JSON_TYPE, 'cache-control': 'no-store' };
    response.writeHead(status, headers).end(body);
  }
}

/** The token is for our own page. A browser says when a page of another site asks. */
function isForeign(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function sendFile(app: string, pathname: string, method: string, response: ServerResponse): void {
  const file = fileFor(app, pathname);
  const stat = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  if (file === undefined || !stat?.isFile()) {
    refuse(response, 404, 'no such file');
    return;
  }
  response.writeHead(200, { ...headersFor(file), 'content-length': stat.size });
  if (method === 'HEAD') response.end();
  else {
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const headers = { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8' };
  response.writeHead(status, headers).end(`${why}\n`);
}
