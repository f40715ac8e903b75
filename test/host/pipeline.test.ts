import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Adapter, AdapterEvents } from '../../radio/adapters/adapter.ts';
import type { AccessUnit } from '../../radio/api/access-unit.ts';
import type { LinkSnapshot, Notice } from '../../radio/api/contract.ts';
import type { VehicleState } from '../../radio/api/telemetry.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { LinkType, type RawFrame } from '../../radio/base/frame.ts';
import { ns, TestClock } from '../../radio/base/time.ts';
import { Pipeline } from '../../radio/host/pipeline.ts';
import { SimulatedFlight } from '../../radio/sim/simulated-flight.ts';

const clip = readFileSync(new URL('../../resources/clips/demo.h264', import.meta.url));

class TestAdapter implements Adapter {
  readonly receivers = ['left', 'right'];
  events: AdapterEvents | undefined;
  closed = 0;

  async start(events: AdapterEvents): Promise<void> {
    this.events = events;
  }

  transmit(): boolean {
    return false;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

let clock: TestClock;
let adapter: TestAdapter;
let pipeline: Pipeline;
let units: AccessUnit[];
let states: VehicleState[];
let snapshots: LinkSnapshot[];
let notices: Notice[];
let ended: (RadioError | undefined)[];

beforeEach(async () => {
  vi.useFakeTimers();
  clock = new TestClock();
  adapter = new TestAdapter();
  [units, states, snapshots, notices, ended] = [[], [], [], [], []];
  pipeline = new Pipeline(adapter, clock, {
    video: (unit) => units.push(unit),
    telemetry: (state) => states.push(structuredClone(state)),
    link: (snapshot) => snapshots.push(snapshot),
    notice: (notice) => notices.push(notice),
    ended: (reason) => ended.push(reason),
  });
  await pipeline.start();
});
afterEach(async () => {
  await pipeline.close();
  vi.useRealTimers();
});

/** Plays the simulated flight for `ms`, a millisecond at a time. */
function fly(flight: SimulatedFlight, ms: number): void {
  for (let i = 0; i < ms; i++) {
    clock.advance(1);
    flight.step(clock.now(), (raw) => adapter.events?.frame(raw));
    vi.advanceTimersByTime(1);
  }
}

test('frames become pictures, vehicle state and link snapshots at their rates', () => {
  fly(new SimulatedFlight({ clip, channel: { loss: 0, adapters: 2 } }), 2000);
  expect(units.length).toBeGreaterThanOrEqual(118);
  expect(units.every((unit) => !unit.damaged && !unit.afterGap && unit.width === 1280)).toBe(true);
  expect(units[0]?.keyFrame).toBe(true);
  expect(snapshots.length).toBe(20);
  expect(states.length).toBeGreaterThan(30);
  expect(states.length).toBeLessThanOrEqual(100);
  const last = snapshots.at(-1) as LinkSnapshot;
  expect(last).toMatchObject({ protocol: 'rubyfpv', codec: 'h264', width: 1280, height: 720, qualityPercent: 100 });
  expect(last.framesPerSecond).toBeGreaterThanOrEqual(58);
  expect(last.framesPerSecond).toBeLessThanOrEqual(62);
  expect(last.adapters.map((each) => each.name)).toEqual(['left', 'right']);
  for (const each of last.adapters) {
    expect(each.lossPercent).toBe(0);
    expect(each.antennas.length).toBe(2);
    expect(each.rssiDbm).toBeLessThan(-20);
    expect(each.rate).toBe('MCS 3');
  }
  expect((last.adapters[0]?.wins ?? 0) + (last.adapters[1]?.wins ?? 0)).toBe(last.packets.received);
});

test('losses show as loss of the adapter, as repairs, and as quality', () => {
  fly(new SimulatedFlight({ clip, channel: { loss: 0.3, burst: 12, adapters: 1, seed: 5 } }), 3000);
  const last = snapshots.at(-1) as LinkSnapshot;
  expect(Math.max(...snapshots.map((each) => each.adapters[0]?.lossPercent ?? 0))).toBeGreaterThan(10);
  expect(last.packets.lost).toBeGreaterThan(0);
  expect(last.packets.recovered).toBeGreaterThan(0);
  const worst = Math.min(...snapshots.map((each) => each.qualityPercent ?? 100));
  expect(worst).toBeLessThan(100);
  expect(worst).toBeGreaterThanOrEqual(0);
  expect(units.length).toBeGreaterThan(60);
});

test('noise in any shape is counted and harms nobody', () => {
  const bytes = new Uint8Array(4096);
  const raw: RawFrame = {
    bytes,
    view: new DataView(bytes.buffer),
    start: 0,
    end: 0,
    linkType: LinkType.radiotap,
    at: ns(0),
    adapter: 0,
  };
  let seed = 1;
  for (let i = 0; i < 3000; i++) {
    for (let k = 0; k < 64; k++) {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      bytes[k] = seed >>> 16;
    }
    // Every other one begins like radiotap, so that it gets further.
    if (i % 2 === 0) bytes.set([0, 0, 8, 0, 0, 0, 0, 0, 8, 1, 0, 0, 0xff], 0);
    raw.end = seed % 1600;
    adapter.events?.frame(raw);
  }
  vi.advanceTimersByTime(100);
  expect(units).toEqual([]);
  expect(snapshots.at(-1)?.adapters[0]?.frames).toBe(3000);
});

test('the end of the frames gives out what was there, and is told with its reason', () => {
  fly(new SimulatedFlight({ clip, channel: { loss: 0, adapters: 1 } }), 300);
  const before = units.length;
  const reason = new RadioError('no-adapter', 'unplugged');
  adapter.events?.ended(reason);
  expect(units.length).toBeGreaterThanOrEqual(before);
  expect(ended).toEqual([reason]);
});

test('a closed pipeline says nothing more', async () => {
  await pipeline.close();
  vi.advanceTimersByTime(1000);
  expect(snapshots).toEqual([]);
  expect(adapter.closed).toBe(1);
});
