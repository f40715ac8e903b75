import { useSampled } from './sampled.ts';

/** One stage of the way to the screen, ms. */
export interface Stage {
  p50: number;
  p95: number;
}

/** What the picture itself is doing, as the video view measures it. */
export interface Picture {
  width: number;
  height: number;
  /** Such as `H.264`; empty before any. */
  codec: string;
  /** The browser cannot decode this codec. */
  unsupported: boolean;
  decodedPerSecond: number;
  presentedPerSecond: number;
  dropped: number;
  rebuilds: number;
  /** Page time (`performance.now()`) of the newest picture on the screen; undefined before any. */
  lastShownMs: number | undefined;
  /** Last fragment to complete, to the decoder, decoded, drawn; undefined where nothing was measured. */
  stages: readonly (Stage | undefined)[];
  total: Stage | undefined;
}

let newest: Picture | undefined;
let startedMs = 0;

/** Takes what the video view measured. */
export function putPicture(picture: Picture | undefined): void {
  newest = picture;
}

/** Another source starts now: what was shown before is no picture of it. */
export function startPicture(nowMs: number): void {
  startedMs = nowMs;
}

/** The newest measurement. Lent. */
export function newestPicture(): Picture | undefined {
  return newest;
}

/** Milliseconds since a picture of this source was last shown; undefined before any. */
export function pictureAgeMs(nowMs: number): number | undefined {
  const shown = newest?.lastShownMs;
  return shown === undefined || shown < startedMs ? undefined : Math.max(0, nowMs - shown);
}

/** A value of the newest picture measurement at 10 Hz. Round in the selector, so that equal digits render nothing. */
export function usePicture<T>(select: (picture: Picture) => T): T | undefined {
  return useSampled(() => (newest === undefined ? undefined : select(newest)));
}
