import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { NS_PER_MS } from '../../radio/base/time.ts';
import { clockZero, threadClock } from '../../radio/host/clock.ts';

test('a clock starts at its zero and never goes back', () => {
  const clock = threadClock(clockZero());
  let last = clock.now();
  expect(last).toBeGreaterThanOrEqual(0);
  expect(last).toBeLessThan(1000 * NS_PER_MS);
  for (let i = 0; i < 10_000; i++) {
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

test('threads with the same zero read the same time', async () => {
  const zero = clockZero();
  const clock = threadClock(zero);
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     parentPort.on('message', () => {
       const [s, n] = process.hrtime(workerData);
       parentPort.postMessage(s * 1e9 + n);
     });`,
    { eval: true, workerData: zero },
  );
  try {
    for (let i = 0; i < 20; i++) {
      const before = clock.now();
      worker.postMessage('time?');
      const [there] = await once(worker, 'message');
      expect(there).toBeGreaterThanOrEqual(before);
      expect(there).toBeLessThanOrEqual(clock.now());
    }
  } finally {
    await worker.terminate();
  }
});
