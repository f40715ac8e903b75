import { LEVELS } from './bake.mjs';
import { SUN } from './landscape.mjs';

/** Draws the land and what stands on it into a Raster. */

const BLOCK = 16;
/** Beyond this a tree is smaller than two pixels or part of a baked hedge. */
const TREE_REACH_M = 900;

/** Vertices of one level as a mesh, in blocks that can be culled. */
export function meshOf(level, index, finer) {
  const step = LEVELS[index].meshStep;
  const count = Math.floor((level.size - 1) / step) + 1;
  const blocks = [];
  const at = (i, j) => [
    level.x0 + (i * step + 0.5) * level.metresPerTexel,
    level.y0 + (j * step + 0.5) * level.metresPerTexel,
    level.heights[Math.min(level.size - 1, j * step) * level.size + Math.min(level.size - 1, i * step)],
  ];
  for (let bj = 0; bj < count - 1; bj += BLOCK) {
    for (let bi = 0; bi < count - 1; bi += BLOCK) {
      const ni = Math.min(BLOCK, count - 1 - bi) + 1;
      const nj = Math.min(BLOCK, count - 1 - bj) + 1;
      const points = new Float64Array(ni * nj * 3);
      const low = [Infinity, Infinity, Infinity];
      const high = [-Infinity, -Infinity, -Infinity];
      for (let j = 0; j < nj; j++) {
        for (let i = 0; i < ni; i++) {
          const p = at(bi + i, bj + j);
          points.set(p, (j * ni + i) * 3);
          for (let c = 0; c < 3; c++) {
            low[c] = Math.min(low[c], p[c]);
            high[c] = Math.max(high[c], p[c]);
          }
        }
      }
      if (finer && inside(low, high, finer)) continue;
      const centre = low.map((c, k) => (c + high[k]) / 2);
      const radius = Math.hypot(...low.map((c, k) => (high[k] - c) / 2));
      // Where a finer level covers part of a block, the block sinks so that it never shows through.
      const sink = finer ? overlap(low, high, finer) : false;
      blocks.push({ points, ni, nj, centre, radius, finer: sink ? finer : undefined });
    }
  }
  return blocks;
}

function bounds(level) {
  const side = (level.size - 1) * level.metresPerTexel;
  return [level.x0, level.y0, level.x0 + side, level.y0 + side];
}

function inside(low, high, level) {
  const [x0, y0, x1, y1] = bounds(level);
  return low[0] > x0 && low[1] > y0 && high[0] < x1 && high[1] < y1;
}

function overlap(low, high, level) {
  const [x0, y0, x1, y1] = bounds(level);
  return high[0] > x0 && high[1] > y0 && low[0] < x1 && low[1] < y1;
}

const scratch = new Float64Array((BLOCK + 1) * (BLOCK + 1) * 3);
const spot = new Float64Array(3);

/** Draws a mesh's visible blocks. */
export function drawMesh(raster, blocks) {
  for (const block of blocks) {
    raster.project(...block.centre, spot, 0);
    if (!raster.sees(spot, 0, block.radius)) continue;
    const { points, ni, nj, finer } = block;
    const [x0, y0, x1, y1] = finer ? bounds(finer) : [0, 0, 0, 0];
    for (let k = 0; k < points.length; k += 3) {
      const covered = finer && points[k] > x0 && points[k] < x1 && points[k + 1] > y0 && points[k + 1] < y1;
      raster.project(points[k], points[k + 1], points[k + 2] - (covered ? 12 : 0), scratch, k);
    }
    for (let j = 0; j < nj - 1; j++) {
      for (let i = 0; i < ni - 1; i++) {
        const a = (j * ni + i) * 3;
        const b = a + 3;
        const c = a + ni * 3;
        raster.triangle(scratch, a, b, c, 0);
        raster.triangle(scratch, b, c + 3, c, 0);
      }
    }
  }
}

const pack = (r, g, b) => (0xff000000 | (clamp(r) << 16) | (clamp(g) << 8) | clamp(b)) >>> 0;
const clamp = (c) => Math.max(0, Math.min(255, Math.round(c * 255)));

/** Light on an albedo for a surface normal, packed. `open`: share of sky it sees. */
function lit([r, g, b], nx, ny, nz, open) {
  const sun = Math.max(0, nx * SUN[0] + ny * SUN[1] + nz * SUN[2]);
  const root = (a, s, k) => {
    const v = a * a * (s * sun + k * open);
    return Math.sqrt(v / (1 + 0.22 * v));
  };
  return pack(root(r, 2.05, 0.3), root(g, 1.84, 0.36), root(b, 1.48, 0.45));
}

