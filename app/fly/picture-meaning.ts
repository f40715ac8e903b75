import { PICTURE_STALE_MS } from '../alarms/alarm-watch.ts';
import { words } from '../words.ts';

export type PictureState =
  /** No picture of this source yet. */
  | 'none'
  | 'live'
  /** The last one is older than half a second. */
  | 'stale'
  | 'unsupported';

/** State of a picture that is `ageMs` old (undefined before any). */
export function pictureState(ageMs: number | undefined, unsupported: boolean): PictureState {
  if (unsupported) return 'unsupported';
  if (ageMs === undefined) return 'none';
  return ageMs > PICTURE_STALE_MS ? 'stale' : 'live';
}

/** Heard within this is heard now, ms. */
const NOW_MS = 1500;

/** What a missing picture means for the flight, by what else is heard. */
export function meaningOf(telemetryAgeMs: number | undefined, videoAgeMs: number | undefined): string {
  if (videoAgeMs !== undefined && videoAgeMs < NOW_MS) return words.videoStillComes;
  if (telemetryAgeMs !== undefined && telemetryAgeMs < NOW_MS) return words.telemetryStillComes;
  return words.nothingHeard;
}
