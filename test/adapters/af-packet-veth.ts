import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, Worker } from 'node:worker_threads';
import { AfPacketAdapter } from '../../radio/adapters/af-packet/adapter.ts';
import type { RadioError } from '../../radio/base/errors.ts';
import { NS_PER_MS, systemClock } from '../../radio/base/time.ts';

/*
 * Run by af-packet.test.ts in a network namespace of its own, with `--expose-gc`: a veth pair stands for the air, one real
 * socket sends and others receive. Prints what happened as JSON.
 */

const ip = (command: string) => execFileSync('ip', command.split(' '));
/** Such as `a0`: pairs a0-b0, a1-b1. */
function pair(i: number): void {
  ip(`link add a${i} type veth peer name b${i}`);
  for (const name of [`a${i}`, `b${i}`]) ip(`link set ${name} mtu 4800 up`);
}

/** A frame towards a ground station with `tag` and filler behind the 802.11 header; radiotap of 12 bytes. */
function rubyFrame(tag: number, length: number, port = 0xff): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 40; i < length; i++) bytes[i] = (tag * 7 + i * 13) & 0xff;
  bytes.set([0, 0, 12, 0, 4, 0x80, 0, 0, 0x0c, 8, 0, 0, 8, 1, 0, 0, port, 255, 255, 255, 255, 255]);
  bytes.set([0x13, 0x12, 0x34, 0x56, 0x78, 0x90, 0x13, 0x12, 0x34, 0x56, 0x78, 0x90], 22);
  new DataView(bytes.buffer).setUint32(36, tag);
  return bytes;
}

interface Heard {
  count: number;
  perReceiver: number[];
  /** Of everything heard, in order, per receiver. */
  sha: string[];
  tags: Set<number>;
  changes: string[];
  reasons: string[];
}

async function listen(
  interfaces: string[],
  filter?: 'everything',
): Promise<{ adapter: AfPacketAdapter; heard: Heard }> {
  const hashes = interfaces.map(() => createHash('sha256'));
  const heard: Heard = {
    count: 0,
    perReceiver: interfaces.map(() => 0),
    sha: [],
    tags: new Set(),
    changes: [],
    reasons: [],
  };
  const adapter = new AfPacketAdapter({
    interfaces,
    anyKind: true,
    ...(filter ? { filter } : {}),
    onChange: (receiver, up, reason) => {
      heard.changes.push(`${interfaces[receiver]} ${up ? 'up' : 'away'}`);
      if (reason) heard.reasons.push(reason.message);
    },
  });
  await adapter.start({
    frame: (raw) => {
      heard.count++;
      (heard.perReceiver[raw.adapter] as number)++;
      const { bytes, start, end } = raw;
      hashes[raw.adapter]?.update(bytes.subarray(start, end));
      if (end - start >= 40) heard.tags.add(raw.view.getUint32(start + 36));
      // Memory that the kernel writes into must not be collected: force it while frames come.
      if (heard.count % 500 === 0) globalThis.gc?.();
      heard.sha = [];
    },
    ended: () => {},
  });
  return {
    adapter,
    heard: Object.defineProperty(heard, 'sha', {
      get: () => hashes.map((hash) => hash.copy().digest('hex')),
      set: () => {},
    }),
  };
}

async function until(done: () => boolean, ms = 5000): Promise<void> {
  for (const end = performance.now() + ms; !done() && performance.now() < end; ) await sleep(10);
}

/** How a start ends, in words. */
async function say(interfaces: string[], anyKind: boolean): Promise<string> {
  const adapter = new AfPacketAdapter({ interfaces, anyKind });
  try {
    await adapter.start({ frame: () => {}, ended: () => {} });
    await adapter.close();
    return 'started';
  } catch (error) {
    return `${(error as RadioError).code}: ${(error as Error).message}`;
  }
}

const print = (result: object) => console.log(JSON.stringify(result));

