import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Headless, startHeadless } from '../../main/headless.ts';
import type { SourceRequest } from '../../radio/api/contract.ts';
import type { VehicleState } from '../../radio/api/telemetry.ts';
import { launchChromium } from './browser.ts';

const CAPTURES = new URL('../captures/ruby/', import.meta.url).pathname;
const OUT = new URL('../out/', import.meta.url).pathname;

let browser: Browser;
let program: Headless | undefined;
let log: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await program?.close();
  program = undefined;
});

/** The whole program, and a page that shows it; page errors fail the test that they happen in. */
async function open(source: SourceRequest | undefined, width = 1280, height = 720): Promise<Page> {
  log = [];
  program = await startHeadless({ port: 0, source, log: (line) => log.push(line) });
  const page = await browser.newPage({ viewport: { width, height } });
  page.on('pageerror', (error) => log.push(`page: ${error.message}`));
  await page.goto(program.url);
  return page;
}

async function numbers(page: Page): Promise<Record<string, number>> {
  const data = await page.locator('[data-video]').evaluate((element) => ({ ...(element as HTMLElement).dataset }));
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Number(value)]));
}

async function decodedFrom(page: Page, atLeast: number, withinMs = 30_000): Promise<void> {
  await expect.poll(async () => (await numbers(page))['decoded'] ?? 0, { timeout: withinMs }).toBeGreaterThan(atLeast);
}

/** Decoded and presented frames per second over the next `ms`. */
async function rates(page: Page, ms: number): Promise<{ decoded: number; presented: number }> {
  const before = await numbers(page);
  const startedAt = performance.now();
  await page.waitForTimeout(ms);
  const after = await numbers(page);
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = (name: string) => ((after[name] as number) - (before[name] as number)) / seconds;
  return { decoded: rate('decoded'), presented: rate('presented') };
}

/** Brightness of a grid of the shown picture, without OSD. Of a frozen picture it never changes. */
function pixels(page: Page): Promise<number[]> {
  return page.locator('[data-video] video').evaluate((element) => {
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 36;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.drawImage(element as HTMLVideoElement, 0, 0, 64, 36);
    return Array.from(context.getImageData(0, 0, 64, 36).data).filter((_, index) => index % 4 === 1);
  });
}

async function changed(page: Page, waitMs: number): Promise<number> {
  const before = await pixels(page);
  await page.waitForTimeout(waitMs);
  const after = await pixels(page);
  return after.filter((value, index) => Math.abs(value - (before[index] as number)) > 8).length / after.length;
}

/** A second listener of the same radio: what it says is what the OSD must show. */
async function listenForTelemetry(): Promise<{ newest(): VehicleState | undefined; close(): void }> {
  const { url, token } = (await (await fetch(`${program?.url}radio.json`)).json()) as { url: string; token: string };
  const socket = new WebSocket(`${url}/control?token=${token}`);
  await once(socket, 'open');
  let newest: VehicleState | undefined;
  socket.on('message', (text) => {
    const message = JSON.parse(String(text));
    if (message.feed === 'telemetry') newest = message.item;
  });
  socket.send(JSON.stringify({ t: 'listen', feed: 'telemetry' }));
  return { newest: () => newest, close: () => socket.close() };
}

async function field(page: Page, name: string): Promise<string> {
  return (await page.locator(`[data-field="${name}"]`).textContent()) ?? '';
}

test('Enter on the start screen flies the demo: moving picture at 60 frames a second, OSD as the telemetry says', async () => {
  const page = await open(undefined);
  await page.getByText('Demo flight').first().waitFor();
  await page.keyboard.press('Enter');
  await decodedFrom(page, 60);
  expect(await changed(page, 1500)).toBeGreaterThan(0.02);

  // 57, because a window ends in the middle of a frame; several windows, because somebody else may use this machine.
  let perSecond = { decoded: 0, presented: 0 };
  for (let window = 0; window < 5 && perSecond.decoded < 57; window++) perSecond = await rates(page, 5000);
  console.log(`demo: ${perSecond.decoded.toFixed(1)} decoded, ${perSecond.presented.toFixed(1)} presented per second`);
  expect(perSecond.decoded).toBeGreaterThan(57);
  expect(perSecond.decoded).toBeLessThan(66);
  expect(perSecond.presented).toBeGreaterThan(40);

  const telemetry = await listenForTelemetry();
  const seen = new Set<string>();
  for (let i = 0; i < 8; i++) {
    await page.waitForTimeout(400);
    const [altitude, heading, voltage] = await Promise.all([
      field(page, 'altitude'),
      field(page, 'heading'),
      field(page, 'voltage'),
    ]);
    const state = telemetry.newest() as VehicleState;
    seen.add(`${altitude} ${heading}`);
    // A tenth of a second lies between the two, in which it climbs at most 2 m and turns at most 8 degrees.
    expect(Math.abs(Number(altitude) - (state.altitudeM as number))).toBeLessThan(2.5);
    const turn = Math.abs(Number(heading) - (state.headingDeg as number));
    expect(Math.min(turn, 360 - turn)).toBeLessThan(8);
    expect(Math.abs(Number(voltage) - (state.voltageV as number))).toBeLessThan(0.3);
  }
  expect(seen.size).toBeGreaterThan(3);
  telemetry.close();
  expect(log.filter((line) => line.startsWith('page:'))).toEqual([]);
});

