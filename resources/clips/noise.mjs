/** Seeded noise for the landscape. Everything is a function of its arguments, so every worker sees the same world. */

/** 32 mixed bits of a lattice point. */
export function hash(ix, iy, seed) {
  let h = Math.imul(ix, 0x27d4eb2d) ^ Math.imul(iy, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in [0, 1) for a lattice point. */
export function random(ix, iy, seed) {
  return hash(ix, iy, seed) / 4294967296;
}

/** Value noise, 0 to 1, feature size 1. */
export function noise(x, y, seed) {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const a = random(ix, iy, seed);
  const b = random(ix + 1, iy, seed);
  const c = random(ix, iy + 1, seed);
  const d = random(ix + 1, iy + 1, seed);
  return a + (b - a) * u + (c - a + (a - b - c + d) * u) * v;
}

/** Octaves of noise, 0 to 1, mean 0.5. */
export function fbm(x, y, octaves, seed) {
  let sum = 0;
  let size = 0.5;
  let total = 0;
  for (let i = 0; i < octaves; i++) {
    sum += size * noise(x, y, seed + i);
    total += size;
    // Turned at each octave, so that the lattice does not show.
    const rx = 1.62 * x + 1.18 * y + 17.3;
    y = -1.18 * x + 1.62 * y + 9.1;
    x = rx;
    size *= 0.5;
  }
  return sum / total;
}

/** Distance to the nearest jittered lattice point, 0 to about 1, feature size 1. */
export function cells(x, y, seed) {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  let best = 4;
  for (let j = -1; j <= 1; j++) {
    for (let i = -1; i <= 1; i++) {
      const h = hash(ix + i, iy + j, seed);
      const dx = ix + i + (h & 0xffff) / 65536 - x;
      const dy = iy + j + (h >>> 16) / 65536 - y;
      const d = dx * dx + dy * dy;
      if (d < best) best = d;
    }
  }
  return Math.sqrt(best);
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smooth(from, to, x) {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

export const mix = (a, b, t) => a + (b - a) * t;
