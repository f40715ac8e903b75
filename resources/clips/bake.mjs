import { CENTRE, cover, ground, SUN, surface } from './landscape.mjs';
import { fbm, smooth } from './noise.mjs';

/**
 * Bakes the world into square maps around the circuit: lit colour (red, green, blue, share of water) and heights. Each level
 * is four to eight times as wide as the one before and as many times coarser.
 */
export const LEVELS = [
  { size: 2048, metresPerTexel: 1, meshStep: 8 },
  { size: 2048, metresPerTexel: 4, meshStep: 8 },
  { size: 1024, metresPerTexel: 36, meshStep: 4 },
];

/** Shared memory for all levels and their mip maps. */
export function allocate() {
  return LEVELS.map(({ size, metresPerTexel }) => {
    const mips = [];
    for (let s = size; s >= 16; s >>= 1) mips.push(new Uint8Array(new SharedArrayBuffer(s * s * 4)));
    return {
      size,
      metresPerTexel,
      x0: CENTRE[0] - (size * metresPerTexel) / 2,
      y0: CENTRE[1] - (size * metresPerTexel) / 2,
      heights: new Float32Array(new SharedArrayBuffer(size * size * 4)),
      mips,
    };
  });
}

/** Heights of rows [from, to), canopy included. */
export function bakeHeights(level, from, to) {
  const { size, metresPerTexel, x0, y0, heights } = level;
  for (let j = from; j < to; j++) {
    for (let i = 0; i < size; i++) {
      const x = x0 + (i + 0.5) * metresPerTexel;
      const y = y0 + (j + 0.5) * metresPerTexel;
      heights[j * size + i] = ground(x, y) + cover(x, y);
    }
  }
}

/** Shadows of clouds, 0.55 to 1. */
function cloudShade(x, y) {
  return 1 - 0.42 * smooth(0.54, 0.66, fbm((x + 300) / 900, (y - 150) / 900, 4, 121));
}

/** Colours of rows [from, to): sun, sky light, shadows of what stands between here and the sun. Needs all heights. */
export function bakeColours(level, from, to) {
  const { size, metresPerTexel, x0, y0, heights, mips } = level;
  const colours = mips[0];
  const flat = Math.hypot(SUN[0], SUN[1]);
  const stepX = SUN[0] / flat;
  const stepY = SUN[1] / flat;
  const rise = (SUN[2] / flat) * metresPerTexel;
  const reach = metresPerTexel < 2 ? 30 : metresPerTexel < 8 ? 10 : 4;
  const last = size - 1;
  for (let j = from; j < to; j++) {
    for (let i = 0; i < size; i++) {
      const x = x0 + (i + 0.5) * metresPerTexel;
      const y = y0 + (j + 0.5) * metresPerTexel;
      const at = j * size + i;
      const h = heights[at];
      const west = heights[i > 0 ? at - 1 : at];
      const east = heights[i < last ? at + 1 : at];
      const south = heights[j > 0 ? at - size : at];
      const north = heights[j < last ? at + size : at];
      const nx = (west - east) / (2 * metresPerTexel);
      const ny = (south - north) / (2 * metresPerTexel);
      // A canopy is not a solid wall: its sides are softened.
      const soft = 1 / Math.hypot(nx * 0.6, ny * 0.6, 1);
      let sun = Math.max(0, (nx * 0.6 * SUN[0] + ny * 0.6 * SUN[1] + SUN[2]) * soft);
      let shade = 1;
      for (let k = 1; k <= reach; k++) {
        const px = Math.round(i + stepX * k);
        const py = Math.round(j + stepY * k);
        if (px < 0 || py < 0 || px > last || py > last) break;
        const over = heights[py * size + px] - h - rise * k;
        if (over > 0) shade = Math.min(shade, 1 - Math.min(1, over / (0.6 + 0.08 * k * metresPerTexel)) * 0.85);
      }
      const cloud = cloudShade(x, y);
      sun *= shade * cloud;
      const open = 0.72 + 0.28 * soft;
      const s = surface(x, y, metresPerTexel);
      // Albedo squared stands for linear light, the root at the end for the display.
      const r = s[0] * s[0] * (2.05 * sun + 0.3 * open);
      const g = s[1] * s[1] * (1.84 * sun + 0.36 * open);
      const b = s[2] * s[2] * (1.48 * sun + 0.45 * open);
      colours[at * 4] = 255 * Math.sqrt(r / (1 + 0.22 * r));
      colours[at * 4 + 1] = 255 * Math.sqrt(g / (1 + 0.22 * g));
      colours[at * 4 + 2] = 255 * Math.sqrt(b / (1 + 0.22 * b));
      colours[at * 4 + 3] = 255 * s[3];
    }
  }
}

/** Darkens the ground under trees and houses. Draws into the finest level. */
export function bakeShadows(level, { trees, houses }) {
  const colours = level.mips[0];
  const flat = Math.hypot(SUN[0], SUN[1]);
  const spot = (x, y, rx, strength) => {
    const cx = (x - level.x0) / level.metresPerTexel;
    const cy = (y - level.y0) / level.metresPerTexel;
    for (let j = Math.floor(cy - rx - 1); j <= cy + rx + 1; j++) {
      for (let i = Math.floor(cx - rx - 1); i <= cx + rx + 1; i++) {
        if (i < 0 || j < 0 || i >= level.size || j >= level.size) continue;
        const d = Math.hypot(i + 0.5 - cx, j + 0.5 - cy);
        const dark = 1 - strength * smooth(rx + 0.8, rx - 0.8, d);
        const at = (j * level.size + i) * 4;
        for (let c = 0; c < 3; c++) colours[at + c] *= dark;
      }
    }
  };
  for (const tree of trees) {
    const length = (tree.tall * 0.62 * flat) / SUN[2];
    for (let k = 0; k < 4; k++) {
      const away = (length * (k + 0.6)) / 4;
      spot(tree.x - (SUN[0] / flat) * away, tree.y - (SUN[1] / flat) * away, tree.wide * 0.95, 0.2);
    }
  }
  for (const house of houses) {
    const length = ((house.wall + house.roof * 0.5) * flat) / SUN[2];
    const radius = Math.min(house.wide, house.deep) * 0.5;
    for (let k = 0; k < 4; k++) {
      const away = (length * k) / 4;
      spot(house.x - (SUN[0] / flat) * away, house.y - (SUN[1] / flat) * away, radius, 0.22);
    }
  }
}

/** Halves each map until it is 16 texels wide. */
export function bakeMips(level) {
  for (let m = 1, size = level.size; m < level.mips.length; m++) {
    const from = level.mips[m - 1];
    const to = level.mips[m];
    const half = size >> 1;
    for (let j = 0; j < half; j++) {
      for (let i = 0; i < half; i++) {
        const a = (2 * j * size + 2 * i) * 4;
        const b = a + size * 4;
        for (let c = 0; c < 4; c++)
          to[(j * half + i) * 4 + c] = (from[a + c] + from[a + 4 + c] + from[b + c] + from[b + 4 + c] + 2) >> 2;
      }
    }
    size = half;
  }
}
