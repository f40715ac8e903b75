import { across, along, onAirfield, RUNWAY_FROM, RUNWAY_HALF, RUNWAY_TO, SUN } from './landscape.mjs';
import { fbm, mix, noise, smooth } from './noise.mjs';

/** Gives every pixel of a Raster its colour: land from the baked maps, water, haze, sky and clouds. */

const TILE = 256;

/** Tileable noise, 0 to 255, with mip maps: blades of grass and clods near the camera, ripples, clouds. */
export function tileableNoise(octaves, first, seed) {
  const base = new Float32Array(TILE * TILE);
  for (let o = 0, cells = first, size = 1; o < octaves; o++, cells *= 2, size *= 0.55) {
    for (let j = 0; j < TILE; j++) {
      for (let i = 0; i < TILE; i++) {
        const x = (i / TILE) * cells;
        const y = (j / TILE) * cells;
        const ix = Math.floor(x);
        const iy = Math.floor(y);
        const u = smooth(0, 1, x - ix);
        const v = smooth(0, 1, y - iy);
        const at = (a, b) => noise(((ix + a) % cells) + 0.0, ((iy + b) % cells) + 0.0, seed + o);
        base[j * TILE + i] += size * mix(mix(at(0, 0), at(1, 0), u), mix(at(0, 1), at(1, 1), u), v);
      }
    }
  }
  let low = Infinity;
  let high = -Infinity;
  for (const b of base) {
    low = Math.min(low, b);
    high = Math.max(high, b);
  }
  const mips = [Float32Array.from(base, (b) => (b - low) / (high - low))];
  for (let size = TILE / 2; size >= 1; size >>= 1) {
    const from = mips[mips.length - 1];
    const to = new Float32Array(size * size);
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < size; i++) {
        const a = 4 * j * size + 2 * i;
        to[j * size + i] = (from[a] + from[a + 1] + from[a + 2 * size] + from[a + 2 * size + 1]) / 4;
      }
    }
    mips.push(to);
  }
  return mips;
}

/** Value of a tile at (u, v), one tile per unit, where a pixel covers `foot` units. The nearest mip map: grain is faint. */
function tile(mips, u, v, foot) {
  const texels = (foot * TILE * 1.41) | 0;
  const m = texels < 1 ? 0 : Math.min(8, 31 - Math.clz32(texels));
  return tap(mips[m], TILE >> m, u, v);
}

function tap(map, size, u, v) {
  const x = (u - Math.floor(u)) * size;
  const y = (v - Math.floor(v)) * size;
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const x0 = ix & (size - 1);
  const y0 = (iy & (size - 1)) * size;
  const x1 = (ix + 1) & (size - 1);
  const y1 = ((iy + 1) & (size - 1)) * size;
  const a = map[y0 + x0] + (map[y0 + x1] - map[y0 + x0]) * fx;
  const b = map[y1 + x0] + (map[y1 + x1] - map[y1 + x0]) * fx;
  return a + (b - a) * fy;
}

const sample = new Float64Array(4);

/** Adds a bilinear sample of a level's map to `sample`, `weight` times. */
function land(level, m, x, y, weight) {
  const size = level.size >> m;
  const map = level.mips[m];
  const scale = 1 / (level.metresPerTexel * (1 << m));
  let u = (x - level.x0) * scale - 0.5;
  let v = (y - level.y0) * scale - 0.5;
  u = u < 0 ? 0 : Math.min(u, size - 1.001);
  v = v < 0 ? 0 : Math.min(v, size - 1.001);
  const i = u | 0;
  const j = v | 0;
  const fx = u - i;
  const fy = v - j;
  const at = (j * size + i) * 4;
  const below = at + size * 4;
  const wa = (1 - fx) * (1 - fy) * weight;
  const wb = fx * (1 - fy) * weight;
  const wc = (1 - fx) * fy * weight;
  const wd = fx * fy * weight;
  sample[0] += map[at] * wa + map[at + 4] * wb + map[below] * wc + map[below + 4] * wd;
  sample[1] += map[at + 1] * wa + map[at + 5] * wb + map[below + 1] * wc + map[below + 5] * wd;
  sample[2] += map[at + 2] * wa + map[at + 6] * wb + map[below + 2] * wc + map[below + 6] * wd;
  sample[3] += map[at + 3] * wa + map[at + 7] * wb + map[below + 3] * wc + map[below + 7] * wd;
}

