import { useEffect, useRef } from 'react';
import type { VideoConnection, VideoStats } from './stats.ts';
import { startVideo, type Video } from './video.ts';
import styles from './video-view.module.css';

export interface VideoViewProps {
  /** Where pictures come from; undefined while there is no radio. A port can be given once only. */
  connection: VideoConnection | undefined;
  /** Called 10 times a second, with a fresh object. */
  onStats?: (stats: VideoStats) => void;
}

/**
 * The flown picture, edge to edge. Its numbers are on the element as `data-*`. When the connection changes the picture
 * shown stays until a new one comes.
 */
export function VideoView({ connection, onStats }: VideoViewProps) {
  const container = useRef<HTMLDivElement>(null);
  const video = useRef<Video>(undefined);
  const listener = useRef(onStats);
  listener.current = onStats;

  useEffect(() => {
    const element = container.current as HTMLDivElement;
    const started = startVideo(element, (stats) => {
      writeData(element, stats);
      listener.current?.(stats);
    });
    video.current = started;
    return () => {
      video.current = undefined;
      started.close();
    };
  }, []);

  useEffect(() => {
    if (connection) video.current?.connect(connection);
  }, [connection]);

  return <div ref={container} className={styles['view']} data-video="" />;
}

function writeData({ dataset }: HTMLElement, stats: VideoStats): void {
  const values: Record<string, string | number> = {
    phase: stats.phase,
    received: stats.received,
    decoded: stats.decoded,
    presented: stats.presented,
    dropped: stats.dropped,
    rejected: stats.rejected,
    held: stats.held,
    rebuilds: stats.rebuilds,
    size: `${stats.width}x${stats.height}`,
    codec: stats.codecString,
    output: stats.output,
    sequence: stats.latestSequence,
    age: stats.newestFrameAgeMs === null ? '' : Math.round(stats.newestFrameAgeMs),
    latency: stats.stages.fromComplete ? stats.stages.fromComplete.p50.toFixed(1) : '',
    latencyWorst: stats.stages.fromComplete ? stats.stages.fromComplete.p95.toFixed(1) : '',
    unsupported: stats.unsupported,
  };
  for (const [name, value] of Object.entries(values)) {
    const text = String(value);
    if (dataset[name] !== text) dataset[name] = text;
  }
}
