import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { planBrowser } from '../../main/browser.ts';
import { cacheFolder, electronBinary, FetchMemory, fetchElectron, reasonOf } from '../../main/electron-binary.ts';
import { chooseWindow, type Surroundings } from '../../main/launcher.ts';
import { sourceOf } from '../../main/start.ts';
import { scratchFolder } from './scratch.ts';

vi.setConfig({ testTimeout: 30_000 });

const folder = scratchFolder();

/** A Linux desktop with Electron in place; `fetched` are the tries to fetch it. */
function desktop(changes: Partial<Surroundings> = {}) {
  const fetched: string[] = [];
  const around: Surroundings = {
    platform: 'linux',
    env: { DISPLAY: ':0' },
    uid: 1000,
    electron: { folder: '/electron', version: '45.4.1' },
    binary: () => '/electron/dist/electron',
    failedBefore: () => undefined,
    fetch: async (_folder, version) => {
      fetched.push(version);
      return 'no network';
    },
    ...changes,
  };
  return { around, fetched };
}

test('Electron is used where it is and a display is', async () => {
  const electron = { window: 'electron', binary: '/electron/dist/electron' };
  expect(await chooseWindow(false, desktop().around)).toEqual(electron);
  expect(await chooseWindow(false, desktop({ env: { WAYLAND_DISPLAY: 'wayland-0' } }).around)).toEqual(electron);
  expect(await chooseWindow(false, desktop({ platform: 'darwin', env: {} }).around)).toEqual(electron);
});

test('headless is what was asked for and needs no reason', async () => {
  expect(await chooseWindow(true, desktop().around)).toEqual({ window: 'browser', why: undefined });
});

test.each([
  ['No display', { env: {} }],
  ['Electron does not run as root', { uid: 0 }],
  ['Electron is not installed', { electron: undefined }],
  ["Electron's binary could not be fetched (no network)", { binary: () => undefined }],
])('%s: the browser, and no second download', async (why, changes) => {
  const { around, fetched } = desktop(changes);
  expect(await chooseWindow(false, around)).toEqual({ window: 'browser', why });
  expect(fetched.length).toBe('binary' in changes ? 1 : 0);
});

test('a failure of today is not tried again', async () => {
  const { around, fetched } = desktop({ binary: () => undefined, failedBefore: () => 'no network this morning' });
  const choice = await chooseWindow(false, around);
  expect(choice).toMatchObject({ why: "Electron's binary could not be fetched (no network this morning)" });
  expect(fetched).toEqual([]);
});

test('a binary that was just fetched is used', async () => {
  let present = false;
  const { around } = desktop({
    binary: () => (present ? '/electron/dist/electron' : undefined),
    fetch: async () => {
      present = true;
      return undefined;
    },
  });
  expect(await chooseWindow(false, around)).toMatchObject({ window: 'electron' });
});

/** An electron package whose install.js is `script`. */
function fakePackage(name: string, script: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'install.js'), script);
  return path;
}

test('a fetch runs the package’s own installer', async () => {
  const path = fakePackage(
    'works',
    `const fs = require('fs');
    fs.mkdirSync(__dirname + '/dist');
    fs.writeFileSync(__dirname + '/dist/electron', '');
    fs.writeFileSync(__dirname + '/path.txt', 'electron');
    fs.writeFileSync(__dirname + '/scratch.txt', process.env.TMPDIR);`,
  );
  expect(electronBinary(path)).toBeUndefined();
  expect(await fetchElectron(path)).toBeUndefined();
  expect(electronBinary(path)).toBe(join(path, 'dist', 'electron'));
  expect(existsSync(readFileSync(join(path, 'scratch.txt'), 'utf8'))).toBe(false);
});

test('a fetch that fails gives the reason in a few words', async () => {
  const path = fakePackage('fails', `console.error(new TypeError('fetch failed').stack); process.exit(1);`);
  expect(await fetchElectron(path)).toBe('no connection to the download server');
});

