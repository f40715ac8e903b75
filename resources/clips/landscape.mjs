import { cells, fbm, hash, mix, noise, random, smooth } from './noise.mjs';

/**
 * The world under the demo flight: a grass airfield among fields, woods, a lake and a village, hills around, mountains far
 * away. x is east, y is north, z is up, metres from the place where the aircraft stands.
 */

const DEG = Math.PI / 180;
/** Late afternoon. */
const SUN_AZIMUTH = 222 * DEG;
const SUN_ELEVATION = 27 * DEG;
export const SUN = [
  Math.sin(SUN_AZIMUTH) * Math.cos(SUN_ELEVATION),
  Math.cos(SUN_AZIMUTH) * Math.cos(SUN_ELEVATION),
  Math.sin(SUN_ELEVATION),
];
/** Middle of the circuit: the ground is level around it. */
export const CENTRE = [-30, 75];
const WATER_LEVEL = -2.5;

const RUNWAY_HEADING = 62 * DEG;
const RUNWAY = [Math.sin(RUNWAY_HEADING), Math.cos(RUNWAY_HEADING)];
/** The runway's ends, metres along its heading from home, and half its width. */
export const RUNWAY_FROM = -112;
export const RUNWAY_TO = 178;
export const RUNWAY_HALF = 6.5;

/** Along the runway. */
export const along = (x, y) => x * RUNWAY[0] + y * RUNWAY[1];
/** To the right of its centre line. */
export const across = (x, y) => x * RUNWAY[1] - y * RUNWAY[0];

function ellipse(x, y, cx, cy, a, b, turn) {
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  const dx = (x - cx) * c + (y - cy) * s;
  const dy = (y - cy) * c - (x - cx) * s;
  return (Math.hypot(dx / a, dy / b) - 1) * Math.min(a, b);
}

/** Metres to the nearest shore, negative on water. */
export function shore(x, y) {
  if (x * x + y * y > 9e6) return 1000;
  let d = ellipse(x, y, 20, 455, 250, 105, 0.22);
  d = Math.min(d, ellipse(x, y, -190, 395, 110, 60, -0.5));
  d = Math.min(d, ellipse(x, y, -1500, -720, 560, 250, 0.4));
  // A river from the lake to the east and round the south.
  if (x > 100) d = Math.min(d, Math.abs(y - 470 - 70 * Math.sin(x / 190) + 0.1 * x) - 7);
  return d + (fbm(x / 70, y / 70, 3, 41) - 0.5) * 46;
}

/** Height of the bare ground. */
export function ground(x, y) {
  const r = Math.hypot(x - CENTRE[0], y - CENTRE[1]);
  const away = smooth(330, 1000, r);
  let h = (fbm(x / 480, y / 480, 4, 11) - 0.47) * 44 * away;
  h += Math.max(0, fbm(x / 1500, y / 1500, 5, 21) - 0.4) * 420 * smooth(700, 2400, r);
  if (r > 2500) {
    const ridge = 1 - Math.abs(2 * fbm(x / 5200, y / 5200, 6, 31) - 1);
    h += ridge * ridge * 620 * smooth(2800, 9000, r);
  }
  if (r < 3500) {
    const d = shore(x, y);
    const beach = r > 1000 ? 330 : 90;
    if (d < beach) h = mix(WATER_LEVEL, h, smooth(-2, beach, d));
  }
  return h;
}

/** How much of a wood this is: its floor and edge begin at WOOD, its canopy a little further in. */
const WOOD = 0.56;
function woodiness(x, y) {
  const r = Math.hypot(x - CENTRE[0], y - CENTRE[1]);
  let f = fbm(x / 300, y / 300, 4, 51) + smooth(900, 2600, r) * 0.06;
  // The strip and its approaches stay clear, and so does the village.
  const v = Math.abs(across(x, y));
  const u = along(x, y);
  f -= 0.5 * (1 - smooth(60, 100, v)) * (1 - smooth(300, 380, Math.abs(u)));
  f -= 0.4 * (1 - smooth(120, 190, Math.hypot(x + 450, y + 60)));
  // Two woods where the circuit needs them: behind the runway's end, and beside the downwind leg.
  f += 0.22 * (1 - smooth(50, 130, Math.hypot((x - 360) * 0.8, y - 120)));
  f += 0.2 * (1 - smooth(30, 100, Math.hypot(x + 150, (y - 190) * 1.3)));
  return f;
}

