import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** The machine may be busy; what must come soon may take this long. */
const SOON = { timeout: 20_000 };

const folder = mkdtempSync(join(tmpdir(), 'spinel-osd-'));
const errors: string[] = [];
let server: Server;
let browser: Browser;
let page: Page;

/** Opens the preview with canned values; whatever the page complains about fails the test. */
async function open(query: string, width = 1280, height = 720): Promise<void> {
  page = await browser.newPage({ viewport: { width, height } });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/preview.html?${query}`);
}

/** The page hears keys: its effects have run, as the first painted canvas shows. */
const awake = () =>
  page.waitForFunction(() => (document.querySelector('section canvas') as HTMLCanvasElement | null)?.style.width);

/** Share of drawn pixels around the middle of both layers of the display, 0 to 1. */
const inked = () =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll('section canvas'), (each) => {
      const canvas = each as HTMLCanvasElement;
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4) if ((data[i] as number) > 0) drawn++;
      return drawn / (canvas.width * canvas.height);
    }),
  );

beforeAll(async () => {
  await build({
    configFile: new URL('../../app/vite.config.ts', import.meta.url).pathname,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    try {
      const body = readFileSync(join(folder, pathname));
      response.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS });
});

afterEach(async () => {
  await page.close();
  expect(errors.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the display is drawn over the picture, and its values stand in the page as text', async () => {
  await open('state=calm');
  await expect.poll(() => page.textContent('[data-field="altitude"]'), SOON).toBe('124');
  expect(await page.textContent('[data-field="heading"]')).toBe('287');
  await expect.poll(async () => (await inked()).every((share) => share > 0.005), SOON).toBe(true);
  // Thin lines and text: over 97 % of the picture stays free.
  for (const share of await inked()) expect(share).toBeLessThan(0.06);
});

test('the horizon is drawn where the attitude puts it in the picture', async () => {
  await open('state=calm');
  await expect.poll(async () => (await inked())[0] ?? 0, SOON).toBeGreaterThan(0.005);
  // Roll 8 right, nose 4 up, 60 degrees of view at 720 lines; 160 px right of the middle along the line.
  const focal = 360 / Math.tan(Math.PI / 6);
  const drop = focal * Math.tan((4 * Math.PI) / 180);
  const roll = (8 * Math.PI) / 180;
  const x = 640 + 160 * Math.cos(roll) + drop * Math.sin(roll);
  const y = 360 - 160 * Math.sin(roll) + drop * Math.cos(roll);
  const alphas = await page.evaluate(
    ([px, py]) => {
      const canvas = document.querySelector('section canvas') as HTMLCanvasElement;
      const left = Math.round((px as number) - canvas.offsetLeft);
      const column = canvas.getContext('2d')?.getImageData(left, Math.round(py as number) - 12, 1, 25).data ?? [];
      return Array.from({ length: 25 }, (_, i) => (column[4 * i] as number) * ((column[4 * i + 3] as number) / 255));
    },
    [x, y],
  );
  expect(alphas.indexOf(Math.max(...alphas))).toBeGreaterThanOrEqual(11);
  expect(alphas.indexOf(Math.max(...alphas))).toBeLessThanOrEqual(13);
  expect(Math.max(...alphas)).toBeGreaterThan(200);
  expect(alphas[0]).toBe(0);
});

test('a stale picture is dimmed and says for how long and what it means', async () => {
  await open('state=stale');
  await expect.poll(() => page.textContent('[data-state="stale"]'), SOON).toMatch(/No picture for \d/);
  await expect
    .poll(() => page.textContent('[data-state="stale"]'), { timeout: 10_000 })
    .toMatch(/Telemetry still comes: the camera or its encoder may have stopped/);
  const filter = await page.evaluate(
    () => getComputedStyle(document.querySelector('[data-picture] > *') as Element).filter,
  );
  expect(filter).toMatch(/brightness\(0\.\d+\)/);
});

test('the link sheet opens beside the picture, which keeps its own width', async () => {
  await open('state=calm');
  const width = () => page.evaluate(() => document.querySelector('main')?.clientWidth);
  expect(await width()).toBe(1280);
  await awake();
  await page.keyboard.press('l');
  await expect.poll(width, SOON).toBe(860);
  const sheet = await page.innerText('aside');
  for (const told of ['At the decoder', '4.2', 'Rebuilds', 'Duplicates', '371,902', '8 + 4', 'wlan2', '3.4 %']) {
    expect(sheet).toContain(told);
  }
  await page.keyboard.press('Escape');
  await expect.poll(width, SOON).toBe(1280);
});

test('O goes through full, minimal and off; off leaves the picture alone', async () => {
  await open('state=calm');
  await expect.poll(async () => (await inked())[1] ?? 0, SOON).toBeGreaterThan(0.005);
  const [, full] = await inked();
  await page.keyboard.press('o');
  await expect.poll(async () => (await inked())[1] ?? 1, SOON).toBeLessThan((full as number) * 0.9);
  await page.keyboard.press('o');
  await expect.poll(inked, SOON).toEqual([0, 0]);
  await page.keyboard.press('o');
  await expect.poll(async () => (await inked())[1] ?? 0, SOON).toBeGreaterThan(0.005);
});

test('a display setting changes by keys, shows at once, and is there after a reload', async () => {
  await open('state=calm');
  await awake();
  await page.keyboard.press('d');
  await page.waitForSelector('aside [data-focus="true"]');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.innerText('aside [data-focus="true"]'), SOON).toMatch(/^Speed/);
  await page.keyboard.press('+');
  await expect.poll(() => page.innerText('aside [data-focus="true"]'), SOON).toMatch(/Speed\s+‹ m\/s ›/);
  await page.reload();
  await awake();
  await page.keyboard.press('d');
  await expect.poll(() => page.innerText('aside'), SOON).toMatch(/Speed\s+m\/s/);
});

test('key hints fade after five seconds and come back with a movement', async () => {
  await open('state=calm');
  const opacity = () => page.evaluate(() => getComputedStyle(document.querySelector('main ul') as Element).opacity);
  await expect.poll(opacity, SOON).toBe('1');
  await expect.poll(opacity, SOON).toBe('0');
  await page.mouse.move(300, 300);
  await page.mouse.move(320, 310);
  await expect.poll(opacity, SOON).toBe('1');
});

test('the start screen says what was found and has the demo in focus', async () => {
  await open('state=start');
  await expect.poll(() => page.innerText('main'), SOON).toContain('No radio adapter found');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Demo flight');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getAttribute('[data-picture]', 'data-picture'), SOON).toBe('live');
  await expect.poll(() => page.locator('section[aria-label="Flight display"]').count(), SOON).toBe(1);
});

test('a source that failed says why and what helps', async () => {
  await open('state=failed');
  await expect
    .poll(() => page.innerText('[role="alert"]'))
    .toMatch(/flight-12\.pcap[\s\S]*link type 1[\s\S]*monitor mode/);
});

test('a restarted radio process is told', async () => {
  await open('state=restarted');
  await expect.poll(() => page.innerText('output'), SOON).toMatch(/was restarted\. Picture returns by itself/);
});
