/**
 * A depth buffer and triangles. Terrain writes depth alone (its colour is found from the position it covers), things write
 * their colour too.
 */

const NEAR = 0.2;

export class Raster {
  constructor(width, height, verticalFovDeg) {
    this.width = width;
    this.height = height;
    /** Focal length, pixels. */
    this.focal = height / 2 / Math.tan((verticalFovDeg * Math.PI) / 360);
    /** 1 / distance along the view axis; 0 is the sky. */
    this.depth = new Float32Array(width * height);
    /** 0: terrain or sky; else 0xff000000 and a colour. */
    this.colour = new Uint32Array(width * height);
    this.eye = [0, 0, 0];
    this.right = [1, 0, 0];
    this.up = [0, 0, 1];
    this.forward = [0, 1, 0];
    this.v = new Float64Array(9);
  }

  /** Places the camera. Degrees: heading from north clockwise, nose up, right wing down. */
  aim(x, y, z, headingDeg, pitchDeg, rollDeg) {
    const [h, p, r] = [headingDeg, pitchDeg, rollDeg].map((deg) => (deg * Math.PI) / 180);
    this.eye = [x, y, z];
    this.forward = [Math.sin(h) * Math.cos(p), Math.cos(h) * Math.cos(p), Math.sin(p)];
    const level = [Math.cos(h), -Math.sin(h), 0];
    const lift = [-Math.sin(h) * Math.sin(p), -Math.cos(h) * Math.sin(p), Math.cos(p)];
    this.right = level.map((c, i) => c * Math.cos(r) - lift[i] * Math.sin(r));
    this.up = lift.map((c, i) => c * Math.cos(r) + level[i] * Math.sin(r));
    this.depth.fill(0);
    this.colour.fill(0);
  }

  /** View-space coordinates (right, up, forward) of a point, into `out` at `at`. */
  project(x, y, z, out, at) {
    const dx = x - this.eye[0];
    const dy = y - this.eye[1];
    const dz = z - this.eye[2];
    out[at] = dx * this.right[0] + dy * this.right[1] + dz * this.right[2];
    out[at + 1] = dx * this.up[0] + dy * this.up[1] + dz * this.up[2];
    out[at + 2] = dx * this.forward[0] + dy * this.forward[1] + dz * this.forward[2];
  }

  /** Whether a ball around a view-space point can be seen. */
  sees(v, at, radius) {
    const z = v[at + 2];
    if (z < -radius) return false;
    const kx = this.width / 2 / this.focal;
    const ky = this.height / 2 / this.focal;
    return (
      Math.abs(v[at]) - kx * z < radius * Math.hypot(1, kx) && Math.abs(v[at + 1]) - ky * z < radius * Math.hypot(1, ky)
    );
  }

  /** Draws a triangle of three view-space points of `p` at offsets a, b, c. */
  triangle(p, a, b, c, colour) {
    const za = p[a + 2];
    const zb = p[b + 2];
    const zc = p[c + 2];
    if (za < NEAR || zb < NEAR || zc < NEAR) {
      if (za < NEAR && zb < NEAR && zc < NEAR) return;
      this.#clipped([p[a], p[a + 1], za, p[b], p[b + 1], zb, p[c], p[c + 1], zc], colour);
      return;
    }
    this.#fill(p[a], p[a + 1], za, p[b], p[b + 1], zb, p[c], p[c + 1], zc, colour);
  }

  #clipped(p, colour) {
    const kept = [];
    for (let i = 0; i < 3; i++) {
      const [x0, y0, z0] = p.slice(i * 3, i * 3 + 3);
      const j = ((i + 1) % 3) * 3;
      const [x1, y1, z1] = p.slice(j, j + 3);
      if (z0 >= NEAR) kept.push([x0, y0, z0]);
      if (z0 >= NEAR !== z1 >= NEAR) {
        const t = (NEAR - z0) / (z1 - z0);
        kept.push([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, NEAR]);
      }
    }
    for (let i = 2; i < kept.length; i++) this.#fill(...kept[0], ...kept[i - 1], ...kept[i], colour);
  }

  #fill(ax, ay, az, bx, by, bz, cx, cy, cz, colour) {
    const { width, height, focal, depth } = this;
    const x0 = width / 2 + (focal * ax) / az;
    const y0 = height / 2 - (focal * ay) / az;
    const x1 = width / 2 + (focal * bx) / bz;
    const y1 = height / 2 - (focal * by) / bz;
    const x2 = width / 2 + (focal * cx) / cz;
    const y2 = height / 2 - (focal * cy) / cz;
    const top = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5));
    const bottom = Math.min(height - 1, Math.floor(Math.max(y0, y1, y2) - 0.5));
    if (top > bottom) return;
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (Math.abs(area) < 1e-9) return;
    const w0 = 1 / az;
    const w1 = 1 / bz;
    const w2 = 1 / cz;
    const dwdx = ((w1 - w0) * (y2 - y0) - (w2 - w0) * (y1 - y0)) / area;
    const dwdy = ((w2 - w0) * (x1 - x0) - (w1 - w0) * (x2 - x0)) / area;
    for (let y = top; y <= bottom; y++) {
      const py = y + 0.5;
      let left = 1e9;
      let right = -1e9;
      if (y0 <= py !== y1 <= py) {
        const x = x0 + ((x1 - x0) * (py - y0)) / (y1 - y0);
        if (x < left) left = x;
        if (x > right) right = x;
      }
      if (y1 <= py !== y2 <= py) {
        const x = x1 + ((x2 - x1) * (py - y1)) / (y2 - y1);
        if (x < left) left = x;
        if (x > right) right = x;
      }
      if (y2 <= py !== y0 <= py) {
        const x = x2 + ((x0 - x2) * (py - y2)) / (y0 - y2);
        if (x < left) left = x;
        if (x > right) right = x;
      }
      const from = Math.max(0, Math.ceil(left - 0.5));
      const to = Math.min(width - 1, Math.ceil(right - 0.5) - 1);
      let w = w0 + (from + 0.5 - x0) * dwdx + (py - y0) * dwdy;
      for (let i = y * width + from, end = y * width + to; i <= end; i++) {
        if (w > depth[i]) {
          depth[i] = w;
          this.colour[i] = colour;
        }
        w += dwdx;
      }
    }
  }
}
