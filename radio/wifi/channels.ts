/** Every value from `first` to `last`, both included, `step` apart. */
function range(first: number, last: number, step: number): number[] {
  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  return values;
}

/** A frequency band of RubyFPV and the channels its search offers, MHz. */
export interface Band {
  name: '433' | '868' | '915' | '2.3' | '2.4' | '2.5' | '5.8';
  channelsMhz: readonly number[];
  /** Reached by a Wi-Fi adapter, not by a serial radio. */
  wifi: boolean;
}

/**
 * Channel lists of RubyFPV's search menu. In its 433 list 436 is missing and 435 stands twice, plainly a slip; ours has
 * each once. Source: rubyfpv-control.md 3.2.
 */
export const BANDS: readonly Band[] = [
  { name: '433', channelsMhz: range(425, 445, 1), wifi: false },
  { name: '868', channelsMhz: range(858, 875, 1), wifi: false },
  { name: '915', channelsMhz: range(910, 920, 1), wifi: false },
  { name: '2.3', channelsMhz: range(2312, 2407, 5), wifi: true },
  { name: '2.4', channelsMhz: [...range(2412, 2472, 5), 2484], wifi: true },
  { name: '2.5', channelsMhz: range(2487, 2712, 5), wifi: true },
  {
    name: '5.8',
    channelsMhz: [...range(5180, 5320, 20), ...range(5500, 5700, 20), ...range(5745, 5885, 20)],
    wifi: true,
  },
];

/**
 * Channel number of a centre frequency at 2.4 GHz (1 to 14) or 5 GHz (32 to 196); undefined when the frequency is on
 * neither grid. Source: IEEE 802.11-2020 clauses 15.4.4.3 and 17.3.8.4.2.
 */
export function channelOf(frequencyMhz: number): number | undefined {
  if (frequencyMhz === 2484) return 14;
  if (frequencyMhz >= 2412 && frequencyMhz <= 2472) return onGrid((frequencyMhz - 2407) / 5);
  if (frequencyMhz >= 5160 && frequencyMhz <= 5980) return onGrid((frequencyMhz - 5000) / 5);
  return undefined;
}

/** Centre frequency of a channel, MHz: 1 to 14 at 2.4 GHz, 32 to 196 at 5 GHz; undefined for other numbers. */
export function frequencyOf(channel: number): number | undefined {
  if (!Number.isInteger(channel)) return undefined;
  if (channel === 14) return 2484;
  if (channel >= 1 && channel <= 13) return 2407 + channel * 5;
  if (channel >= 32 && channel <= 196) return 5000 + channel * 5;
  return undefined;
}

const onGrid = (channel: number) => (Number.isInteger(channel) ? channel : undefined);
