import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { fileFor, headersFor, SECURITY_HEADERS } from './static-files.ts';

/** Where the page lives in Electron: a standard, secure scheme, so that it has an origin, modules, workers, WebCodecs. */
export const APP_ORIGIN = 'app://spinel';

/** Must be called before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built interface, and `/radio.json` as the web server does. */
export function serveAppScheme(app: string, radio: () => { status: number; body: string }): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    if (url.host !== 'spinel' || request.method !== 'GET') return answer(404, 'no such file\n', 'text/plain');
    if (url.pathname === '/radio.json') {
      const { status, body } = radio();
      return answer(status, body, 'application/json');
    }
    const file = fileFor(app, url.pathname);
    if (file === undefined) return answer(404, 'no such file\n', 'text/plain');
    try {
      return new Response(new Uint8Array(await readFile(file)), { headers: headersFor(file) });
    } catch {
      return answer(404, 'no such file\n', 'text/plain');
    }
  });
}

function answer(status: number, body: string, type: string): Response {
  const headers = { ...SECURITY_HEADERS, 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' };
  return new Response(body, { status, headers });
}