const rgb = new Float64Array(3);

const HAZE_M = 5600;
const haze = new Float64Array(3);

/** Colour of the air towards a direction, by how near it is to the sun. */
function air(sunward) {
  const warm = 0.5 + 0.5 * sunward;
  const glow = warm * warm * warm;
  haze[0] = 178 + 62 * glow;
  haze[1] = 197 + 30 * glow;
  haze[2] = 217 - 8 * glow;
}

function sky(dx, dy, dz, clouds, pixel) {
  const sunward = dx * SUN[0] + dy * SUN[1] + dz * SUN[2];
  air(sunward);
  const e = Math.max(0, dz);
  const mid = Math.exp(-e * 2.4);
  const low = mid * mid * mid;
  let r = mix(58, 128, mid);
  let g = mix(108, 172, mid);
  let b = mix(178, 222, mid);
  r = mix(r, haze[0], low);
  g = mix(g, haze[1], low);
  b = mix(b, haze[2], low);
  if (dz > 0.012) {
    const scale = 1500 / dz / 9000;
    const foot = (pixel * scale) / dz;
    const u = dx * scale + 0.31;
    const v = dy * scale + 0.17;
    const dense = tile(clouds, u, v, foot) * 0.72 + tile(clouds, u * 3.1 + 0.4, v * 3.1, foot * 3.1) * 0.28;
    const cover = smooth(0.52, 0.76, dense) * smooth(0.012, 0.09, dz) * 0.86;
    if (cover > 0) {
      const shade = smooth(0.6, 0.9, dense) * 0.22;
      const lit = 246 + 9 * Math.max(0, sunward);
      r = mix(r, lit * (1 - shade), cover);
      g = mix(g, (lit - 4) * (1 - shade * 0.92), cover);
      b = mix(b, (lit - 8) * (1 - shade * 0.8), cover);
    }
  }
  if (sunward > 0.9) {
    const glow = ((sunward - 0.9) / 0.1) ** 4;
    const disc = Math.exp((sunward - 1) * 900);
    r += (255 - r) * Math.min(1, glow * 0.5 + disc);
    g += (250 - g) * Math.min(1, glow * 0.44 + disc);
    b += (232 - b) * Math.min(1, glow * 0.3 + disc);
  }
  rgb[0] = r;
  rgb[1] = g;
  rgb[2] = b;
}

let grid = new Float32Array(0);
const known = { made: new Uint32Array(0), frame: 0 };

/** Colour of the sky at an even pixel, kept for its neighbours. Returns its place in `grid`. */
function skyGrid(raster, clouds, gx, gy) {
  const { width, height, focal, right, up, forward } = raster;
  const at = gy * (width / 2 + 1) + gx;
  if (known.made[at] !== known.frame) {
    known.made[at] = known.frame;
    const xs = (2 * gx + 0.5 - width / 2) / focal;
    const ys = (height / 2 - 2 * gy - 0.5) / focal;
    const n = 1 / Math.sqrt(1 + xs * xs + ys * ys);
    const x = (forward[0] + right[0] * xs + up[0] * ys) * n;
    const y = (forward[1] + right[1] * xs + up[1] * ys) * n;
    sky(x, y, (forward[2] + right[2] * xs + up[2] * ys) * n, clouds, 1 / focal);
    grid[at * 3] = rgb[0];
    grid[at * 3 + 1] = rgb[1];
    grid[at * 3 + 2] = rgb[2];
  }
  return at * 3;
}

