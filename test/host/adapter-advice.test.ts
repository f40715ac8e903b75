import { expect, test } from 'vitest';
import type { AdapterSnapshot } from '../../radio/api/contract.ts';
import { msToNs, ns } from '../../radio/base/time.ts';
import { AdapterAdvice } from '../../radio/host/adapter-advice.ts';

const HEALTHY: AdapterSnapshot = {
  name: 'wlan1',
  rssiDbm: -60,
  noiseDbm: -98,
  snrDb: 38,
  antennas: [
    { antenna: 0, rssiDbm: -60, noiseDbm: -98 },
    { antenna: 1, rssiDbm: -63, noiseDbm: -98 },
  ],
  framesPerSecond: 400,
  frames: 0,
  linkFrames: 0,
  badFrames: 0,
  wins: 0,
  lossPercent: 1,
  rate: 'MCS 2',
};
const SILENT = { rssiDbm: null, noiseDbm: null, snrDb: null, antennas: [], framesPerSecond: 0, lossPercent: 0 };

/** Ten snapshots a second; a silent adapter's link frames stand still. */
class Flight {
  readonly advice = new AdapterAdvice();
  #step = 0;
  readonly #linkFrames: number[] = [];

  pass(seconds: number, ...changes: Partial<AdapterSnapshot>[]): string[] {
    let last: string[] = [];
    for (let i = 0; i < seconds * 10; i++) {
      this.#step++;
      const adapters = changes.map((change, k) => {
        const heard = (change.framesPerSecond ?? HEALTHY.framesPerSecond) / 10;
        this.#linkFrames[k] = (this.#linkFrames[k] ?? 0) + heard;
        return { ...HEALTHY, ...change, linkFrames: this.#linkFrames[k] };
      });
      last = this.advice.update(adapters, ns(msToNs(this.#step * 100)));
    }
    return last;
  }
}

test('healthy adapters get no advice', () => {
  expect(new Flight().pass(10, {}, {})).toEqual(['', '']);
});

test('an adapter that hears nothing for three seconds while another hears is told about', () => {
  const flight = new Flight();
  expect(flight.pass(2.9, {}, SILENT)).toEqual(['', '']);
  expect(flight.pass(0.3, {}, SILENT)).toEqual(['', 'hears nothing: antenna, channel or driver']);
  expect(flight.pass(0.1, {}, {})).toEqual(['', '']);
});

test('when nobody hears anything no adapter is to blame', () => {
  const flight = new Flight();
  expect(flight.pass(10, SILENT, SILENT)).toEqual(['', '']);
  flight.pass(1, {}, {});
  expect(flight.pass(10, SILENT, SILENT)).toEqual(['', '']);
});

test('an antenna far under its sister is named', () => {
  const flight = new Flight();
  const antennas = (weakDbm: number) => ({
    antennas: [
      { antenna: 0, rssiDbm: -60, noiseDbm: null },
      { antenna: 1, rssiDbm: weakDbm, noiseDbm: null },
    ],
  });
  expect(flight.pass(6, antennas(-74))).toEqual(['']);
  expect(flight.pass(8, antennas(-80))).toEqual(['antenna 1 is 20 dB weaker than the other: connector or direction']);
  // A short fade of the other does not take it back, a lasting one does.
  expect(flight.pass(0.5, antennas(-62))[0]).not.toBe('');
  expect(flight.pass(6, antennas(-62))).toEqual(['']);
});

test('losses of one adapter alone are its own; losses of all are not', () => {
  const flight = new Flight();
  expect(flight.pass(5, { lossPercent: 40 }, { lossPercent: 30 })).toEqual(['', '']);
  expect(flight.pass(5, { lossPercent: 41 }, {})).toEqual([
    'loses 41 % while others do not: its antenna, USB port or cable',
    '',
  ]);
  expect(new Flight().pass(5, { lossPercent: 40 })).toEqual(['']);
});

test('noise and distortion are told apart', () => {
  expect(new Flight().pass(5, { noiseDbm: -80 })).toEqual([
    'much noise (-80 dBm): another transmitter, or USB 3 beside it',
  ]);
  expect(new Flight().pass(5, { rssiDbm: -10 })).toEqual(['signal too strong: more distance or less power']);
});
