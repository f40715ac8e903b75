/** Chromium's way from frames to a media track; it exists only in windows. */
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
declare global {
  interface Window {
    readonly MediaStreamTrackGenerator?: new (init: { kind: 'video' }) => TrackGenerator;
  }
}

/** What shows the frames in the page, and what the worker needs to reach it. */
export interface Presenter {
  readonly element: HTMLVideoElement | HTMLCanvasElement;
  /** For the worker's `init`; both are to be transferred. */
  readonly target: { writable: WritableStream<VideoFrame> } | { canvas: OffscreenCanvas };
  close(): void;
}

/** A frame that the compositor showed: its timestamp in microseconds, page time in ms, frames shown so far. */
export type Presented = (timestamp: number, atMs: number, count: number) => void;

/**
 * A `<video>` fed by a `MediaStreamTrackGenerator` where there is one, else a canvas. Without a GPU the first adds
 * 0.2 ms to decoding, the second 7 to 12 (hot-path-choices.md 4). `onPresented` is called for the `<video>` alone.
 */
export function createPresenter(onPresented: Presented): Presenter {
  return window.MediaStreamTrackGenerator === undefined
    ? canvasPresenter()
    : videoPresenter(new window.MediaStreamTrackGenerator({ kind: 'video' }), onPresented);
}

function videoPresenter(generator: TrackGenerator, onPresented: Presented): Presenter {
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  video.disablePictureInPicture = true;
  video.srcObject = new MediaStream([generator]);
  // Autoplay of a muted video is always allowed; the promise is refused only when the element is gone already.
  video.play().catch(() => {});
  let handle = video.requestVideoFrameCallback(function presented(_now, frame) {
    onPresented(Math.round(frame.mediaTime * 1e6), frame.presentationTime, frame.presentedFrames);
    handle = video.requestVideoFrameCallback(presented);
  });
  return {
    element: video,
    target: { writable: generator.writable },
    close() {
      video.cancelVideoFrameCallback(handle);
      generator.stop();
      video.srcObject = null;
      video.remove();
    },
  };
}

function canvasPresenter(): Presenter {
  const element = document.createElement('canvas');
  return { element, target: { canvas: element.transferControlToOffscreen() }, close: () => element.remove() };
}
