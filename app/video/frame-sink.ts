import { Latest } from '../../radio/base/queues.ts';

/** Where decoded frames go. Holds at most one that is not drawn; an older one is closed. */
export interface FrameSink {
  readonly output: 'video' | 'canvas';
  /** Frames given up for a newer one. */
  readonly replaced: number;
  /** Takes over the frame. */
  show(frame: VideoFrame): void;
}

/** Into a `MediaStreamTrackGenerator` of the page, whose `<video>` shows it. */
export function videoSink(writable: WritableStream<VideoFrame>): FrameSink {
  const writer = writable.getWriter();
  let replaced = 0;
  let busy = false;
  const next = new Latest<VideoFrame>((stale) => {
    replaced++;
    stale.close();
  });
  const write = (frame: VideoFrame): void => {
    busy = true;
    writer.write(frame).then(
      () => {
        busy = false;
        const waiting = next.take();
        if (waiting) write(waiting);
      },
      () => {
        // The page took the track away: there is nothing to show on any more.
        busy = false;
        frame.close();
        next.take()?.close();
      },
    );
  };
  return {
    output: 'video',
    get replaced() {
      return replaced;
    },
    show: (frame) => (busy ? next.put(frame) : write(frame)),
  };
}

/** Onto a canvas, once per animation frame. `onDrawn` gets the frame's timestamp in microseconds. */
export function canvasSink(canvas: OffscreenCanvas, onDrawn: (timestamp: number) => void): FrameSink {
  const context = canvas.getContext('2d', { alpha: false, desynchronized: true });
  let replaced = 0;
  let asked = false;
  const next = new Latest<VideoFrame>((stale) => {
    replaced++;
    stale.close();
  });
  const draw = (): void => {
    asked = false;
    const frame = next.take();
    if (!frame) return;
    if (canvas.width !== frame.displayWidth) canvas.width = frame.displayWidth;
    if (canvas.height !== frame.displayHeight) canvas.height = frame.displayHeight;
    context?.drawImage(frame, 0, 0, canvas.width, canvas.height);
    const { timestamp } = frame;
    frame.close();
    onDrawn(timestamp);
  };
  return {
    output: 'canvas',
    get replaced() {
      return replaced;
    },
    show(frame) {
      next.put(frame);
      if (asked) return;
      asked = true;
      requestAnimationFrame(draw);
    },
  };
}