/** The sky has no fine detail: it is computed for every other pixel each way, and smooth between. */
function smoothSky(raster, clouds, px, py, out, to) {
  const gx = px >> 1;
  const gy = py >> 1;
  const a = skyGrid(raster, clouds, gx, gy);
  const b = px & 1 ? skyGrid(raster, clouds, gx + 1, gy) : a;
  const c = py & 1 ? skyGrid(raster, clouds, gx, gy + 1) : a;
  const d = px & py & 1 ? skyGrid(raster, clouds, gx + 1, gy + 1) : px & 1 ? b : c;
  for (let k = 0; k < 3; k++) out[to + k] = (grid[a + k] + grid[b + k] + grid[c + k] + grid[d + k]) / 4;
}

/** Share of `[from, to]` that a pixel `foot` wide at `x` covers: an edge without steps. */
function band(x, from, to, foot) {
  const f = Math.max(foot, 0.02);
  const a = Math.max(0, Math.min(1, (x - from) / f + 0.5));
  const b = Math.max(0, Math.min(1, (to - x) / f + 0.5));
  return a * b;
}

/** Paints asphalt and markings. `u` along, `v` across; `fu`, `fv`: metres that a pixel covers. */
function runway(u, v, fu, fv, grain) {
  const on = band(v, -RUNWAY_HALF, RUNWAY_HALF, fv) * band(u, RUNWAY_FROM, RUNWAY_TO, fu);
  if (on <= 0) return;
  const patch = 0.94 + 0.12 * grain + 0.05 * Math.exp(-((Math.abs(v) - 1.6) ** 2) * 1.4) * -1;
  let r = 118 * patch;
  let g = 117 * patch;
  let b = 116 * patch;
  let paint = Math.max(band(Math.abs(v), RUNWAY_HALF - 0.55, RUNWAY_HALF - 0.25, fv), 0);
  const period = 12;
  const phase = u - RUNWAY_FROM - 30 - Math.floor((u - RUNWAY_FROM - 30) / period) * period;
  const between = u > RUNWAY_FROM + 27 && u < RUNWAY_TO - 27;
  if (between) {
    const dashes = fu > period ? 0.5 : band(phase, 0, 6, fu);
    paint = Math.max(paint, band(v, -0.18, 0.18, fv) * dashes);
  }
  const end = Math.min(u - RUNWAY_FROM, RUNWAY_TO - u);
  const keys = band(end, 3, 15, fu);
  if (keys > 0) {
    const stripe = Math.abs(v) - 0.7;
    const at = stripe - Math.floor(stripe / 1.3) * 1.3;
    if (stripe > 0 && stripe < 5.2) paint = Math.max(paint, keys * (fv > 1.3 ? 0.55 : band(at, 0, 0.75, fv)));
  }
  paint *= 0.86;
  r = mix(r, 232, paint);
  g = mix(g, 230, paint);
  b = mix(b, 222, paint);
  sample[0] = mix(sample[0], r, on);
  sample[1] = mix(sample[1], g, on);
  sample[2] = mix(sample[2], b, on);
}

