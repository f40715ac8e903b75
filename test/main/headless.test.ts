import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test, vi } from 'vitest';
import { startHeadless } from '../../main/headless.ts';
import { GOOD_RADIO, scratchFolder, until, writeEntry } from './scratch.ts';

// Processes are started, on a machine that others use.
vi.setConfig({ testTimeout: 30_000 });

const ROOT = new URL('../..', import.meta.url).pathname;
const folder = scratchFolder();
const app = join(folder, 'app');
const radioEntry = writeEntry(folder, 'radio.mjs', GOOD_RADIO);
const program = join(folder, 'program.mjs');

beforeAll(async () => {
  mkdirSync(app);
  writeFileSync(join(app, 'index.html'), '<title>Spinel</title>');
  // The launcher as a process of its own: signals and exit codes are what is tested.
  await build({
    stdin: {
      contents: `import { start } from './main/start.ts';
        import { startHeadless } from './main/headless.ts';
        import { writeFileSync } from 'node:fs';
        const [how, ...rest] = process.argv.slice(2);
        if (how === 'start') {
          process.exitCode = await start({ headless: rest[0] !== 'auto', port: undefined, play: rest.slice(1), loop: false, open: true, demo: false });
        } else {
          const running = await startHeadless({ app: ${JSON.stringify(app)}, radioEntry: ${JSON.stringify(radioEntry)} });
          setInterval(() => console.log('pid ' + running.radioPid()), 50);
        }`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['electron'],
  });
  writeFileSync(join(folder, 'package.json'), '{"name":"spinel","version":"0.0.0"}');
  mkdirSync(join(folder, 'dist', 'app'), { recursive: true });
  mkdirSync(join(folder, 'dist', 'radio'));
  writeFileSync(join(folder, 'dist', 'app', 'index.html'), '<title>Spinel</title>');
  writeEntry(join(folder, 'dist', 'radio'), 'entry.js', GOOD_RADIO.replace('console.log', 'console.error'));
});

function run(args: string[], env: Record<string, string> = {}) {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _w, ...rest } = process.env;
  const child = spawn(process.execPath, [program, ...args], { env: { ...rest, ...env }, cwd: folder });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return { child, said };
}

const ended = (child: ChildProcess) =>
  until(() => (child.exitCode !== null || child.signalCode !== null ? [child.exitCode, child.signalCode] : undefined));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('the page finds the radio, also the next one after a kill', async () => {
  const running = await startHeadless({ app, radioEntry, log: () => {} });
  const ask = async () => {
    const answer = await fetch(`${running.url}radio.json`);
    return { status: answer.status, ...((await answer.json()) as { generation?: number; url?: string }) };
  };
  const generation = async (wanted: number) => {
    for (;;) {
      const answer = await ask();
      if (answer.generation === wanted) return answer;
      await new Promise((wake) => setTimeout(wake, 20));
    }
  };
  expect(await generation(1)).toMatchObject({ status: 200, url: 'ws://127.0.0.1:40001' });
  const pid = running.radioPid() as number;
  process.kill(pid, 'SIGKILL');
  expect(await generation(2)).toMatchObject({ status: 200, url: 'ws://127.0.0.1:40002' });
  const next = running.radioPid() as number;
  expect(next).not.toBe(pid);
  await running.close();
  expect(isAlive(next)).toBe(false);
  await expect(fetch(running.url)).rejects.toThrow();
});

test('without a display the launcher says so, serves, and ends cleanly when asked', async () => {
  const { child, said } = run(['start', 'auto']);
  const address = await until(() => /^No display: serving the same interface at (http:\S+)$/m.exec(said.out)?.[1]);
  expect(await (await fetch(address)).text()).toContain('Spinel');
  await until(() => said.err.includes('radio: start '));
  child.kill('SIGTERM');
  expect(await ended(child)).toEqual([0, null]);
});

test('what cannot be played is told before anything starts', async () => {
  const { child, said } = run(['start', 'headless', 'nothing.pcap']);
  expect(await ended(child)).toEqual([1, null]);
  expect(said).toEqual({ out: '', err: 'spinel: nothing.pcap: no such file\n' });
});

test('the radio does not outlive a program that is killed', async () => {
  const { child, said } = run(['serve']);
  const pid = Number(await until(() => /pid (\d+)/.exec(said.out)?.[1]));
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await until(() => !isAlive(pid));
});
