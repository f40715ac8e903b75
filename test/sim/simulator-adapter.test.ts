import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SimulatorAdapter } from '../../radio/adapters/simulator/adapter.ts';
import type { RawFrame } from '../../radio/base/frame.ts';
import { LinkType } from '../../radio/base/frame.ts';
import { TestClock } from '../../radio/base/time.ts';
import { PacketType } from '../../radio/links/ruby/constants.ts';
import { makeVideoFrames } from '../../radio/sim/video-frames.ts';

const clip = Buffer.concat(makeVideoFrames({ bitrateBps: 5e5, fps: 60, seconds: 1, seed: 2 }));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** Lets `ms` pass in steps of 1 ms, for the clock and for timers alike. */
function pass(clock: TestClock, ms: number): void {
  for (let i = 0; i < ms; i++) {
    clock.advance(1);
    vi.advanceTimersByTime(1);
  }
}

interface Tally {
  times: number[];
  firsts: number[];
  adapters: Set<number>;
  late: number;
}

/** Starts an adapter and counts what it gives: arrival times, and when each video frame's first packet came. */
async function listen(adapter: SimulatorAdapter, clock: TestClock): Promise<Tally> {
  const tally: Tally = { times: [], firsts: [], adapters: new Set(), late: 0 };
  const frame = (raw: RawFrame) => {
    expect(raw.linkType).toBe(LinkType.radiotap);
    tally.times.push(raw.at);
    tally.adapters.add(raw.adapter);
    tally.late = Math.max(tally.late, clock.now() - raw.at);
    const ruby = raw.start + raw.view.getUint16(raw.start + 2, true) + 24;
    const video = raw.view.getUint8(ruby + 5) === PacketType.videoData;
    if (video && raw.adapter === 0 && (raw.view.getUint32(ruby + 25, true) & (1 << 10)) !== 0)
      tally.firsts.push(raw.at);
  };
  await adapter.start({ frame, ended: () => {} });
  return tally;
}

test('frames come at the pace of the flight: 60 pictures per second, on the clock, in order per adapter', async () => {
  const clock = new TestClock();
  clock.advance(5000);
  const adapter = new SimulatorAdapter({ clip, clock, channel: { loss: 0 } });
  expect(adapter.receivers).toEqual(['sim0', 'sim1']);
  const tally = await listen(adapter, clock);
  pass(clock, 3000);
  await adapter.close();
  expect(tally.adapters).toEqual(new Set([0, 1]));
  expect(new Set(tally.firsts).size).toBeGreaterThanOrEqual(179);
  expect(new Set(tally.firsts).size).toBeLessThanOrEqual(182 * 2);
  expect(tally.times[0]).toBeGreaterThanOrEqual(5e9);
  expect([...tally.times].sort((a, b) => a - b)).toEqual(tally.times);
  expect(tally.late).toBeLessThan(2.1e6);
});

test('closing stops it, twice is harmless, and it starts again', async () => {
  const clock = new TestClock();
  const adapter = new SimulatorAdapter({ clip, clock });
  const tally = await listen(adapter, clock);
  pass(clock, 200);
  await adapter.close();
  await adapter.close();
  const count = tally.times.length;
  expect(count).toBeGreaterThan(20);
  pass(clock, 500);
  expect(tally.times.length).toBe(count);
  expect(adapter.transmit()).toBe(false);
  await adapter.start({ frame: (raw) => void tally.times.push(raw.at), ended: () => {} });
  pass(clock, 100);
  expect(tally.times.length).toBeGreaterThan(count);
  await adapter.close();
});

test('after a stall it catches up 100 ms at most, and the flight is where the clock says', async () => {
  const clock = new TestClock();
  const adapter = new SimulatorAdapter({ clip, clock, channel: { loss: 0, adapters: 1 } });
  const tally = await listen(adapter, clock);
  pass(clock, 500);
  const before = tally.firsts.length;
  clock.advance(9500);
  vi.advanceTimersByTime(1);
  const caught = tally.firsts.length - before;
  expect(caught).toBeGreaterThan(2);
  expect(caught).toBeLessThanOrEqual(14);
  expect(tally.times.at(-1)).toBeGreaterThan(9.9e9);
  await adapter.close();
});