const scenarios: Record<string, () => Promise<void>> = {
  /** 12,000 frames of all lengths to two interfaces of one adapter, collections forced on the way. */
  async exact() {
    for (const i of [0, 1]) pair(i);
    const { adapter, heard } = await listen(['a0', 'a1']);
    const sender = new AfPacketAdapter({ interfaces: ['b0', 'b1'], anyKind: true });
    await sender.start({ frame: () => {}, ended: () => {} });
    const wanted = [createHash('sha256'), createHash('sha256')];
    let accepted = 0;
    for (let tag = 0; tag < 6000; tag++) {
      const whole = rubyFrame(tag, 40 + ((tag * 37) % 4200));
      // A frame may lie anywhere in a larger memory.
      const memory = new Uint8Array(whole.length + 20);
      const frame = memory.subarray(7, 7 + whole.length);
      frame.set(whole);
      for (const to of [0, 1]) {
        if (sender.transmitOn(to, frame) === 'sent') accepted++;
        wanted[to]?.update(frame);
      }
      if (tag % 100 === 0) await sleep(1);
    }
    await until(() => heard.count >= 12_000);
    print({
      accepted,
      perReceiver: heard.perReceiver,
      sha: heard.sha,
      wanted: wanted.map((hash) => hash.digest('hex')),
      counters: adapter.counters(),
      truncated: adapter.truncated,
    });
    await adapter.close();
    await sender.close();
  },

  /** Foreign frames, our own frames, and then everything. */
  async filtered() {
    pair(0);
    const { adapter, heard } = await listen(['a0']);
    const { adapter: sender, heard: echo } = await listen(['b0'], 'everything');
    const foreign = rubyFrame(1, 200, 0xef);
    const ours = rubyFrame(2, 200);
    sender.transmit(foreign);
    sender.transmit(ours);
    await until(() => heard.count > 0);
    const flying = [...heard.tags];
    const up = adapter.transmit(rubyFrame(3, 100, 0xef));
    await until(() => echo.tags.has(3));
    adapter.setFilter('everything');
    sender.transmit(foreign);
    await until(() => heard.tags.has(1));
    print({ flying, everything: heard.tags.has(1), up, echo: [...echo.tags].filter((tag) => tag < 10) });
    await adapter.close();
    await sender.close();
  },

  /** One of two interfaces goes down and up, then is removed and made again, then renamed. */
  async away() {
    for (const i of [0, 1]) pair(i);
    const { adapter, heard } = await listen(['a0', 'a1']);
    const sender = new AfPacketAdapter({ interfaces: ['b0', 'b1'], anyKind: true });
    await sender.start({ frame: () => {}, ended: () => {} });
    let tag = 0;
    const flying = setInterval(() => {
      for (const to of [0, 1]) sender.transmitOn(to, rubyFrame(++tag, 300));
    }, 5);
    const steps: Record<string, number[]> = {};
    const step = async (name: string) => {
      await sleep(150);
      const before = heard.perReceiver.slice();
      await sleep(250);
      steps[name] = heard.perReceiver.map((count, i) => count - (before[i] as number));
    };
    await step('both');
    ip('link set a1 down');
    await step('down');
    ip('link set a1 up');
    await until(() => heard.changes.includes('a1 up'));
    await until(() => sender.counters()[1]?.up === true);
    await step('up');
    ip('link del a1');
    await step('removed');
    pair(1);
    await until(() => heard.changes.filter((change) => change === 'a1 up').length === 2);
    await until(() => sender.counters()[1]?.up === true);
    await step('returned');
    clearInterval(flying);
    print({
      steps,
      changes: heard.changes,
      reasons: heard.reasons,
      losses: adapter.counters().map(({ losses }) => losses),
    });
    await adapter.close();
    await sender.close();
  },

  /** Frames that no driver takes, and a receiver that is too slow. */
  async refused() {
    pair(0);
    const { adapter, heard } = await listen(['a0']);
    const sender = new AfPacketAdapter({ interfaces: ['b0'], anyKind: true });
    await sender.start({ frame: () => {}, ended: () => {} });
    const tooLong = sender.transmitOn(0, rubyFrame(1, 6000));
    const nowhere = sender.transmitOn(3, rubyFrame(1, 100));
    // Nothing is taken while this runs, so the kernel's buffer must overflow and tell.
    for (let i = 0; i < 20_000; i++) sender.transmitOn(0, rubyFrame(i, 1400));
    await until(() => heard.count + (adapter.counters()[0]?.kernelDrops ?? 0) >= 20_000);
    const [counters] = adapter.counters();
    print({ tooLong, nowhere, count: heard.count, counters, sender: sender.counters()[0] });
    await adapter.close();
    await sender.close();
  },

  /** Frames that waited in the kernel tell when they came. */
  async waited() {
    pair(0);
    const agesMs: number[] = [];
    const adapter = new AfPacketAdapter({ interfaces: ['a0'], anyKind: true, clock: systemClock });
    await adapter.start({ frame: (raw) => agesMs.push((systemClock.now() - raw.at) / NS_PER_MS), ended: () => {} });
    const sender = new AfPacketAdapter({ interfaces: ['b0'], anyKind: true });
    await sender.start({ frame: () => {}, ended: () => {} });
    sender.transmit(rubyFrame(1, 100));
    for (const end = performance.now() + 120; performance.now() < end; );
    for (let tag = 2; tag <= 100; tag++) sender.transmit(rubyFrame(tag, 100));
    await until(() => agesMs.length >= 100);
    print({ count: agesMs.length, firstMs: agesMs[0], othersMs: Math.max(...agesMs.slice(1)) });
    await adapter.close();
    await sender.close();
  },

  /** What a person is told. */
  async messages() {
    pair(0);
    ip('link add a9 type veth peer name b9');
    print({
      none: await say([], true),
      nine: await say(Array(9).fill('a0'), true),
      missing: await say(['wlan7'], false),
      down: await say(['a9'], true),
      managed: await say(['a0'], false),
      one: await say(['wlan7', 'a0'], true),
    });
  },

  /** A thread that waits for frames can be ended at any time. */
  async thread() {
    pair(0);
    const worker = new Worker(new URL(import.meta.url), { argv: ['endless'] });
    await once(worker, 'message');
    await sleep(50);
    const at = performance.now();
    await worker.terminate();
    print({ endedMs: performance.now() - at });
  },

  async endless() {
    await listen(['a0']);
    parentPort?.postMessage('up');
  },

  /** Without rights. */
  async powerless() {
    print({ said: await say(['lo'], true) });
  },

  /** A timer and a message keep their time while frames pour in, and a wake ends a wait at once. */
  async turns() {
    pair(0);
    const { adapter } = await listen(['a0']);
    const lateMs: number[] = [];
    for (let i = 0; i < 50; i++) {
      const at = performance.now();
      await sleep(4);
      lateMs.push(performance.now() - at - 4);
    }
    lateMs.sort((a, b) => a - b);
    print({ medianLateMs: lateMs[25], wakeFd: adapter.wakeFd });
    await adapter.close();
  },
};

await scenarios[process.argv[2] as string]?.();
