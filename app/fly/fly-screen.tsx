import type { ReactNode } from 'react';
import { toggleFullScreen } from '../input/full-screen.ts';
import { Osd } from '../osd/osd.tsx';
import styles from './fly-screen.module.css';
import { PictureNotice } from './picture-notice.tsx';
import { usePictureState } from './picture-state.ts';

/**
 * The home screen: the picture edge to edge, the display over it, nothing else. The picture stays mounted when nothing
 * flies, because its decoder can be given its port only once.
 */
export function FlyScreen({ video, flying }: { video: ReactNode; flying: boolean }) {
  const picture = usePictureState();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the F key does the same
    <div className={styles['fly']} data-picture={picture} onDoubleClick={toggleFullScreen}>
      <div className={styles['picture']}>{video}</div>
      {flying ? (
        <>
          <Osd />
          <PictureNotice state={picture} />
        </>
      ) : null}
    </div>
  );
}