/** Fills `out` (red, green, blue floats per pixel) from a drawn raster. `textures`: { grain, clouds }. */
export function shade(raster, levels, textures, timeS, out) {
  const { width, height, focal, depth, colour, eye, right, up, forward } = raster;
  const pixel = 1 / focal;
  const places = (width / 2 + 1) * (height / 2 + 1);
  if (known.made.length !== places) {
    known.made = new Uint32Array(places);
    grid = new Float32Array(places * 3);
  }
  known.frame++;
  const margin = levels.map((l) => [
    l.x0 + 12 * l.metresPerTexel,
    l.y0 + 12 * l.metresPerTexel,
    l.x0 + (l.size - 12) * l.metresPerTexel,
    l.y0 + (l.size - 12) * l.metresPerTexel,
  ]);
  for (let py = 0; py < height; py++) {
    const ys = (height / 2 - py - 0.5) * pixel;
    for (let px = 0; px < width; px++) {
      const xs = (px + 0.5 - width / 2) * pixel;
      const i = py * width + px;
      const rx = forward[0] + right[0] * xs + up[0] * ys;
      const ry = forward[1] + right[1] * xs + up[1] * ys;
      const rz = forward[2] + right[2] * xs + up[2] * ys;
      const length = Math.sqrt(1 + xs * xs + ys * ys);
      const w = depth[i];
      if (w === 0) {
        smoothSky(raster, textures.clouds, px, py, out, i * 3);
        continue;
      }
      const z = 1 / w;
      const distance = z * length;
      const c = colour[i];
      if (c !== 0) {
        sample[0] = (c >> 16) & 0xff;
        sample[1] = (c >> 8) & 0xff;
        sample[2] = c & 0xff;
        if (c >>> 24 === 0xfe) {
          // Leaves: noise in space, fading with distance.
          const x = eye[0] + rx * z;
          const y = eye[1] + ry * z;
          const up = (eye[2] + rz * z) * 0.11;
          const foot = (distance * pixel) / 9;
          const leaf = 1 + 0.95 * (tile(textures.grain, x / 9 + up, y / 9 - up * 0.7, foot) - 0.5);
          sample[0] *= leaf;
          sample[1] *= leaf;
          sample[2] *= leaf;
        }
      } else {
        const x = eye[0] + rx * z;
        const y = eye[1] + ry * z;
        const zz = eye[2] + rz * z;
        sample[0] = sample[1] = sample[2] = sample[3] = 0;
        let k = 0;
        while (k < 2 && (x < margin[k][0] || y < margin[k][1] || x > margin[k][2] || y > margin[k][3])) k++;
        const level = levels[k];
        const foot = distance * pixel;
        const slant = Math.max(0.03, Math.abs(rz) / length);
        const long = Math.min(foot / slant, foot * 12);
        const texels = ((Math.max(foot, long * 0.3) * 1.2) / level.metresPerTexel) | 0;
        const m = texels < 1 ? 0 : Math.min(level.mips.length - 1, 31 - Math.clz32(texels));
        const flat = Math.sqrt(rx * rx + ry * ry);
        if (long < level.metresPerTexel * 1.5) land(level, m, x, y, 1);
        else {
          const ux = (rx / flat) * long * 0.25;
          const uy = (ry / flat) * long * 0.25;
          land(level, m, x - 1.5 * ux, y - 1.5 * uy, 0.25);
          land(level, m, x - 0.5 * ux, y - 0.5 * uy, 0.25);
          land(level, m, x + 0.5 * ux, y + 0.5 * uy, 0.25);
          land(level, m, x + 1.5 * ux, y + 1.5 * uy, 0.25);
        }
        const water = sample[3] / 255;
        if (water < 0.99 && distance < 700) {
          // Two scales of grain keep the ground from going flat when it is near.
          const coarse = tile(textures.grain, x / 90, y / 90, long / 90) - 0.5;
          const fine = distance < 120 ? tile(textures.grain, x / 11, y / 11, long / 11) - 0.5 : 0;
          const gain = 1 + (coarse * 0.3 + fine * 0.26) * (1 - water);
          sample[0] *= gain;
          sample[1] *= gain;
          sample[2] *= gain;
          if (k === 0 && onAirfield(x, y)) {
            const u = along(x, y);
            const v = across(x, y);
            if (Math.abs(v) < RUNWAY_HALF + 1) {
              const turned = Math.abs((rx * along(0, 1) - ry * along(1, 0)) / flat);
              const skew = Math.min(1, turned);
              const fu = mix(long, foot, skew);
              const fv = mix(foot, long, skew);
              runway(u, v, fu, fv, coarse + fine);
            }
          }
        }
        if (water > 0.01) {
          const drift = timeS * 0.004;
          const fy = 0.055 * (tile(textures.grain, x / 130 + drift, y / 130, long / 130) - 0.5);
          const fx = 0.055 * (tile(textures.grain, x / 46, y / 46 - drift * 1.7, long / 46) - 0.5);
          const dx = rx / length + 2 * fx;
          const dy = ry / length + 2 * fy;
          const dz = Math.abs(rz / length) + 0.02;
          const n = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
          sky(dx * n, dy * n, dz * n, textures.clouds, pixel * 6);
          const mirror = (0.06 + 0.8 * (1 - slant) * (1 - slant) * (1 - slant)) * water;
          const glint = Math.max(0, dx * n * SUN[0] + dy * n * SUN[1] + dz * n * SUN[2]);
          const spark = Math.min(0.85, glint ** 60 * 0.5 + glint ** 500 * 0.6) * water * water;
          for (let c3 = 0; c3 < 3; c3++) {
            sample[c3] = mix(sample[c3], rgb[c3], mirror);
            sample[c3] += ([255, 240, 205][c3] - sample[c3]) * spark;
          }
        }
        // Valleys hold more haze than tops.
        sample[3] = Math.max(0, zz);
      }
      const t = 1 - Math.exp(-Math.max(0, distance - 60) / HAZE_M);
      air((rx * SUN[0] + ry * SUN[1] + rz * SUN[2]) / length);
      out[i * 3] = mix(sample[0], haze[0], t);
      out[i * 3 + 1] = mix(sample[1], haze[1], t);
      out[i * 3 + 2] = mix(sample[2], haze[2], t);
    }
  }
}

