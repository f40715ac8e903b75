import { type RefObject, useEffect, useRef } from 'react';
import { linkHistory } from '../state/link.ts';
import { onSample } from '../state/sampled.ts';
import styles from './link-sheet.module.css';
import { sparkPoints } from './spark-points.ts';

interface SparklineProps {
  label: string;
  value: string;
  unit: string;
  ring: Float32Array;
  low: number;
  high: number;
  /** The scale stays; else it grows with the values. */
  fixed?: boolean;
}

/** The last minute of one value as a line, with its newest value in bold at the right. */
export function Sparkline({ label, value, unit, ring, low, high, fixed = false }: SparklineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSpark(canvas, ring, low, high, fixed);
  return (
    <div className={styles['spark']}>
      <span className={styles['sparkName']}>{label}</span>
      <canvas ref={canvas} className={styles['sparkLine']} />
      <span className={styles['sparkValue']}>
        {value} <small>{value === '' ? '' : unit}</small>
      </span>
    </div>
  );
}

function useSpark(
  ref: RefObject<HTMLCanvasElement | null>,
  ring: Float32Array,
  low: number,
  high: number,
  fixed: boolean,
): void {
  useEffect(() => {
    let drawn = -1;
    return onSample(() => {
      const canvas = ref.current;
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return;
      const width = Math.round(canvas.clientWidth * devicePixelRatio);
      const height = Math.round(canvas.clientHeight * devicePixelRatio);
      if (drawn === linkHistory.count && canvas.width === width && canvas.height === height) return;
      drawn = linkHistory.count;
      canvas.width = width;
      canvas.height = height;
      context.lineWidth = 1.5 * devicePixelRatio;
      context.lineJoin = 'round';
      context.strokeStyle = '#e8edf2';
      const points = sparkPoints(linkHistory.unrolled(ring), linkHistory.length, width, height, low, high, fixed);
      context.beginPath();
      let lifted = true;
      for (const point of points) {
        if (point === undefined) {
          lifted = true;
          continue;
        }
        if (lifted) context.moveTo(point.x, point.y);
        else context.lineTo(point.x, point.y);
        lifted = false;
      }
      context.stroke();
    });
  }, [ref, ring, low, high, fixed]);
}