test.each([
  ['clean-h264.pcap', ['clean-h264.pcap']],
  ['a real air unit', ['session.pcap']],
  ['two lossy adapters', ['lossy-two-adapters-adapter0.pcap', 'lossy-two-adapters-adapter1.pcap']],
  ['bursts beyond FEC', ['beyond-fec.pcap']],
])('a capture of real RubyFPV code shows a moving picture: %s', async (_title, files) => {
  const page = await open({ kind: 'captures', files: files.map((file) => CAPTURES + file), loop: true });
  await decodedFrom(page, 45);
  let moved = 0;
  // The clips are about a second long: two moments may happen to be the same picture of two rounds.
  for (let i = 0; i < 5 && moved < 0.01; i++) moved = await changed(page, 430);
  expect(moved).toBeGreaterThan(0.01);
});

test('when the radio process is killed the page says so, and the picture returns by itself', async () => {
  const page = await open({ kind: 'demo' });
  await decodedFrom(page, 60);
  const firstPid = program?.radioPid() as number;
  process.kill(firstPid, 'SIGKILL');
  await page.locator('output[data-severity]').first().waitFor({ timeout: 5000 });
  await expect.poll(() => program?.radioPid(), { timeout: 10_000 }).not.toBe(firstPid);
  await page.locator('output[data-severity="caution"]').waitFor({ timeout: 10_000 });
  await expect.poll(async () => (await numbers(page))['age'], { timeout: 15_000 }).toBeLessThan(300);
  expect(await changed(page, 1500)).toBeGreaterThan(0.02);
});

test('a radio that falls silent dims the picture and tells its age; it clears when pictures come again', async () => {
  const page = await open({ kind: 'demo' });
  await decodedFrom(page, 60);
  const pid = program?.radioPid() as number;
  process.kill(pid, 'SIGSTOP');
  try {
    await page.locator('[data-picture="stale"]').waitFor({ timeout: 5000 });
    await page.getByText(/No picture for \d/).waitFor({ timeout: 5000 });
    await page.getByText('Nothing is heard from the air unit.').waitFor({ timeout: 1000 });
    const filter = await page.locator('[data-video] video').evaluate((element) => {
      let found = '';
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { filter, opacity } = getComputedStyle(at);
        if (filter !== 'none' || Number(opacity) < 1) found += `${filter} ${opacity}`;
      }
      return found;
    });
    expect(filter).not.toBe('');
    mkdirSync(OUT, { recursive: true });
    await page.screenshot({ path: `${OUT}stale.png` });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await page.locator('[data-picture="live"]').waitFor({ timeout: 15_000 });
});

test('under 35 % loss in long bursts the picture is damaged but goes on, and the link says what was lost', async () => {
  const page = await open({ kind: 'demo', channel: { loss: 0.35, burst: 30, adapters: 1, seed: 7 } });
  await decodedFrom(page, 60, 60_000);
  const before = await numbers(page);
  await page.waitForTimeout(6000);
  const after = await numbers(page);
  expect((after['decoded'] as number) - (before['decoded'] as number)).toBeGreaterThan(100);
  expect(after['age']).toBeLessThan(1500);
  expect(Number(await field(page, 'quality'))).toBeLessThan(98);
});

test('a demo without its clip and a capture that vanished say what is wrong', async () => {
  const page = await open({ kind: 'captures', files: [`${CAPTURES}no-such-file.pcap`] });
  await page
    .getByText(/no-such-file\.pcap/)
    .first()
    .waitFor({ timeout: 10_000 });
  expect(program?.radioPid()).toBeGreaterThan(0);
});