test('a fetch that stands still is given up, one that goes on is not', async () => {
  const still = fakePackage('still', 'setInterval(() => {}, 1000);');
  expect(await fetchElectron(still, 400)).toBe('nothing arrived for 0.4 s');
  const slow = fakePackage(
    'slow',
    `const fs = require('fs');
    let parts = 0;
    setInterval(() => {
      fs.appendFileSync(process.env.TMPDIR + '/zip', 'part');
      if (++parts === 20) throw new Error('the disk is full');
    }, 100);`,
  );
  expect(await fetchElectron(slow, 1200)).toBe('the disk is full');
});

test('the cause is the reason, where a stack has one', () => {
  const stack = `TypeError: fetch failed
    at node:internal/deps/undici/undici:13510:13 {
  [cause]: Error: getaddrinfo EAI_AGAIN github.com
      at GetAddrInfoReqWrap.onlookup {
    errno: -3001`;
  expect(reasonOf(stack)).toBe('getaddrinfo EAI_AGAIN github.com');
  expect(reasonOf('')).toBe('the download failed');
});

test('a failed fetch is remembered for a day, for its version', () => {
  const memory = new FetchMemory(join(folder, 'cache', 'spinel'));
  const now = Date.UTC(2026, 10, 24);
  const hour = 3600_000;
  expect(memory.failure('45.4.1', now)).toBeUndefined();
  memory.remember('45.4.1', now, 'no network');
  expect(memory.failure('45.4.1', now + 23 * hour)).toBe('no network');
  expect(memory.failure('45.4.1', now + 25 * hour)).toBeUndefined();
  expect(memory.failure('45.4.1', now - hour)).toBeUndefined();
  expect(memory.failure('46.0.0', now + hour)).toBeUndefined();
  writeFileSync(join(folder, 'cache', 'spinel', 'electron-fetch.json'), '{"version":');
  expect(memory.failure('45.4.1', now)).toBeUndefined();
});

test('what may be lost is kept where the system keeps such things', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe('/x/spinel');
  expect(cacheFolder({ XDG_CACHE_HOME: '' }, 'linux')).toMatch(/\.cache\/spinel$/);
  expect(cacheFolder({}, 'darwin')).toMatch(/Library\/Caches\/spinel$/);
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/spinel/Cache');
});

test('a browser is opened only where somebody sees it', () => {
  const seen = { platform: 'linux', env: { DISPLAY: ':0' }, tty: true };
  const all = (name: string) => `/bin/${name}`;
  expect(planBrowser('http://x/', seen, all)).toMatchObject({ command: '/bin/google-chrome-stable', chromium: true });
  expect(planBrowser('http://x/', { ...seen, tty: false }, all)).toBeUndefined();
  expect(planBrowser('http://x/', { ...seen, env: {} }, all)).toBeUndefined();
  expect(planBrowser('http://x/', { ...seen, env: { ...seen.env, CI: 'true' } }, all)).toBeUndefined();
  const onlyXdg = (name: string) => (name === 'xdg-open' ? '/bin/xdg-open' : undefined);
  expect(planBrowser('http://x/', seen, onlyXdg)).toEqual({
    command: '/bin/xdg-open',
    args: ['http://x/'],
    chromium: false,
  });
  expect(planBrowser('http://x/', seen, () => undefined)).toBeUndefined();
});

test('what to play is checked before anything starts', () => {
  const capture = join(folder, 'flight.pcap');
  writeFileSync(capture, '');
  const locked = join(folder, 'locked.pcap');
  writeFileSync(locked, '');
  chmodSync(locked, 0);
  const play = (...files: string[]) => sourceOf({ play: files, loop: true, demo: false });
  expect(play(capture)).toEqual({ kind: 'captures', files: [resolve(capture)], loop: true });
  expect(play('nothing.pcap')).toBe('nothing.pcap: no such file');
  expect(play(capture, folder)).toBe(`${folder}: not a file`);
  // The superuser may read everything.
  if (process.getuid?.() !== 0) expect(play(locked)).toBe(`${locked}: no permission to read it`);
  expect(sourceOf({ play: [], loop: false, demo: true })).toEqual({ kind: 'demo' });
  expect(sourceOf({ play: [], loop: false, demo: false })).toBeUndefined();
});
