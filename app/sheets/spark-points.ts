export interface SparkPoint {
  x: number;
  y: number;
}

/**
 * Where the values (oldest first) of a ring of `length` lie in `width` by `height` pixels, the newest at the right edge.
 * `low` to `high` is the least scale; unless `fixed`, it grows to the largest value. An unknown value (NaN) is undefined: a
 * hole in the line.
 */
export function sparkPoints(
  values: readonly number[],
  length: number,
  width: number,
  height: number,
  low: number,
  high: number,
  fixed: boolean,
): (SparkPoint | undefined)[] {
  let top = high;
  if (!fixed) for (const value of values) if (value > top) top = value;
  if (!fixed) top *= 1.1;
  const margin = height * 0.08;
  const step = width / (length - 1);
  return values.map((value, i) => {
    if (Number.isNaN(value)) return undefined;
    const part = Math.min(1, Math.max(0, (value - low) / (top - low)));
    return { x: width - (values.length - 1 - i) * step, y: height - margin - part * (height - 2 * margin) };
  });
}
