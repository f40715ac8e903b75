import type { LinkSnapshot } from '../../radio/api/contract.ts';
import { LinkHistory } from './link-history.ts';
import { useSampled } from './sampled.ts';

let newest: LinkSnapshot | undefined;

/** The last minute, two points a second. */
export const linkHistory = new LinkHistory(120, 500);

/** Takes a snapshot from the radio; `undefined` when the source changed. */
export function putLink(snapshot: LinkSnapshot | undefined): void {
  newest = snapshot;
  if (snapshot === undefined) linkHistory.clear();
  else linkHistory.take(snapshot);
}

/** The newest snapshot, for the canvas. Lent: do not write to it. */
export function newestLink(): LinkSnapshot | undefined {
  return newest;
}

/** A value of the newest link snapshot at 10 Hz. Round in the selector, so that equal digits render nothing. */
export function useLink<T>(select: (snapshot: LinkSnapshot) => T): T | undefined {
  return useSampled(() => (newest === undefined ? undefined : select(newest)));
}
