import { expect, test } from 'vitest';
import type { ScanState } from '../../radio/api/contract.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { TestClock } from '../../radio/base/time.ts';
import { ScanRun } from '../../radio/host/scan-run.ts';
import { beacon, framesOf, heardFrame, rawFrame, wfbFrame } from './air.ts';

/** The air: what is sent on each channel, once in every step of 25 ms. */
type Air = Record<number, (step: number) => Uint8Array | undefined>;

class Lab {
  readonly clock = new TestClock();
  readonly tuned = new Map<string, number>();
  readonly tunings: string[] = [];
  readonly states: ScanState[] = [];
  readonly run: ScanRun;
  refuse: (name: string, mhz: number) => RadioError | undefined = () => undefined;
  readonly #names: string[];
  readonly #air: Air;
  #step = 0;

  constructor(ears: Record<string, number[]>, air: Air, remembered: number[] = []) {
    this.#names = Object.keys(ears);
    this.#air = air;
    this.run = new ScanRun({
      ears: Object.entries(ears).map(([name, frequenciesMhz]) => ({ name, frequenciesMhz })),
      tune: async (name, mhz) => {
        const refused = this.refuse(name, mhz);
        if (refused) throw refused;
        this.tunings.push(`${name} ${mhz} at ${this.clock.now() / 1e6}`);
        this.tuned.set(name, mhz);
      },
      clock: this.clock,
      remembered,
      changed: (state) => this.states.push(state),
    });
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 25) {
      await new Promise(setImmediate);
      this.clock.advance(25);
      this.#step++;
      for (const [adapter, name] of this.#names.entries()) {
        const frame = this.#air[this.tuned.get(name) ?? 0]?.(this.#step);
        if (frame) this.run.receive(rawFrame(frame, this.clock.now(), adapter));
      }
      this.run.tick();
    }
    await new Promise(setImmediate);
  }
}

const session = framesOf('session.pcap');
const rubyAir = (step: number) => session[step % session.length];
const quiet = () => undefined;

test('an air unit is found, with name and channel, and a stranger channel is described', async () => {
  const lab = new Lab(
    { a: [5805, 5825], b: [2412, 5745] },
    { 5825: rubyAir, 5745: () => heardFrame(beacon('0a0000000001'), -70, -95) },
  );
  lab.run.start();
  await lab.pass(3000);
  const state = lab.run.stop();
  expect(state.found).toHaveLength(1);
  expect(state.found[0]).toMatchObject({ protocol: 'rubyfpv', version: '11.7', frequencyMhz: 5825, video: true });
  expect(state.channels.map(({ frequencyMhz }) => frequencyMhz)).toEqual([2412, 5745, 5805, 5825]);
  const channel = state.channels.find(({ frequencyMhz }) => frequencyMhz === 5745);
  expect(channel).toMatchObject({ channel: 149, rssiDbm: -70, noiseDbm: -95, accessPoints: 1 });
  // 40 beacons of 88 bytes at 6 Mb/s a second: 140 µs each.
  expect(channel?.framesPerSecond).toBeGreaterThan(36);
  expect(channel?.framesPerSecond).toBeLessThanOrEqual(41);
  expect(channel?.occupancyPercent).toBeCloseTo(0.6, 0);
  expect(state.running).toBe(false);
  expect(state.listening).toEqual([]);
});

test('a quiet channel is left after 825 ms, one with video after 2500', async () => {
  const lab = new Lab({ a: [5805, 5825] }, { 5825: () => heardFrame(wfbFrame(7, 0)), 5805: quiet });
  lab.run.start();
  await lab.pass(6000);
  expect(lab.tunings.slice(0, 4)).toEqual(['a 5825 at 0', 'a 5805 at 2525', 'a 5825 at 3375', 'a 5805 at 5900']);
});

test('the search looks first where it was told to', async () => {
  const lab = new Lab({ a: [5180, 5805, 5825] }, {}, [5180]);
  lab.run.start();
  await lab.pass(50);
  expect(lab.run.state.listening).toEqual([{ name: 'a', frequencyMhz: 5180 }]);
});

test('a unit heard on a neighbouring channel is listed on the one it says', async () => {
  const lab = new Lab({ a: [5805] }, { 5805: rubyAir });
  lab.run.start();
  await lab.pass(3000);
  expect(lab.run.stop().found[0]?.frequencyMhz).toBe(5825);
});

test('a unit that says no channel is listed where it is strongest', async () => {
  const lab = new Lab(
    { a: [5785, 5805, 5825] },
    {
      5785: () => heardFrame(wfbFrame(7, 0), -80),
      5805: () => heardFrame(wfbFrame(7, 0), -40),
      5825: () => heardFrame(wfbFrame(7, 0), -70),
    },
  );
  lab.run.start();
  await lab.pass(9000);
  expect(lab.run.stop().found).toMatchObject([{ id: 7, frequencyMhz: 5805, rssiDbm: -40, video: true }]);
});

test('a refused channel is skipped; the search goes on', async () => {
  const lab = new Lab({ a: [5805, 5825] }, {});
  lab.refuse = (_name, mhz) => (mhz === 5825 ? new RadioError('unsupported', 'no such channel') : undefined);
  lab.run.start();
  await lab.pass(2000);
  expect(lab.run.state).toMatchObject({ running: true, problem: '', listening: [{ name: 'a', frequencyMhz: 5805 }] });
  expect(lab.run.finished(1)).toBe(true);
});

test('an interface that is unplugged leaves its channels to the others; the last one ends the search', async () => {
  const gone = new Set<string>();
  const lab = new Lab({ a: [5805, 5825], b: [5805, 5825] }, {});
  lab.refuse = (name) => (gone.has(name) ? new RadioError('no-adapter', `${name} is gone`) : undefined);
  lab.run.start();
  await lab.pass(500);
  gone.add('a');
  await lab.pass(2000);
  expect(lab.run.state.listening.map(({ name }) => name)).toEqual(['b']);
  gone.add('b');
  await lab.pass(2000);
  expect(lab.states.at(-1)).toMatchObject({ running: false, problem: 'b is gone', listening: [] });
});

test('the state is told a few times a second, not with every frame', async () => {
  const lab = new Lab({ a: [5825] }, { 5825: () => heardFrame(beacon('0a0000000001')) });
  lab.run.start();
  await lab.pass(2000);
  expect(lab.states.length).toBeGreaterThanOrEqual(8);
  expect(lab.states.length).toBeLessThanOrEqual(11);
});
