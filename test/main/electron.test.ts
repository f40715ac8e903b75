import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { introduce } from '../../main/ipc.ts';
import { RadioProcess } from '../../main/radio-process.ts';
import { utilityRadio } from '../../main/utility-child.ts';
import { openWindow } from '../../main/window.ts';
import * as fake from './electron-fake.ts';
import { scratchFolder, until } from './scratch.ts';

vi.mock('electron', async () => await import('./electron-fake.ts'));

const folder = scratchFolder();

beforeEach(() => {
  fake.BrowserWindow.opened.length = 0;
  fake.utilityProcess.forked.length = 0;
});

function window() {
  openWindow('/preload.cjs', '/resources');
  return fake.BrowserWindow.opened.at(-1) as fake.BrowserWindow;
}

function radioProcess() {
  const radio = new RadioProcess({
    launch: () => utilityRadio('/radio/entry.js', () => {}),
    source: undefined,
    resources: '/resources',
    appOrigins: ['app://spinel'],
    log: () => {},
    pace: { firstMs: 10 },
  });
  radio.start();
  return radio;
}

const utility = () => fake.utilityProcess.forked.at(-1)?.child as fake.FakeUtility;

test('the page is in a sandbox, without Node, and cannot leave', () => {
  const { options, webContents, loaded } = window();
  expect(options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    preload: '/preload.cjs',
  });
  expect(loaded).toBe('app://spinel/');
  expect(webContents.openHandler({ url: 'app://spinel/' })).toEqual({ action: 'deny' });
  for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
    for (const [url, stopped] of [
      ['https://evil.example/', true],
      ['app://evil/', true],
      ['file:///etc/passwd', true],
      ['app://spinel.evil.example/', true],
      ['javascript:alert(1)', true],
      ['app://spinel/', false],
    ] as const) {
      const preventDefault = vi.fn();
      webContents.emit(event, { url, preventDefault });
      expect(preventDefault.mock.calls.length > 0, `${event} ${url}`).toBe(stopped);
    }
  }
});

test('the page gets full screen and nothing else, and no other page gets that', () => {
  const { webContents } = window();
  const { session } = webContents;
  const asked = (permission: string) => {
    const decide = vi.fn();
    session.request(webContents, permission, decide);
    return decide.mock.calls[0]?.[0];
  };
  expect(asked('fullscreen')).toBe(true);
  for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read', 'hid']) {
    expect(asked(permission), permission).toBe(false);
    expect(session.check(webContents, permission, 'app://spinel')).toBe(false);
  }
  expect(session.check(webContents, 'fullscreen', 'https://evil.example')).toBe(false);
  expect(session.device({})).toBe(false);
  webContents.mainFrame.url = 'https://evil.example/';
  expect(asked('fullscreen')).toBe(false);
});

test('page and radio get one channel of each kind once both are there', async () => {
  const { webContents } = window();
  const radio = radioProcess();
  introduce(webContents as never, radio);
  webContents.emit('did-finish-load');
  expect(webContents.posted).toEqual([]);
  utility().emit('message', { t: 'listening', url: '' });
  expect(webContents.posted.map(({ channel, message }) => [channel, message])).toEqual([
    ['spinel:port', { kind: 'control', generation: 1 }],
    ['spinel:port', { kind: 'video', generation: 1 }],
  ]);
  const ends = webContents.posted.map(({ ports }) => String(ports[0]).replace('page', 'radio'));
  expect(utility().posted.map(({ message, ports }) => [(message as { t: string }).t, ports])).toEqual([
    ['start', []],
    ['port', [ends[0]]],
    ['port', [ends[1]]],
  ]);
  await radio.close();
});

test('a new page and a new radio process are introduced again', async () => {
  const { webContents } = window();
  const radio = radioProcess();
  introduce(webContents as never, radio);
  utility().emit('message', { t: 'listening', url: '' });
  expect(webContents.posted).toHaveLength(0);
  webContents.emit('did-finish-load');
  expect(webContents.posted).toHaveLength(2);
  webContents.emit('did-start-loading');
  webContents.emit('did-finish-load');
  expect(webContents.posted).toHaveLength(4);
  utility().emit('exit', 1);
  await until(() => fake.utilityProcess.forked.length === 2);
  utility().emit('message', { t: 'listening', url: '' });
  expect(webContents.posted.at(-1)?.message).toEqual({ kind: 'video', generation: 2 });
  await radio.close();
});

test('no port goes to a page that is not ours', async () => {
  const { webContents } = window();
  const radio = radioProcess();
  introduce(webContents as never, radio);
  utility().emit('message', { t: 'listening', url: '' });
  webContents.mainFrame.url = 'https://evil.example/';
  webContents.emit('did-finish-load');
  expect(webContents.posted).toEqual([]);
  await radio.close();
});