/** Share of wood, 0 to 1. */
export function wood(x, y) {
  return smooth(WOOD, WOOD + 0.008, woodiness(x, y));
}

const FIELD_TURN = 0.31;
const TILE = 640;
const cosTurn = Math.cos(FIELD_TURN);
const sinTurn = Math.sin(FIELD_TURN);
const field = { id: 0, edge: 0, rank: 0, alongRows: 0 };

/** The parcel a point lies in: squares split a few times at places their hash chooses. Shared result. */
export function parcel(x, y) {
  const wx = x + (noise(x / 260, y / 260, 61) - 0.5) * 60;
  const wy = y + (noise(x / 260, y / 260, 62) - 0.5) * 60;
  const u = wx * cosTurn + wy * sinTurn + 200;
  const v = wy * cosTurn - wx * sinTurn + 260;
  const ix = Math.floor(u / TILE);
  const iy = Math.floor(v / TILE);
  let id = hash(ix, iy, 71);
  let u0 = ix * TILE;
  let v0 = iy * TILE;
  let u1 = u0 + TILE;
  let v1 = v0 + TILE;
  field.rank = 0;
  field.edge = Math.min(u - u0, u1 - u, v - v0, v1 - v);
  for (let depth = 1; depth <= 5; depth++) {
    const wide = u1 - u0;
    const tall = v1 - v0;
    if (Math.max(wide, tall) < 120 || (depth > 3 && (id & 7) < 2)) break;
    const cut = 0.34 + 0.32 * (((id >>> 8) & 0xff) / 255);
    let side;
    let off;
    if (wide > tall) {
      const at = u0 + wide * cut;
      off = Math.abs(u - at);
      side = u < at ? 0 : 1;
      if (side === 0) u1 = at;
      else u0 = at;
    } else {
      const at = v0 + tall * cut;
      off = Math.abs(v - at);
      side = v < at ? 0 : 1;
      if (side === 0) v1 = at;
      else v0 = at;
    }
    if (off < field.edge) {
      field.edge = off;
      field.rank = depth;
    }
    id = hash(id, side, 72 + depth);
  }
  field.id = id;
  field.alongRows = u1 - u0 > v1 - v0 ? v : u;
  return field;
}

/** What grows in the fields, as seen from the air: red, green, blue, 0 to 1; `rows`: how strongly rows show. */
const CROPS = [
  { colour: [0.4, 0.5, 0.22], rows: 0.015 },
  { colour: [0.47, 0.55, 0.25], rows: 0.04 },
  { colour: [0.72, 0.63, 0.36], rows: 0.035 },
  { colour: [0.78, 0.7, 0.46], rows: 0.06 },
  { colour: [0.5, 0.4, 0.3], rows: 0.05 },
  { colour: [0.28, 0.42, 0.19], rows: 0.05 },
  { colour: [0.44, 0.51, 0.27], rows: 0.01 },
  { colour: [0.56, 0.57, 0.31], rows: 0.03 },
  { colour: [0.35, 0.46, 0.21], rows: 0.02 },
  { colour: [0.76, 0.69, 0.24], rows: 0.02 },
];

/** Whether a parcel's border is a road (2), a hedge (1) or nothing (0). */
export function borderKind(f) {
  if (f.rank === 0) return 2;
  return f.rank <= 2 || (f.id & 0x300) === 0 ? 1 : 0;
}

const AIRFIELD_HALF = 46;
export function onAirfield(x, y) {
  const u = along(x, y);
  return u > RUNWAY_FROM - 50 && u < RUNWAY_TO + 50 && Math.abs(across(x, y)) < AIRFIELD_HALF;
}

/** Canopy or hedge on top of the ground, metres. */
export function cover(x, y) {
  if (onAirfield(x, y)) return 0;
  const d = shore(x, y);
  if (d < 6) return 0;
  const f = parcel(x, y);
  const w = smooth(WOOD + 0.016, WOOD + 0.04, woodiness(x, y));
  if (w > 0.02 && !(f.rank === 0 && f.edge < 9)) {
    return w * (7.5 + 4.5 * (1 - cells(x / 8.5, y / 8.5, 81)) + 3 * noise(x / 40, y / 40, 82));
  }
  if (borderKind(f) === 1 && f.edge < 3.2)
    return 2.6 * smooth(3.2, 1.6, f.edge) * smooth(0.3, 0.45, noise(x / 16, y / 16, 83));
  return 0;
}

