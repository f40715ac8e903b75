import { words } from '../words.ts';
import { turnDeg } from './attitude.ts';

export interface TapeTick {
  /** Right of the middle, pixels. */
  x: number;
  /** Empty for small ticks. */
  label: string;
  major: boolean;
  cardinal: boolean;
}

/** Pixels per degree at 720 lines. */
export const TAPE_PX_PER_DEG = 5.2;
const TICK_DEG = 5;
const LABEL_DEG = 15;

const labelOf = (deg: number): string =>
  deg % 45 === 0 ? (words.compass[deg / 45] as string) : String(deg).padStart(3, '0');

/** Ticks of the tape around `headingDeg` that lie within `half` pixels of its middle. */
export function tapeTicks(headingDeg: number, half: number, pxPerDeg: number): TapeTick[] {
  const reach = half / pxPerDeg;
  const ticks: TapeTick[] = [];
  for (let deg = Math.ceil((headingDeg - reach) / TICK_DEG) * TICK_DEG; deg <= headingDeg + reach; deg += TICK_DEG) {
    const major = deg % LABEL_DEG === 0;
    const at = ((deg % 360) + 360) % 360;
    ticks.push({
      x: (deg - headingDeg) * pxPerDeg,
      label: major ? labelOf(at) : '',
      major,
      cardinal: at % 45 === 0,
    });
  }
  return ticks;
}

export interface TapeMark {
  x: number;
  /** -1 or 1 when the bearing lies off the tape on that side; the mark then stands at the end. */
  beyond: -1 | 0 | 1;
}

/** Where a bearing stands on the tape. */
export function tapeMark(headingDeg: number, bearingDeg: number, half: number, pxPerDeg: number): TapeMark {
  const x = turnDeg(headingDeg, bearingDeg) * pxPerDeg;
  if (x > half) return { x: half, beyond: 1 };
  if (x < -half) return { x: -half, beyond: -1 };
  return { x, beyond: 0 };
}
