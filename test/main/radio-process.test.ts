import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { forkRadio } from '../../main/radio-child.ts';
import { readFromRadio } from '../../main/radio-messages.ts';
import { RadioProcess, type RadioProcessOptions, type RadioState } from '../../main/radio-process.ts';
import { GOOD_RADIO, scratchFolder, until, writeEntry } from './scratch.ts';

// Processes are started, on a machine that others use.
vi.setConfig({ testTimeout: 30_000 });

const folder = scratchFolder();
const good = writeEntry(folder, 'good.mjs', GOOD_RADIO);
const running: RadioProcess[] = [];

afterEach(() => Promise.all(running.splice(0).map((radio) => radio.close())));

function keep(entry: string, more: Partial<RadioProcessOptions> = {}) {
  const log: string[] = [];
  const radio = new RadioProcess({
    launch: () => forkRadio(entry, (line) => log.push(line)),
    source: undefined,
    resources: '/resources',
    appOrigins: ['http://127.0.0.1:1'],
    log: (line) => log.push(line),
    pace: { firstMs: 20, mostMs: 100, answerMs: 10_000 },
    ...more,
  });
  running.push(radio);
  const states: RadioState[] = [];
  radio.onState((state) => states.push(state));
  radio.start();
  const up = (generation: number) =>
    until(() => (radio.state.phase === 'up' && radio.state.generation === generation ? radio.state : undefined));
  const starts = () =>
    log.filter((line) => line.startsWith('start ')).map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>);
  return { radio, log, states, up, starts };
}

test('a radio process is told what it is to be, and where it listens is known', async () => {
  const { radio, up, starts, states } = keep(good, { source: { kind: 'demo' } });
  const state = await up(1);
  expect(state.url).toBe('ws://127.0.0.1:40001');
  expect(state.token.length).toBeGreaterThanOrEqual(32);
  expect(states[0]).toEqual({ phase: 'starting', generation: 1, detail: 'the radio process is starting' });
  expect(await until(() => starts()[0])).toEqual({
    t: 'start',
    generation: 1,
    token: state.token,
    source: { kind: 'demo' },
    resources: '/resources',
    appOrigins: ['http://127.0.0.1:1'],
  });
  expect(radio.pid).toBeGreaterThan(0);
});

test('a killed radio process is started again with a new token', async () => {
  const { radio, up, log } = keep(good);
  const first = await up(1);
  process.kill(radio.pid as number, 'SIGKILL');
  const second = await up(2);
  expect(second.url).toBe('ws://127.0.0.1:40002');
  expect(second.token).not.toBe(first.token);
  expect(log).toContain('the radio process ended (signal SIGKILL); starting it again in 0.02 s');
});

test('the next process opens what the last one had open', async () => {
  const moved = writeEntry(
    folder,
    'moved.mjs',
    `${GOOD_RADIO}
    process.on('message', ({ generation }) => {
      if (generation === 1) process.send({ t: 'source', request: { kind: 'captures', files: ['/a.pcap'], loop: true } });
      if (generation === 2) process.send({ t: 'source' });
      if (generation < 3) setTimeout(() => process.exit(7), 50);
    });`,
  );
  const { up, starts, log } = keep(moved, { source: { kind: 'demo' } });
  await up(3);
  await until(() => starts().length === 3);
  expect(starts().map((start) => start['source'])).toEqual([
    { kind: 'demo' },
    { kind: 'captures', files: ['/a.pcap'], loop: true },
    undefined,
  ]);
  expect(log).toContain('the radio process ended (code 7); starting it again in 0.04 s');
});

test('a radio that always ends at its start is told of with its last words, and still tried', async () => {
  const bad = writeEntry(folder, 'bad.mjs', `console.error('libradio.so is missing'); process.exit(3);`);
  const { radio, states } = keep(bad);
  const failed = await until(() => (radio.state.phase === 'failed' ? radio.state : undefined));
  expect(failed.detail).toContain('ended 3 times before it was ready (code 3)');
  expect(failed.detail).toContain('libradio.so is missing');
  await until(() => radio.state.generation > 4);
  expect(states.slice(states.indexOf(failed)).every((state) => state.phase === 'failed')).toBe(true);
});

test('an entry that is missing is a failure with Node’s own words', async () => {
  const { radio } = keep(join(folder, 'nothing.mjs'));
  const failed = await until(() => (radio.state.phase === 'failed' ? radio.state : undefined));
  expect(failed.detail).toContain('Cannot find module');
});

test('a radio that fails at first and then starts is up', async () => {
  const late = writeEntry(
    folder,
    'late.mjs',
    `${GOOD_RADIO.replace("if (message.t !== 'start') return;", 'if (message.generation < 5) process.exit(1);')}`,
  );
  const { up, states } = keep(late);
  await up(5);
  expect(states.some((state) => state.phase === 'failed')).toBe(true);
});

test('a source that ends every process is not opened for ever', async () => {
  const fragile = writeEntry(
    folder,
    'fragile.mjs',
    `${GOOD_RADIO}
    process.on('message', ({ source }) => source && setTimeout(() => process.exit(9), 20));`,
  );
  const { starts, log, up } = keep(fragile, { source: { kind: 'demo' } });
  await up(7);
  expect(starts().filter((start) => start['source'] !== undefined)).toHaveLength(6);
  expect(log).toContain('the radio process ends again and again: the source is not opened this time');
});

test('a radio that never says it is ready is ended and started again', async () => {
  const mute = writeEntry(folder, 'mute.mjs', 'setInterval(() => {}, 1000);');
  const { radio, log } = keep(mute, { pace: { firstMs: 20, mostMs: 20, answerMs: 300 } });
  await until(() => radio.state.generation >= 2);
  expect(log).toContain('the radio process was not ready within 0.3 s');
});

test('closing ends a process, also one that does not listen, and starts no other', async () => {
  const stubborn = writeEntry(folder, 'stubborn.mjs', `${GOOD_RADIO} process.on('SIGTERM', () => {});`);
  const { radio, up } = keep(stubborn, { pace: { endMs: 200 } });
  await up(1);
  const pid = radio.pid as number;
  await radio.close();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(radio.state).toEqual({ phase: 'stopped', generation: 1 });
});

test('what is no message of a radio is ignored', () => {
  for (const message of [
    undefined,
    null,
    'listening',
    {},
    { t: 'port' },
    { t: 'listening', url: 'ws://evil.example:80' },
    { t: 'listening', url: 'ws://127.0.0.1:80/../x' },
    { t: 'listening', url: 5 },
    { t: 'source', request: { kind: 'files' } },
    { t: 'source', request: { kind: 'captures', files: [] } },
    { t: 'source', request: { kind: 'captures', files: [1] } },
    { t: 'source', request: { kind: 'demo', channel: 1 } },
  ]) {
    expect(readFromRadio(message), JSON.stringify(message)).toBeUndefined();
  }
  expect(readFromRadio({ t: 'listening' })).toEqual({ t: 'listening', url: '' });
  expect(readFromRadio({ t: 'source', request: { kind: 'demo' } })).toEqual({ t: 'source', request: { kind: 'demo' } });
});
