import type { Page } from 'playwright-core';
import { startHeadless } from '../../main/headless.ts';
import { launchChromium } from '../e2e/browser.ts';

const SECONDS = 15;

/**
 * The demo flight in Chromium without a GPU: access unit complete to picture presented, frames that the decoder keeps
 * back, frames per second. The whole program, this machine's other core included.
 */
export default async function picture(print: (line: string) => void): Promise<void> {
  const browser = await launchChromium();
  const program = await startHeadless({ port: 0, source: { kind: 'demo', channel: { loss: 0.03 } }, log: () => {} });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(program.url);
    await page.locator('[data-video][data-phase="playing"]').waitFor({ timeout: 20_000 });
    await page.waitForTimeout(4000);
    const before = await numbers(page);
    const p50: number[] = [];
    const p95: number[] = [];
    const held: number[] = [];
    const startedAt = performance.now();
    while (performance.now() - startedAt < SECONDS * 1000) {
      await page.waitForTimeout(500);
      const now = await numbers(page);
      p50.push(now['latency'] as number);
      p95.push(now['latencyWorst'] as number);
      held.push(now['held'] as number);
    }
    const after = await numbers(page);
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = (name: string) => (((after[name] as number) - (before[name] as number)) / seconds).toFixed(1);
    print(
      `access unit complete to presented: p50 ${median(p50)} ms, p95 ${median(p95)} ms (medians of ${p50.length} looks)`,
    );
    print(
      `frames held by the decoder: least ${Math.min(...held)} of ${held.length} looks (a frame being decoded counts)`,
    );
    print(`per second: ${rate('received')} received, ${rate('decoded')} decoded, ${rate('presented')} presented`);
    print(
      `in ${seconds.toFixed(0)} s: ${(after['dropped'] as number) - (before['dropped'] as number)} dropped, ` +
        `${(after['rebuilds'] as number) - (before['rebuilds'] as number)} decoders replaced`,
    );
  } finally {
    await program.close();
    await browser.close();
  }
}

async function numbers(page: Page): Promise<Record<string, number>> {
  const data = await page.locator('[data-video]').evaluate((element) => ({ ...(element as HTMLElement).dataset }));
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Number(value)]));
}

function median(values: number[]): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number).toFixed(1);
}
