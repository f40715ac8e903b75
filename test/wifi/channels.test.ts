import { expect, test } from 'vitest';
import { BANDS, channelOf, frequencyOf } from '../../radio/wifi/channels.ts';

test('channels and frequencies are each other’s inverse', () => {
  for (const channel of [...Array(14).keys()].map((i) => i + 1).concat([36, 40, 64, 100, 140, 149, 165, 177])) {
    expect(channelOf(frequencyOf(channel) as number)).toBe(channel);
  }
  expect([1, 13, 14, 36, 161, 177].map(frequencyOf)).toEqual([2412, 2472, 2484, 5180, 5805, 5885]);
});

test('numbers off the grid have no channel', () => {
  expect([0, 15, 31, 197, 1.5].map(frequencyOf)).toEqual(Array(5).fill(undefined));
  expect([2407, 2413, 2477, 5803, 4000].map(channelOf)).toEqual(Array(5).fill(undefined));
});

test('the search lists are those of the reference', () => {
  const count = Object.fromEntries(BANDS.map(({ name, channelsMhz }) => [name, channelsMhz.length]));
  expect(count).toEqual({ 433: 21, 868: 18, 915: 11, '2.3': 20, '2.4': 14, '2.5': 46, '5.8': 27 });
  const last = BANDS.at(-1)?.channelsMhz ?? [];
  expect([last[0], last[7], last[8], last[18], last[19], last.at(-1)]).toEqual([5180, 5320, 5500, 5700, 5745, 5885]);
});
