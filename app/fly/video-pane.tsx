import { type Picture, putPicture } from '../state/picture.ts';
import { useApp } from '../state/store.ts';
import type { VideoStats } from '../video/stats.ts';
import { VideoView } from '../video/video-view.tsx';

const CODEC_NAMES = { h264: 'H.264', h265: 'H.265', '': '' } as const;

/** The video view's own measurements in the interface's terms. */
export function pictureOf(stats: VideoStats): Picture {
  const { complete, transport, decode, present, total } = stats.stages;
  return {
    width: stats.width,
    height: stats.height,
    codec: CODEC_NAMES[stats.codec],
    unsupported: stats.unsupported !== '',
    decodedPerSecond: stats.decodedPerSecond,
    presentedPerSecond: stats.presentedPerSecond,
    dropped: stats.dropped + stats.replaced,
    rebuilds: stats.rebuilds,
    lastShownMs: stats.lastShownMs ?? undefined,
    stages: [complete ?? undefined, transport ?? undefined, decode ?? undefined, present ?? undefined],
    total: total ?? undefined,
  };
}

const takeStats = (stats: VideoStats): void => putPicture(pictureOf(stats));

/** The picture of the radio behind the door; the last one stays while the radio is away. */
export function VideoPane() {
  const connection = useApp((state) => state.video);
  return connection === undefined ? null : <VideoView connection={connection} onStats={takeStats} />;
}
