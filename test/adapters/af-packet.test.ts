import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Frames through the real kernel: a network namespace of our own needs no root where user namespaces are allowed. */
const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(root, '.cache/af-packet-'));
const script = join(folder, 'veth.mjs');
const namespace = ['--map-root-user', '--net'];
const possible = spawnSync('unshare', [...namespace, 'ip', 'link', 'add', 'name', 'a0', 'type', 'veth']).status === 0;

beforeAll(async () => {
  await build({
    entryPoints: [join(root, 'test/adapters/af-packet-veth.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['koffi'],
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: what another process prints
function run(scenario: string, ...before: string[]): any {
  const args = [...namespace, ...before, process.execPath, '--expose-gc', script, scenario];
  const { status, stdout, stderr, signal } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 40_000 });
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return JSON.parse(stdout);
}

describe.skipIf(!possible)('raw sockets on a veth pair', { timeout: 60_000 }, () => {
  test('every frame of any length arrives byte for byte, on each interface, while memory is collected', () => {
    const result = run('exact');
    expect(result.accepted).toBe(12_000);
    expect(result.perReceiver).toEqual([6000, 6000]);
    expect(result.sha).toEqual(result.wanted);
    expect(result.truncated).toBe(0);
    for (const counters of result.counters) {
      expect(counters).toMatchObject({ up: true, frames: 6000, kernelDrops: 0, losses: 0 });
      expect(counters.receiveBufferBytes).toBeGreaterThanOrEqual(400_000);
    }
  });

  test('foreign frames and our own stay out, until everything is asked for', () => {
    expect(run('filtered')).toEqual({ flying: [2], everything: true, up: true, echo: [3] });
  });

  test('an interface that goes down or is unplugged costs the others nothing, and is used again when it returns', () => {
    const { steps, changes, reasons, losses } = run('away');
    for (const [name, [first, second]] of Object.entries<number[]>(steps)) {
      expect(first, name).toBeGreaterThan(15);
      if (name === 'down' || name === 'removed') expect(second, name).toBe(0);
      else expect(second, name).toBeGreaterThan(15);
    }
    expect(changes).toEqual(['a1 away', 'a1 up', 'a1 away', 'a1 up']);
    expect(reasons[0]).toBe('a1 is down or was unplugged. It is used again as soon as it is back.');
    expect(losses).toEqual([0, 2]);
  });

  test('what the driver refuses and what the kernel drops is counted', () => {
    const { tooLong, nowhere, count, counters, sender } = run('refused');
    expect(tooLong).toBe('refused');
    expect(nowhere).toBe('away');
    expect(sender.refused).toBe(1);
    expect(sender.sent + sender.congested).toBe(20_000);
    expect(counters.kernelDrops).toBeGreaterThan(0);
    expect(count + counters.kernelDrops).toBe(sender.sent);
    expect(counters.frames).toBe(count);
  });

  test('a frame is dated when it came, not when it was taken', () => {
    const { count, firstMs, othersMs } = run('waited');
    expect(count).toBe(100);
    expect(firstMs).toBeGreaterThanOrEqual(119);
    expect(firstMs).toBeLessThan(1000);
    expect(othersMs).toBeLessThan(firstMs - 100);
  });

  test('each thing that is wrong with an interface has its message', () => {
    expect(run('messages')).toEqual({
      none: 'bad-argument: 0 interfaces given; one to 8 can be used together',
      nine: 'bad-argument: 9 interfaces given; one to 8 can be used together',
      missing: 'no-adapter: wlan7: there is no such network interface.',
      down: 'no-adapter: a9 is down.',
      managed: 'no-monitor: a0 is not in monitor mode.',
      one: 'started',
    });
  });

  test('without the right to raw sockets the message says which one is missing', () => {
    const powerless = ['setpriv', '--inh-caps=-net_raw,-net_admin', '--bounding-set=-net_raw,-net_admin'];
    expect(run('powerless', ...powerless)).toEqual({
      said: 'no-permission: lo: raw sockets need the right CAP_NET_RAW.',
    });
  });

  test('a thread that waits for frames can be ended at once', () => {
    expect(run('thread').endedMs).toBeLessThan(1000);
  });

  test('waiting for frames keeps no timer waiting', () => {
    expect(run('turns').medianLateMs).toBeLessThan(6);
  });
});
