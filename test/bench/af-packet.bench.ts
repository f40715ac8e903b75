import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { AfPacketAdapter } from '../../radio/adapters/af-packet/adapter.ts';

/** What one process measured of itself. */
interface Measured {
  frames: number;
  cpuUs: number;
  wallUs: number;
  drops: number;
}

/** The two ends of the pair. */
const EAR = 'veth0';
const MOUTH = 'veth1';

const ROUNDS = 3;
const WARM_UP = 4000;
/** Frames of 1400 bytes: a second of video is 60 bursts of 83, or all of them one by one. */
const PACES = [
  { words: '5,000/s in bursts of 83', perSecond: 5000, burst: 83, frames: 19_000 },
  { words: '5,000/s one by one', perSecond: 5000, burst: 1, frames: 19_000 },
  { words: 'as fast as they can be sent', perSecond: 0, burst: 1, frames: 400_000 },
];

/**
 * Raw sockets on a veth pair in a network namespace of its own: CPU time a frame, received and sent, beside a plain C loop that
 * does the same, by turns in one run; and what the kernel drops in 30 s at 5,000 frames a second.
 */
export default async function afPacket(print: (line: string) => void): Promise<void> {
  const [role, ...args] = (process.env['AF_PACKET_BENCH'] ?? '').split(' ');
  if (role === 'receive') return receive(Number(args[0]), Number(args[1]));
  if (role === 'send') return send(Number(args[0]));
  if (role === 'inside') return inside(print, args[0] as string);

  const folder = mkdtempSync(join(tmpdir(), 'spinel-bench-'));
  const compiled = join(folder, 'af-packet');
  try {
    const cc = spawnSync('cc', ['-O2', '-o', compiled, 'test/bench/af-packet.c'], { encoding: 'utf8' });
    if (cc.status !== 0) return print(`not run: test/bench/af-packet.c needs a C compiler (${cc.stderr || cc.error})`);
    // Only the machine's own root may have a large receive buffer.
    const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    const namespace = [...user, '--net', process.execPath, '--expose-gc', process.argv[1] as string];
    const env = { ...process.env, AF_PACKET_BENCH: `inside ${compiled}` };
    const { status, stderr } = spawnSync('unshare', namespace, { env, stdio: ['ignore', 'inherit', 'pipe'] });
    if (status !== 0) throw new Error(`no network namespace, or a failure in it: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inside(print: (line: string) => void, compiled: string): Promise<void> {
  execFileSync('ip', ['link', 'add', 'name', EAR, 'type', 'veth', 'peer', 'name', MOUTH]);
  for (const name of [EAR, MOUTH]) execFileSync('ip', ['link', 'set', 'dev', name, 'up']);
  const us = ({ cpuUs, frames }: Measured) => cpuUs / frames;
  for (const { words, perSecond, burst, frames } of PACES) {
    const c: Measured[] = [];
    const ours: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const [list, receiver] of [
        [c, () => cReceiver(compiled, frames)] as const,
        [ours, () => ourReceiver(frames)] as const,
      ]) {
        const { ready, result } = receiver();
        await ready;
        const sender = spawn(compiled, ['send', MOUTH, String(frames), String(perSecond), String(burst)], {
          stdio: 'ignore',
        });
        list.push(await result);
        sender.kill();
      }
    }
    const rate = perSecond === 0 ? `; frames/s ${pair(ours, perSecondOf, 0)}, C ${pair(c, perSecondOf, 0)}` : '';
    const drops = ours.reduce((sum, one) => sum + one.drops, 0);
    print(
      `receive, ${words}: ${pair(ours, us)} µs CPU a frame, C ${pair(c, us)} (${ratio(ours, c, us)}x)${rate}; ` +
        `kernel drops ${drops}, C ${c.reduce((sum, one) => sum + one.drops, 0)}`,
    );
  }

  const c: Measured[] = [];
  const ours: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    c.push(JSON.parse(execFileSync(compiled, ['send', MOUTH, '200000', '0', '1'], { encoding: 'utf8' })));
    ours.push(await self('send 200000').result);
  }
  print(
    `transmit: ${pair(ours, us)} µs CPU a frame, C ${pair(c, us)} (${ratio(ours, c, us)}x); ` +
      `frames/s ${pair(ours, perSecondOf, 0)}, C ${pair(c, perSecondOf, 0)}`,
  );

  const frames = 5000 * 30;
  const { ready, result } = ourReceiver(frames);
  await ready;
  spawn(compiled, ['send', MOUTH, String(frames), '5000', '83'], { stdio: 'ignore' });
  const long = await result;
  // Measured are those after the first that follows the warm-up.
  print(
    `30 s at 5,000/s: ${(long.frames + WARM_UP + 1).toLocaleString('en-US')} frames received, ${long.drops} dropped by the kernel`,
  );
}

const perSecondOf = ({ frames, wallUs }: Measured) => (frames * 1e6) / wallUs;

/** The best and the median: noise only ever adds. */
function pair(list: readonly Measured[], of: (one: Measured) => number, digits = 1): string {
  const sorted = list.map(of).sort((a, b) => a - b);
  const best = of === perSecondOf ? sorted.at(-1) : sorted[0];
  const show = (value = Number.NaN) => value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return `${show(best)} / ${show(sorted[sorted.length >> 1])}`;
}

function ratio(ours: readonly Measured[], c: readonly Measured[], of: (one: Measured) => number): string {
  return (Math.min(...ours.map(of)) / Math.min(...c.map(of))).toFixed(1);
}

interface Started {
  ready: Promise<unknown>;
  result: Promise<Measured>;
}

function cReceiver(compiled: string, frames: number): Started {
  return watch(
    spawn(compiled, ['receive', EAR, String(frames), String(WARM_UP)], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

const ourReceiver = (frames: number) => self(`receive ${frames} ${WARM_UP}`);

function self(role: string): Started {
  const env = { ...process.env, AF_PACKET_BENCH: role };
  return watch(spawn(process.execPath, [process.argv[1] as string], { env, stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** Lines of a child: `ready`, then its result. */
function watch(child: ChildProcess): Started {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const result = new Promise<Measured>((resolve, reject) => {
    lines.on('line', (line) => (line === 'ready' ? isReady() : resolve(JSON.parse(line))));
    child.once('exit', (code) => code !== 0 && reject(new Error(`a measuring process ended with ${code}`)));
  });
  return { ready, result };
}

async function receive(count: number, warmUp: number): Promise<void> {
  let received = 0;
  let measured = 0;
  let sum = 0;
  let started: { cpu: NodeJS.CpuUsage; at: number } | undefined;
  let cpuUs = 0;
  let endedAt = 0;
  let lastAt = performance.now();
  const adapter = new AfPacketAdapter({ interfaces: [EAR], anyKind: true });
  await adapter.start({
    frame: (raw) => {
      sum += (raw.bytes[raw.start + 16] as number) + raw.end;
      received++;
      if (started) measured++;
      else if (received > warmUp) started = { cpu: process.cpuUsage(), at: performance.now() };
      if (received === count && started) {
        const { user, system } = process.cpuUsage(started.cpu);
        cpuUs = user + system;
        endedAt = performance.now();
      }
    },
    ended: () => {},
  });
  console.log('ready');
  // Frames that the kernel dropped never come: silence is the end too.
  for (let before = -1; received < count; ) {
    await sleep(500);
    if (received > 0 && received === before && performance.now() - lastAt > 2000) break;
    if (received !== before) lastAt = performance.now();
    before = received;
  }
  if (endedAt === 0 && started) {
    const { user, system } = process.cpuUsage(started.cpu);
    cpuUs = user + system;
    endedAt = lastAt;
  }
  const drops = adapter.counters()[0]?.kernelDrops ?? 0;
  await adapter.close();
  const wallUs = (endedAt - (started?.at ?? 0)) * 1000;
  if (sum === 0) throw new Error('nothing was received');
  console.log(JSON.stringify({ frames: measured, cpuUs, wallUs, drops }));
}

async function send(count: number): Promise<void> {
  const adapter = new AfPacketAdapter({ interfaces: [MOUTH], anyKind: true });
  await adapter.start({ frame: () => {}, ended: () => {} });
  const frame = new Uint8Array(1400);
  frame.set([
    0, 0, 12, 0, 4, 0x80, 0, 0, 12, 8, 0, 0, 8, 1, 0, 0, 0xff, 255, 255, 255, 255, 255, 0x13, 0x12, 0x34, 0x56,
  ]);
  for (let i = 0; i < 20_000; i++) adapter.transmit(frame);
  const cpu = process.cpuUsage();
  const at = performance.now();
  for (let i = 0; i < count; i++) while (!adapter.transmit(frame)) await sleep(1);
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({ frames: count, cpuUs: user + system, wallUs: (performance.now() - at) * 1000, drops: 0 }),
  );
  await adapter.close();
}
