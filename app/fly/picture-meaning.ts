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

/** Video comes hundreds of times a second: less old than a stale picture, or it no longer comes. Ms. */
const VIDEO_COMES_MS = 400;
/** Telemetry may come once a second. Ms. */
const TELEMETRY_COMES_MS = 1500;
/** When all fell silent together, telemetry may have been last by so much; only later does it go on alone. Ms. */
const TOGETHER_MS = 250;

/** What a missing picture means for the flight, by what else is heard. */
export function meaningOf(telemetryAgeMs: number | undefined, videoAgeMs: number | undefined): string {
  if (videoAgeMs !== undefined && videoAgeMs < VIDEO_COMES_MS) return words.videoStillComes;
  const comes = telemetryAgeMs !== undefined && telemetryAgeMs < TELEMETRY_COMES_MS;
  const alone = videoAgeMs === undefined || (telemetryAgeMs ?? 0) < videoAgeMs - TOGETHER_MS;
  return comes && alone ? words.telemetryStillComes : words.nothingHeard;
}