const out = [0, 0, 0, 0];
function put(r, g, b) {
  out[0] = r;
  out[1] = g;
  out[2] = b;
}
function blend(r, g, b, t) {
  out[0] = mix(out[0], r, t);
  out[1] = mix(out[1], g, t);
  out[2] = mix(out[2], b, t);
}

/** Colour of the unlit surface, red, green, blue 0 to 1 and share of water; `size`: metres a sample stands for. Shared. */
export function surface(x, y, size) {
  const d = shore(x, y);
  const f = parcel(x, y);
  out[3] = smooth(size, -size, d);
  if (onAirfield(x, y)) {
    const stripe = Math.sin((across(x, y) * Math.PI) / 7) > 0 ? 1.035 : 0.965;
    const worn = noise(x / 23, y / 23, 91) * 0.08;
    put((0.415 + worn) * stripe, 0.52 * stripe, (0.235 + worn * 0.5) * stripe);
    return out;
  }
  const crop = CROPS[f.id % CROPS.length];
  const tone = 0.93 + 0.14 * random(f.id, 1, 92) + (fbm(x / 60, y / 60, 3, 93) - 0.5) * 0.13;
  const rows = size < 3 ? 1 + crop.rows * Math.sin(f.alongRows * 1.05) + crop.rows * Math.sin(f.alongRows * 0.35) : 1;
  put(crop.colour[0] * tone * rows, crop.colour[1] * tone * rows, crop.colour[2] * tone * rows);
  const height = Math.max(0, ground(x, y));
  if (height > 60) blend(0.36, 0.42, 0.24, smooth(60, 140, height));
  if (height > 260) blend(0.52, 0.5, 0.46, smooth(260, 420, height + (fbm(x / 300, y / 300, 4, 94) - 0.5) * 160));
  const kind = borderKind(f);
  const w = wood(x, y);
  if (kind === 1 && w < 0.5) blend(0.2, 0.3, 0.13, smooth(3.4 + size * 0.5, 1.8, f.edge) * (size > 8 ? 0.4 : 0.95));
  if (w > 0) {
    const crown =
      0.74 +
      0.34 * (1 - cells(x / 5.5, y / 5.5, 98)) +
      0.22 * noise(x / 8, y / 8, 95) +
      (fbm(x / 90, y / 90, 3, 96) - 0.5) * 0.34;
    const autumn = smooth(0.62, 0.75, fbm(x / 130, y / 130, 3, 97));
    blend(mix(0.2, 0.36, autumn) * crown, mix(0.315, 0.35, autumn) * crown, 0.135 * crown, w);
  }
  if (kind === 2 && d > 4) {
    blend(0.5, 0.5, 0.36, smooth(6.5 + size * 0.5, 4.5, f.edge) * (size > 8 ? 0.3 : 0.8));
    blend(0.5, 0.49, 0.47, smooth(3.1 + size * 0.6, 2.4, f.edge) * (size > 8 ? 0.35 : 1));
  }
  if (d < 9) blend(0.62, 0.58, 0.43, smooth(9, 3, d) * 0.7);
  if (out[3] > 0) blend(0.1, 0.19, 0.2, out[3]);
  return out;
}

