import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { radioAnswer } from '../../main/radio-answer.ts';
import { fileFor } from '../../main/static-files.ts';
import { DEFAULT_PORT, serveInterface, type WebServer } from '../../main/web-server.ts';
import { scratchFolder } from './scratch.ts';

const SECRET = 'outside of the interface';
const folder = scratchFolder();
const app = join(folder, 'app');
let server: WebServer;
let answer = radioAnswer(undefined);

beforeAll(async () => {
  mkdirSync(join(app, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), SECRET);
  writeFileSync(join(app, 'index.html'), '<!doctype html><title>Spinel</title>');
  writeFileSync(join(app, 'assets', 'main-abc.js'), 'export {};');
  writeFileSync(join(app, 'assets', 'b612.woff2'), 'font');
  writeFileSync(join(app, '.hidden'), SECRET);
  symlinkSync(join(folder, 'secret.txt'), join(app, 'link.txt'));
  server = await serveInterface({ app, port: undefined, radio: () => answer });
});

afterAll(() => server.close());

interface Answer {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A request whose path and headers go out as they are: fetch() would tidy them. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: server.port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    call.on('error', reject).end();
  });
}

test('the page comes with its type, its policy and its length', async () => {
  const page = await ask('/');
  expect(page.status).toBe(200);
  expect(page.body).toContain('<title>Spinel</title>');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-length']).toBe(String(page.body.length));
  expect(page.headers['cache-control']).toBe('no-cache');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.headers['content-security-policy']).not.toContain('unsafe-inline');
  expect(page.headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(page.headers['cross-origin-embedder-policy']).toBe('require-corp');
});

test('hashed files are kept for ever and have types that browsers demand', async () => {
  const script = await ask('/assets/main-abc.js?v=1');
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(script.headers['cache-control']).toContain('immutable');
  expect((await ask('/assets/b612.woff2')).headers['content-type']).toBe('font/woff2');
});

test('HEAD gives the headers alone', async () => {
  const page = await ask('/', {}, 'HEAD');
  expect(page).toMatchObject({ status: 200, body: '' });
  expect(page.headers['content-length']).not.toBe('0');
});

test.each(['/nothing', '/assets', '/assets/', '/assets/..', '/index.html/', '/%', '/%00', '/.hidden', '/link.txt'])(
  'there is nothing at %s',
  async (path) => {
    const refused = await ask(path);
    expect(refused.status).toBe(404);
    expect(refused.body).not.toContain(SECRET);
    expect(refused.headers['content-security-policy']).toBeDefined();
  },
);

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
  '/..\\secret.txt',
  '/%5c..%5csecret.txt',
  '//../secret.txt',
  '/%252e%252e/secret.txt',
])('%s does not lead out of the folder', async (path) => {
  const refused = await ask(path);
  expect(refused.status).toBe(404);
  expect(refused.body).not.toContain(SECRET);
});

test('no path at all leads out of the folder', () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    '%2e',
    '%2f',
    '%5c',
    '%',
    '\0',
    'secret.txt',
    'assets',
    'link.txt',
    'C:',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const file = fileFor(app, `/${pieces.join('')}`);
      expect(file === undefined || file.startsWith(app)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a page of a name that was made to point here gets nothing', async () => {
  for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', '127.0.0.1:1', '[::1]']) {
    expect((await ask('/radio.json', { host })).status, host).toBe(421);
  }
  for (const host of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
    expect((await ask('/', { host: `${host}:${server.port}` })).status, host).toBe(200);
  }
});

test('other methods are refused', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask('/', {}, method)).status).toBe(405);
});

test('the radio is told of as it is now, and its token only to our own page', async () => {
  answer = radioAnswer({ phase: 'starting', generation: 1, detail: 'the radio process is starting' });
  const starting = await ask('/radio.json');
  expect(starting.status).toBe(503);
  expect(JSON.parse(starting.body)).toEqual({ phase: 'starting', detail: 'the radio process is starting' });

  answer = radioAnswer({ phase: 'failed', generation: 4, detail: 'no module' });
  expect(JSON.parse((await ask('/radio.json')).body)).toEqual({ phase: 'failed', detail: 'no module' });

  answer = radioAnswer({ phase: 'up', generation: 2, url: 'ws://127.0.0.1:9', token: 'abc' });
  const up = await ask('/radio.json', { 'sec-fetch-site': 'same-origin' });
  expect(up.status).toBe(200);
  expect(JSON.parse(up.body)).toEqual({ generation: 2, url: 'ws://127.0.0.1:9', token: 'abc' });
  expect(up.headers['cache-control']).toBe('no-store');
  expect(up.headers['access-control-allow-origin']).toBeUndefined();
  for (const site of ['cross-site', 'same-site']) {
    const foreign = await ask('/radio.json', { 'sec-fetch-site': site });
    expect(foreign.status).toBe(403);
    expect(foreign.body).not.toContain('abc');
  }
});

test('a port that was asked for and is taken is an error that says so', async () => {
  const taken = serveInterface({ app, port: server.port, radio: () => answer });
  await expect(taken).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(`port ${server.port} is taken`),
  });
});

test('without a port the next free one is taken', async () => {
  const blocker = createServer();
  await new Promise<void>((done) => blocker.once('error', () => done()).listen(DEFAULT_PORT, '127.0.0.1', done));
  const other = await serveInterface({ app, port: undefined, radio: () => answer });
  expect(other.port).not.toBe(DEFAULT_PORT);
  expect(other.url).toBe(`http://127.0.0.1:${other.port}/`);
  await other.close();
  blocker.close();
});

test('an interface that is not built is an error that says so', async () => {
  const missing = serveInterface({ app: join(folder, 'nowhere'), port: undefined, radio: () => answer });
  await expect(missing).rejects.toMatchObject({ code: 'no-such-file', message: expect.stringContaining('not built') });
});
