import { newestPicture, pictureAgeMs } from '../state/picture.ts';
import { useSampled } from '../state/sampled.ts';
import { type PictureState, pictureState } from './picture-meaning.ts';

/** The picture's state, looked at ten times a second. */
export function usePictureState(): PictureState {
  return useSampled(() => pictureState(pictureAgeMs(performance.now()), newestPicture()?.unsupported ?? false));
}