/** Trees that stand alone or in hedges, and buildings; positions, sizes and colours. */
export function things() {
  const trees = [];
  const houses = [];
  for (let j = -62; j < 62; j++) {
    for (let i = -62; i < 62; i++) {
      const h = hash(i, j, 101);
      const x = CENTRE[0] + (i + (h & 0xff) / 256) * 15;
      const y = CENTRE[1] + (j + ((h >>> 8) & 0xff) / 256) * 15;
      if (onAirfield(x, y) || shore(x, y) < 7 || wood(x, y) > 0.1) continue;
      const clear = Math.abs(across(x, y)) < 62 && Math.abs(along(x, y)) < 420;
      if (clear) continue;
      const f = parcel(x, y);
      const kind = borderKind(f);
      const shoreTree = shore(x, y) < 22 && (h >>> 16) % 5 < 2;
      const hedgeTree = kind === 1 && f.edge < 5 && (h >>> 16) % 3 < 2;
      const avenue = kind === 2 && f.edge > 5.5 && f.edge < 10 && (h >>> 16) % 9 < 4;
      const alone = (h >>> 16) % 97 === 0 && f.edge > 12;
      if (!shoreTree && !hedgeTree && !avenue && !alone) continue;
      const tall = 5 + 6.5 * (((h >>> 20) & 0xff) / 255);
      trees.push({ x, y, z: ground(x, y), tall, wide: tall * (0.3 + 0.14 * ((h >>> 28) / 15)), tint: h & 7 });
    }
  }
  // Trees at the edges of woods: the canopy inside is a height, so its rim needs them.
  for (let j = -105; j < 105; j++) {
    for (let i = -105; i < 105; i++) {
      const h = hash(i, j, 102);
      const x = CENTRE[0] + (i + (h & 0xff) / 256) * 7;
      const y = CENTRE[1] + (j + ((h >>> 8) & 0xff) / 256) * 7;
      const f = woodiness(x, y);
      if (f < WOOD - 0.002 || f > WOOD + 0.034 || onAirfield(x, y) || shore(x, y) < 6) continue;
      const p = parcel(x, y);
      if (p.rank === 0 && p.edge < 6.5) continue;
      const tall = 8 + 5.5 * (((h >>> 16) & 0xff) / 255);
      trees.push({
        x,
        y,
        z: ground(x, y) - 0.5,
        tall,
        wide: tall * (0.32 + 0.12 * ((h >>> 28) / 15)),
        tint: (h >>> 24) & 7,
      });
    }
  }
  const house = (x, y, wide, deep, wall, roof, turn, colour, roofColour) =>
    houses.push({ x, y, z: ground(x, y) - 0.3, wide, deep, wall, roof, turn, colour, roofColour });
  const place = (u, v) => [u * RUNWAY[0] + v * RUNWAY[1], u * RUNWAY[1] - v * RUNWAY[0]];
  // Hangars, a club house and parked cars along the strip.
  for (let i = 0; i < 3; i++)
    house(...place(34 + i * 23, 37), 17, 13, 4.6, 2.2, RUNWAY_HEADING, [0.52, 0.54, 0.55], [0.46, 0.5, 0.54]);
  house(...place(4, 38), 14, 8, 3.2, 2.2, RUNWAY_HEADING, [0.68, 0.66, 0.6], [0.62, 0.3, 0.22]);
  for (let i = 0; i < 7; i++) {
    const colour = [
      [0.75, 0.15, 0.12],
      [0.9, 0.9, 0.9],
      [0.2, 0.3, 0.5],
      [0.25, 0.25, 0.27],
    ][i % 4];
    house(...place(-12 - i * 4.1, 40), 1.9, 4.3, 1.2, 0.25, RUNWAY_HEADING, colour, colour);
  }
  // The village, and farms here and there.
  for (let j = -4; j < 5; j++) {
    for (let i = -5; i < 6; i++) {
      const h = hash(i, j, 111);
      const x = -450 + i * 24 + (h & 15) - 8;
      const y = -60 + j * 25 + ((h >>> 4) & 15) - 8;
      if ((h >>> 8) % 10 < 3 || Math.hypot((x + 450) / 125, (y + 60) / 105) > 1) continue;
      const f = parcel(x, y);
      if (f.rank === 0 && f.edge < 9) continue;
      const red = 0.56 + ((h >>> 12) & 7) * 0.02;
      house(
        x,
        y,
        9 + ((h >>> 16) & 3),
        7,
        3.4,
        2.8,
        0.31 + ((h >>> 18) & 1) * 1.5708,
        [0.76, 0.72, 0.65],
        [red, 0.32, 0.22],
      );
    }
  }
  house(-440, -52, 9, 22, 8, 6, 0.31, [0.74, 0.71, 0.65], [0.4, 0.36, 0.36]);
  house(-440, -38, 5.5, 5.5, 17, 9, 0.31, [0.74, 0.71, 0.65], [0.36, 0.36, 0.4]);
  for (const [x, y] of [
    [230, 290],
    [-330, 250],
    [260, -150],
    [-20, -260],
    [-640, 330],
    [560, 330],
  ]) {
    if (shore(x, y) < 20 || wood(x, y) > 0.1) continue;
    house(x, y, 11, 8, 3.6, 3, 0.7, [0.76, 0.72, 0.64], [0.6, 0.33, 0.24]);
    house(x + 19, y + 6, 9, 20, 4.5, 3.2, 0.7, [0.62, 0.5, 0.4], [0.5, 0.34, 0.28]);
    house(x - 3, y + 22, 7, 14, 4, 2.6, 2.27, [0.7, 0.64, 0.55], [0.46, 0.4, 0.38]);
  }
  return { trees, houses };
}