const SIDES = 11;
/** Rings of a tree's crown: height and width as shares. */
const RINGS = [
  [0.03, 0.3],
  [0.16, 0.72],
  [0.36, 0.98],
  [0.58, 1],
  [0.78, 0.78],
  [0.92, 0.46],
  [1, 0.1],
];
const TINTS = [
  [0.22, 0.34, 0.14],
  [0.25, 0.37, 0.15],
  [0.19, 0.31, 0.14],
  [0.3, 0.38, 0.16],
  [0.23, 0.33, 0.13],
  [0.38, 0.39, 0.17],
  [0.2, 0.32, 0.15],
  [0.27, 0.36, 0.14],
];
/** Colours of a crown's facets, by tint, ring and side: light does not move. */
const crownColours = TINTS.map((tint) =>
  RINGS.slice(1).map(([high, wide], k) =>
    Array.from({ length: SIDES }, (_, s) => {
      const turn = ((s + 0.5) / SIDES) * 2 * Math.PI;
      const slope = (RINGS[k][1] - wide) * 1.3 + (high - 0.45) * 1.1;
      const n = Math.hypot(1, slope);
      return lit(tint, Math.cos(turn) / n, Math.sin(turn) / n, slope / n, 0.4 + 0.6 * high) & 0xfeffffff;
    }),
  ),
);
const ringPoints = new Float64Array(RINGS.length * SIDES * 3);

/** Draws the trees that are near enough to matter. */
export function drawTrees(raster, trees) {
  for (const tree of trees) {
    const dx = tree.x - raster.eye[0];
    const dy = tree.y - raster.eye[1];
    if (dx * dx + dy * dy > TREE_REACH_M * TREE_REACH_M) continue;
    raster.project(tree.x, tree.y, tree.z + tree.tall / 2, spot, 0);
    if (!raster.sees(spot, 0, tree.tall)) continue;
    for (let k = 0; k < RINGS.length; k++) {
      const [high, wide] = RINGS[k];
      for (let s = 0; s < SIDES; s++) {
        const turn = (s / SIDES) * 2 * Math.PI;
        const bump = 1 + 0.15 * Math.sin(s * 2.4 + k * 1.7 + tree.x) + 0.1 * Math.sin(s * 4.1 - k * 2.9 + tree.y);
        const r = tree.wide * wide * bump;
        raster.project(
          tree.x + Math.cos(turn) * r,
          tree.y + Math.sin(turn) * r,
          tree.z + tree.tall * high,
          ringPoints,
          (k * SIDES + s) * 3,
        );
      }
    }
    const colours = crownColours[tree.tint];
    for (let k = 0; k < RINGS.length - 1; k++) {
      for (let s = 0; s < SIDES; s++) {
        const n = (s + 1) % SIDES;
        const [a, b] = [(k * SIDES + s) * 3, (k * SIDES + n) * 3];
        const [c, d] = [a + SIDES * 3, b + SIDES * 3];
        raster.triangle(ringPoints, a, b, c, colours[k][s]);
        raster.triangle(ringPoints, b, d, c, colours[k][s]);
      }
    }
  }
}

/** Corners, and faces with their normals, of a house with a gable roof. */
export function houseOf(h) {
  const [w, d, top] = [h.wide / 2, h.deep / 2, h.wall + h.roof];
  const corners = [
    [-w, -d, 0],
    [w, -d, 0],
    [w, d, 0],
    [-w, d, 0],
    [-w, -d, h.wall],
    [w, -d, h.wall],
    [w, d, h.wall],
    [-w, d, h.wall],
    [0, -d, top],
    [0, d, top],
  ];
  const c = Math.cos(h.turn);
  const s = Math.sin(h.turn);
  // Local y is along the building's heading.
  const points = corners.map(([x, y, z]) => [h.x + x * c + y * s, h.y - x * s + y * c, h.z + z]);
  const normal = (x, y, z) => [x * c + y * s, -x * s + y * c, z];
  const slope = Math.hypot(h.roof, w);
  const walls = [
    [[0, 1, 5, 4, 8], normal(0, -1, 0)],
    [[2, 3, 7, 6, 9], normal(0, 1, 0)],
    [[1, 2, 6, 5], normal(1, 0, 0)],
    [[3, 0, 4, 7], normal(-1, 0, 0)],
  ];
  const faces = [];
  for (const [index, n] of walls) {
    const colour = lit(h.colour, ...n, 0.7);
    faces.push([index[0], index[1], index[2], colour], [index[0], index[2], index[3], colour]);
    if (index.length === 5) faces.push([index[3], index[2], index[4], colour]);
  }
  const right = lit(h.roofColour, ...normal(h.roof / slope, 0, w / slope), 1);
  const left = lit(h.roofColour, ...normal(-h.roof / slope, 0, w / slope), 1);
  faces.push([5, 6, 9, right], [5, 9, 8, right], [7, 4, 8, left], [7, 8, 9, left]);
  return { x: h.x, y: h.y, z: h.z + top / 2, radius: Math.hypot(w, d, top), points, faces };
}

const housePoints = new Float64Array(30);

export function drawHouses(raster, houses) {
  for (const house of houses) {
    raster.project(house.x, house.y, house.z, spot, 0);
    if (!raster.sees(spot, 0, house.radius) || spot[2] > 1600) continue;
    for (let i = 0; i < 10; i++) raster.project(...house.points[i], housePoints, i * 3);
    for (const [a, b, c, colour] of house.faces) raster.triangle(housePoints, a * 3, b * 3, c * 3, colour);
  }
}
