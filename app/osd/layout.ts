/** Where the groups of the display lie, in CSS pixels of the canvas. */
export interface Layout {
  width: number;
  height: number;
  /** CSS pixels per line of a 720-line picture. */
  k: number;
  /** Narrow picture (4:3 beside a sheet): secondary lines give way. */
  compact: boolean;
  left: number;
  right: number;
  centerX: number;
  centerY: number;
  /** Right edge of the speed column; the altitude column starts as far on the other side. */
  speedX: number;
  altitudeX: number;
  /** Half the length of the horizon line, and half of its gap in the middle. */
  horizonHalf: number;
  horizonGap: number;
  /** Half the width of the heading tape. */
  tapeHalf: number;
  /** The picture inside the canvas, letterboxed. */
  picture: Rect;
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Smallest scale: 13 px text stays above 10 px on the smallest window. */
const LEAST_SCALE = 0.8;
/** The OSD is drawn for at least this width at 720 lines. */
const FULL_WIDTH = 900;
const COMPACT_BELOW = 760;

/** The largest rectangle of the picture's shape in the middle of the canvas; all of it when the size is unknown. */
export function pictureRect(width: number, height: number, videoWidth: number, videoHeight: number): Rect {
  if (videoWidth <= 0 || videoHeight <= 0) return { x: 0, y: 0, width, height };
  const scale = Math.min(width / videoWidth, height / videoHeight);
  const w = videoWidth * scale;
  const h = videoHeight * scale;
  return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
}

/** Lays the display out in a canvas of `width` by `height` CSS pixels that shows a picture of the given size. */
export function layOut(width: number, height: number, videoWidth: number, videoHeight: number): Layout {
  const k = Math.max(LEAST_SCALE, Math.min(height / 720, width / FULL_WIDTH));
  const edge = Math.min(36 * k, width * 0.04);
  const centerX = width / 2;
  const column = Math.min(width * 0.27, 400 * k);
  return {
    width,
    height,
    k,
    compact: width / k < COMPACT_BELOW,
    left: edge,
    right: width - edge,
    centerX,
    centerY: height / 2,
    speedX: centerX - column,
    altitudeX: centerX + column,
    horizonHalf: Math.min(250 * k, column - 40 * k),
    horizonGap: Math.min(72 * k, column * 0.3),
    tapeHalf: Math.min(172 * k, width * 0.2),
    picture: pictureRect(width, height, videoWidth, videoHeight),
  };
}
