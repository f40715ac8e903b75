import { words } from '../words.ts';
import { type Pose, turnDeg } from './attitude.ts';
import { TAPE_PX_PER_DEG, tapeMark, tapeTicks } from './heading-tape.ts';
import { climbAngleDeg, dropPx, type Point, type Projection, turned } from './horizon.ts';
import type { Layout } from './layout.ts';
import { INK, type Pen } from './pen.ts';

/** What moves at the display's rate. */
export interface AttitudeView {
  pose: Pose | undefined;
  /** Where the pose puts the horizon; absent without attitude. */
  to: Projection | undefined;
  old: boolean;
  homeBearingDeg: number | null;
  verticalSpeedMps: number | null;
  groundSpeedMps: number | null;
  /** Heading tape and home arrow too. */
  full: boolean;
}

/** Rungs every 5 degrees, or every 10 where those would stand closer than this, lines of 720. */
const LADDER_LEAST_GAP = 36;
const LADDER_REACH_DEG = 30;

const a: Point = { x: 0, y: 0 };
const b: Point = { x: 0, y: 0 };

/** Horizon, pitch ladder, flight path, heading tape and home arrow, in CSS pixels of `layout`. */
export function drawAttitude(pen: Pen, layout: Layout, view: AttitudeView): void {
  const ink = view.old ? INK.old : INK.white;
  if (view.to !== undefined) {
    drawHorizon(pen, layout, view.to, ink);
    drawLadder(pen, layout, view.to, view.old ? INK.old : INK.soft);
    drawFlightPath(pen, layout, view, view.to, ink);
  }
  drawNose(pen, layout, ink);
  if (!view.full || view.pose?.headingDeg === undefined) return;
  drawTape(pen, layout, view.pose.headingDeg, view, ink);
  drawHomeArrow(pen, layout, view.pose.headingDeg, view);
}

function line(pen: Pen, to: Projection, from: number, until: number, down: number, thickness: number, ink: string) {
  turned(to, from, down, a);
  turned(to, until, down, b);
  pen.stroke(
    (surface) => {
      surface.moveTo(a.x, a.y);
      surface.lineTo(b.x, b.y);
    },
    thickness,
    ink,
  );
}

/**
 * Whether a point lies in the middle of the display, so that lines do not climb into the tape, the alarms or the home
 * arrow, nor out of the picture.
 */
function inField(layout: Layout, to: Projection, along: number, down: number, margin: number): boolean {
  turned(to, along, down, a);
  const { k, height, picture } = layout;
  const top = Math.max(150 * k, picture.y) + margin;
  const bottom = Math.min(height - 150 * k, picture.y + picture.height) - margin;
  return a.y > top && a.y < bottom;
}

function drawHorizon(pen: Pen, layout: Layout, to: Projection, ink: string): void {
  const drop = dropPx(to, 0);
  if (drop === undefined || !inField(layout, to, 0, drop, 0)) return;
  line(pen, to, -layout.horizonHalf, -layout.horizonGap, drop, 2.2, ink);
  line(pen, to, layout.horizonGap, layout.horizonHalf, drop, 2.2, ink);
}

function drawLadder(pen: Pen, layout: Layout, to: Projection, ink: string): void {
  const { k, horizonGap: gap } = layout;
  const stepDeg = (to.focal * Math.PI) / 36 < LADDER_LEAST_GAP * k ? 10 : 5;
  const nearest = Math.round(to.axisDeg / 10) * 10;
  for (let deg = nearest - LADDER_REACH_DEG; deg <= nearest + LADDER_REACH_DEG; deg += stepDeg) {
    if (deg === 0 || Math.abs(deg) > 85) continue;
    const drop = dropPx(to, deg);
    if (drop === undefined) continue;
    const major = deg % 10 === 0;
    const length = (major ? 46 : 26) * k;
    for (const side of [-1, 1]) {
      if (!inField(layout, to, side * (gap + length), drop, 12 * k)) continue;
      if (deg > 0) {
        line(pen, to, side * gap, side * (gap + length), drop, 1.6, ink);
      } else {
        const dash = length / 3;
        for (let i = 0; i < 3; i++) {
          line(pen, to, side * (gap + i * dash), side * (gap + (i + 0.6) * dash), drop, 1.6, ink);
        }
      }
      // The tick at the outer end points to the horizon.
      const end = side * (gap + (deg > 0 ? length : length * 0.87));
      turned(to, end, drop, a);
      turned(to, end, drop + (deg > 0 ? 6 : -6) * k, b);
      pen.stroke(
        (surface) => {
          surface.moveTo(a.x, a.y);
          surface.lineTo(b.x, b.y);
        },
        1.6,
        ink,
      );
      if (major && side < 0) {
        turned(to, end - 10 * k, drop, a);
        pen.text(String(Math.abs(deg)), a.x, a.y + 5 * k, 14, ink, 'right');
      }
    }
  }
}

