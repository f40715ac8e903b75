import { createPresenter } from './presenter.ts';
import type { VideoConnection, VideoStats, WorkerReport, WorkerRequest } from './stats.ts';

/** Before a WebSocket that ended is tried again. */
const RETRY_MS = 250;

export interface Video {
  /** Takes the pictures from here from now on. A port is handed over for good. */
  connect(connection: VideoConnection): void;
  close(): void;
}

/**
 * Shows pictures in `container`: starts the decoder worker, gives it a `<video>` or canvas, and tells `onStats` what
 * happens, 10 times a second. A worker that crashed is replaced; a WebSocket that ended is opened again.
 */
export function startVideo(container: HTMLElement, onStats: (stats: VideoStats) => void): Video {
  let current: VideoConnection | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let lastShownMs: number | null = null;
  let running = start();

  function start() {
    const worker = new Worker(new URL('./decoder-worker.ts', import.meta.url), { type: 'module', name: 'decoder' });
    const post = (message: WorkerRequest, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
    const presenter = createPresenter((timestamp, atMs, count) => {
      lastShownMs = atMs;
      post({ type: 'presented', timestamp, atMs: performance.timeOrigin + atMs, count });
    });
    container.replaceChildren(presenter.element);
    post({ type: 'init', ...presenter.target }, Object.values(presenter.target));
    worker.onmessage = ({ data }: MessageEvent<WorkerReport>) => {
      if (data.type === 'stats') onStats({ ...data.stats, lastShownMs });
      else if (data.type === 'drawn') lastShownMs = data.atMs - performance.timeOrigin;
      else if (current?.kind === 'websocket') again(RETRY_MS, () => open(current as VideoConnection));
    };
    worker.onerror = () => {
      stop();
      again(RETRY_MS, () => {
        running = start();
        if (current?.kind === 'websocket') open(current);
      });
    };
    function stop() {
      worker.terminate();
      presenter.close();
    }
    return { post, stop };
  }

  function again(ms: number, then: () => void): void {
    clearTimeout(retry);
    retry = setTimeout(() => {
      if (!closed) then();
    }, ms);
  }

  function open(connection: VideoConnection): void {
    running.post({ type: 'connect', connection }, connection.kind === 'port' ? [connection.port] : []);
  }

  return {
    connect(connection) {
      clearTimeout(retry);
      current = connection;
      open(connection);
    },
    close() {
      closed = true;
      clearTimeout(retry);
      running.stop();
    },
  };
}
