import { PICTURE_STALE_MS } from '../alarms/alarm-watch.ts';
import { newestPicture, pictureAgeMs } from '../state/picture.ts';
import { useSampled } from '../state/sampled.ts';

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

/** The picture's state, looked at ten times a second. */
export function usePictureState(): PictureState {
  return useSampled(() => pictureState(pictureAgeMs(performance.now()), newestPicture()?.unsupported ?? false));
}