/** The airframe's nose: two short wings and a dot in the middle of the picture. */
function drawNose(pen: Pen, { centerX, centerY, k }: Layout, ink: string): void {
  for (const side of [-1, 1]) {
    pen.stroke(
      (surface) => {
        surface.moveTo(centerX + side * 30 * k, centerY);
        surface.lineTo(centerX + side * 16 * k, centerY);
        surface.lineTo(centerX + side * 10 * k, centerY + 7 * k);
      },
      2,
      ink,
    );
  }
  pen.box(centerX - 1.5 * k, centerY - 1.5 * k, 3 * k, 3 * k, ink);
}

/** Where the aircraft is going, in the vertical: a ring with stubs. */
function drawFlightPath(pen: Pen, layout: Layout, view: AttitudeView, to: Projection, ink: string): void {
  const climb = climbAngleDeg(view.verticalSpeedMps, view.groundSpeedMps);
  const drop = climb === undefined ? undefined : dropPx(to, climb);
  if (drop === undefined || !inField(layout, to, 0, drop, 0)) return;
  const { k } = layout;
  turned(to, 0, drop, b);
  const { x, y } = b;
  pen.stroke(
    (surface) => {
      surface.moveTo(x + 8 * k, y);
      surface.arc(x, y, 8 * k, 0, 2 * Math.PI);
      surface.moveTo(x - 8 * k, y);
      surface.lineTo(x - 18 * k, y);
      surface.moveTo(x + 8 * k, y);
      surface.lineTo(x + 18 * k, y);
      surface.moveTo(x, y - 8 * k);
      surface.lineTo(x, y - 15 * k);
    },
    1.8,
    ink,
  );
}

function drawTape(pen: Pen, layout: Layout, headingDeg: number, view: AttitudeView, ink: string): void {
  const { k, centerX, tapeHalf } = layout;
  const pxPerDeg = TAPE_PX_PER_DEG * k;
  const top = 42 * k;
  for (const tick of tapeTicks(headingDeg, tapeHalf, pxPerDeg)) {
    const x = centerX + tick.x;
    pen.stroke(
      (surface) => {
        surface.moveTo(x, top + (tick.major ? 0 : 3.5 * k));
        surface.lineTo(x, top + 10 * k);
      },
      1.6,
      ink,
    );
    if (tick.label === '') continue;
    const tone = view.old ? INK.old : tick.cardinal ? INK.white : INK.soft;
    pen.text(tick.label, x, top + 27 * k, tick.cardinal ? 16 : 14, tone, 'center', tick.cardinal);
  }
  pen.fill((surface) => {
    surface.moveTo(centerX - 6 * k, top - 13 * k);
    surface.lineTo(centerX + 6 * k, top - 13 * k);
    surface.lineTo(centerX, top - 3 * k);
  }, ink);
  if (view.homeBearingDeg !== null) drawHomeMark(pen, layout, headingDeg, view.homeBearingDeg, view.old, top);
}

function drawHomeMark(
  pen: Pen,
  { k, centerX, tapeHalf }: Layout,
  headingDeg: number,
  bearingDeg: number,
  old: boolean,
  top: number,
): void {
  const mark = tapeMark(headingDeg, bearingDeg, tapeHalf, TAPE_PX_PER_DEG * k);
  const ink = old ? INK.old : INK.cyan;
  if (mark.beyond !== 0) {
    // Beyond the tape: it stands at the end and points the way to turn.
    const x = centerX + mark.x + mark.beyond * 22 * k;
    pen.text(words.osd.home, x - mark.beyond * 6 * k, top + 11 * k, 16, ink, 'center', true);
    pen.fill((surface) => {
      surface.moveTo(x + mark.beyond * 13 * k, top + 5 * k);
      surface.lineTo(x + mark.beyond * 4 * k, top);
      surface.lineTo(x + mark.beyond * 4 * k, top + 10 * k);
    }, ink);
    return;
  }
  const x = centerX + mark.x;
  // Beside the heading's own digits it moves down to the tape, so that both stay readable.
  const nearMiddle = Math.abs(mark.x) < 40 * k;
  if (!nearMiddle) pen.text(words.osd.home, x, top - 16 * k, 16, ink, 'center', true);
  pen.fill((surface) => {
    surface.moveTo(x, top - 1 * k);
    surface.lineTo(x - 7 * k, top - 13 * k);
    surface.lineTo(x, top - 10 * k);
    surface.lineTo(x + 7 * k, top - 13 * k);
  }, ink);
}

function drawHomeArrow(pen: Pen, { k, centerX, height }: Layout, headingDeg: number, view: AttitudeView): void {
  if (view.homeBearingDeg === null) return;
  const angle = (turnDeg(headingDeg, view.homeBearingDeg) * Math.PI) / 180;
  const y = height - 108 * k;
  const cos = Math.cos(angle) * k;
  const sin = Math.sin(angle) * k;
  const corners = ARROW.map(([right, down]) => [centerX + right * cos - down * sin, y + right * sin + down * cos]);
  pen.fill(
    (surface) => {
      corners.forEach(([x, yy], i) => {
        if (i === 0) surface.moveTo(x as number, yy as number);
        else surface.lineTo(x as number, yy as number);
      });
    },
    view.old ? INK.old : INK.cyan,
  );
}

/** Points up when home lies straight ahead; lines of 720. */
const ARROW = [
  [0, -15],
  [11, 13],
  [0, 6],
  [-11, 13],
] as const;
