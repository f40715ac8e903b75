import type { LinkSnapshot } from '../../radio/api/contract.ts';

/** One antenna in the one row that runs over all adapters: A, B, C, ... */
export interface AntennaReading {
  index: number;
  adapter: number;
  rssiDbm: number | null;
}

/** All antennas of a snapshot in order. An adapter that tells antennas not apart counts as one. */
export function antennasOf(link: LinkSnapshot): AntennaReading[] {
  const all: AntennaReading[] = [];
  link.adapters.forEach((adapter, place) => {
    const each = adapter.antennas.length > 0 ? adapter.antennas : [{ rssiDbm: adapter.rssiDbm }];
    for (const { rssiDbm } of each) all.push({ index: all.length, adapter: place, rssiDbm });
  });
  return all;
}