/** Softens steps where depth jumps, then converts to planar Y'CbCr 4:2:0 (BT.709, limited range). */
export function toYuv(raster, colours, yuv) {
  const { width, height, depth } = raster;
  const soft = colours.slice();
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const d = depth[i];
      const limit = 0.08 * d + 1e-6;
      if (
        Math.abs(d - depth[i - 1]) < limit &&
        Math.abs(d - depth[i + 1]) < limit &&
        Math.abs(d - depth[i - width]) < limit &&
        Math.abs(d - depth[i + width]) < limit
      ) {
        continue;
      }
      for (let c = 0; c < 3; c++) {
        const k = i * 3 + c;
        soft[k] =
          colours[k] * 0.44 +
          (colours[k - 3] + colours[k + 3] + colours[k - width * 3] + colours[k + width * 3]) * 0.14;
      }
    }
  }
  const chroma = width * height;
  const half = width / 2;
  for (let y = 0; y < height; y++) {
    const off = ((y / height - 0.5) * 1.6) ** 2;
    for (let x = 0; x < width; x++) {
      const k = (y * width + x) * 3;
      const out = ((x - half) / half) ** 2 + off;
      const v = 1 - 0.1 * out * out;
      soft[k] = Math.min(255, soft[k]) * v;
      soft[k + 1] = Math.min(255, soft[k + 1]) * v;
      soft[k + 2] = Math.min(255, soft[k + 2]) * v;
      yuv[y * width + x] = 16.5 + 0.1826 * soft[k] + 0.6142 * soft[k + 1] + 0.062 * soft[k + 2];
    }
  }
  for (let y = 0; y < height / 2; y++) {
    for (let x = 0; x < half; x++) {
      const a = (2 * y * width + 2 * x) * 3;
      const b = a + width * 3;
      const mean = (c) => (soft[a + c] + soft[a + 3 + c] + soft[b + c] + soft[b + 3 + c]) / 4;
      const [r, g, bl] = [mean(0), mean(1), mean(2)];
      yuv[chroma + y * half + x] = 128.5 - 0.1006 * r - 0.3386 * g + 0.4392 * bl;
      yuv[chroma * 1.25 + y * half + x] = 128.5 + 0.4392 * r - 0.3989 * g - 0.0403 * bl;
    }
  }
}

/** The textures every worker makes for itself; the same everywhere. */
export function textures() {
  return { grain: tileableNoise(6, 8, 201), clouds: tileableNoise(6, 6, 231), fbm };
}