test('the preload script passes ports on and exposes nothing', async () => {
  const postMessage = vi.fn();
  vi.stubGlobal('window', { postMessage, location: { origin: 'app://spinel' } });
  await import('../../main/preload.ts');
  expect([...fake.ipcRenderer.listeners.keys()]).toEqual(['spinel:port']);
  const listener = fake.ipcRenderer.listeners.get('spinel:port') as unknown as (
    event: unknown,
    message: unknown,
  ) => void;
  listener({ ports: ['port'], sender: 'never passed on' }, { kind: 'video', generation: 3, more: 'never passed on' });
  expect(postMessage.mock.calls).toEqual([
    [{ type: 'spinel:port', kind: 'video', generation: 3 }, 'app://spinel', ['port']],
  ]);
  expect(Object.keys(globalThis.window)).toEqual(['postMessage', 'location']);
  vi.unstubAllGlobals();
});

test('app:// serves the interface and nothing outside of it', async () => {
  const { registerAppScheme, serveAppScheme } = await import('../../main/app-protocol.ts');
  registerAppScheme();
  expect(fake.protocol.privileged.at(-1)).toEqual({
    scheme: 'app',
    privileges: { standard: true, secure: true, supportFetchAPI: true },
  });
  const app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'index.html'), '<title>Spinel</title>');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  serveAppScheme(app, () => ({ status: 503, body: '{"phase":"starting"}' }));
  const ask = async (url: string, init?: RequestInit) => {
    const answer = await fake.protocol.handlers.get('app')?.(new Request(url, init));
    return { status: answer?.status, headers: answer?.headers, body: await answer?.text() };
  };
  const page = await ask('app://spinel/');
  expect(page).toMatchObject({ status: 200, body: '<title>Spinel</title>' });
  expect(page.headers?.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.headers?.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await ask('app://spinel/radio.json')).toMatchObject({ status: 503, body: '{"phase":"starting"}' });
  for (const url of [
    'app://evil/',
    'app://spinel/%2e%2e%2fsecret.txt',
    'app://spinel/..%5csecret.txt',
    'app://spinel/x',
  ]) {
    expect((await ask(url)).status, url).toBe(404);
  }
  expect((await ask('app://spinel/', { method: 'POST', body: 'x' })).status).toBe(404);
});

test('the program opens what it was asked to, and ends its radio before itself', async () => {
  vi.stubEnv('SPINEL_START', JSON.stringify({ source: { kind: 'demo' } }));
  await import('../../main/main.ts');
  await until(() => fake.utilityProcess.forked.length === 1);
  const { entry, child } = fake.utilityProcess.forked[0] as (typeof fake.utilityProcess.forked)[0];
  expect(entry).toMatch(/dist\/radio\/entry\.js$/);
  expect(child.posted[0]?.message).toMatchObject({
    t: 'start',
    source: { kind: 'demo' },
    appOrigins: ['app://spinel'],
  });
  expect(fake.Menu.menu).toBeNull();
  const opened = fake.BrowserWindow.opened[0] as fake.BrowserWindow;
  fake.app.emit('second-instance');
  expect(opened.focused).toBe(true);
  fake.app.emit('window-all-closed');
  expect(fake.app.quits).toBe(1);
  const preventDefault = vi.fn();
  let gone = false;
  child.once('exit', () => {
    gone = true;
  });
  fake.app.emit('will-quit', { preventDefault });
  expect(preventDefault).toHaveBeenCalled();
  await until(() => fake.app.quits === 2);
  expect(gone).toBe(true);
  vi.unstubAllEnvs();
});

test.each(['not json', '{"source":{"kind":"files"}}', '{"source":{"kind":"captures","files":[1]}}'])(
  'a request that is not one opens nothing: %s',
  async (asked) => {
    vi.resetModules();
    vi.stubEnv('SPINEL_START', asked);
    const { utilityProcess } = (await import('electron')) as unknown as typeof fake;
    const before = utilityProcess.forked.length;
    await import('../../main/main.ts');
    await until(() => utilityProcess.forked.length > before);
    expect(utilityProcess.forked.at(-1)?.child.posted[0]?.message).toHaveProperty('source', undefined);
    vi.unstubAllEnvs();
  },
);

test('a second program leaves at once', async () => {
  vi.resetModules();
  const { app, utilityProcess } = (await import('electron')) as unknown as typeof fake;
  app.onlyInstance = false;
  await import('../../main/main.ts');
  expect(app.quits).toBeGreaterThan(0);
  expect(utilityProcess.forked).toHaveLength(0);
});
