import { words } from '../words.ts';
import type { Layout } from './layout.ts';
import { INK, type Pen } from './pen.ts';
import type { AntennaBar, Reading, Readings, Tone } from './readings.ts';

const inkOf: Record<Tone, string> = { normal: INK.white, old: INK.old, caution: INK.amber, warning: INK.red };
const TRACK = 'rgba(0,0,0,0.45)';
const PLATE = 'rgba(0,0,0,0.68)';

const softOf = (tone: Tone) => (tone === 'old' ? INK.old : INK.soft);

/** Which groups are shown. */
export type Extent = 'full' | 'minimal' | 'off';

/** Everything that changes at reading speed: numbers, bars, corners and the alarm line. */
export function drawInstruments(pen: Pen, layout: Layout, readings: Readings, extent: Extent, blinkOn: boolean): void {
  if (extent !== 'off') {
    drawSpeed(pen, layout, readings);
    drawAltitude(pen, layout, readings);
    drawBattery(pen, layout, readings, extent);
    drawLink(pen, layout, readings, extent);
  }
  if (extent === 'full') {
    drawWho(pen, layout, readings);
    drawTime(pen, layout, readings);
    drawHome(pen, layout, readings);
    const ink = readings.flightTone === 'old' ? INK.old : INK.white;
    pen.text(readings.heading, layout.centerX, 24 * layout.k, 20, ink, 'center', true);
  }
  drawAlarm(pen, layout, readings, blinkOn);
}

/** The mark that goes with amber and red, so that it is never colour alone. Returns the room it took. */
function mark(pen: Pen, tone: Tone, x: number, baseline: number, size: number): number {
  if (tone !== 'caution' && tone !== 'warning') return 0;
  const side = size * 0.72 * pen.k;
  if (tone === 'warning') {
    pen.box(x, baseline - side, side, side, INK.red);
  } else {
    pen.fill((surface) => {
      surface.moveTo(x + side / 2, baseline - side);
      surface.lineTo(x + side, baseline);
      surface.lineTo(x, baseline);
    }, INK.amber);
  }
  return side + size * 0.35 * pen.k;
}

/** Nothing is smaller than 13. */
const unitSize = (size: number) => Math.max(13, size / 2);

/** A number with its unit at half the size, from `x` to the right; with its mark when it needs looking at. */
function value(pen: Pen, reading: Reading, x: number, baseline: number, size: number): number {
  const room = mark(pen, reading.tone, x, baseline, size * 0.62);
  const width = pen.text(reading.text, x + room, baseline, size, inkOf[reading.tone], 'left', true);
  const unitX = x + room + width + 4 * pen.k;
  return unitX - x + pen.text(reading.unit, unitX, baseline, unitSize(size), softOf(reading.tone));
}

function valueWidth(pen: Pen, reading: Reading, size: number): number {
  const room = reading.tone === 'caution' || reading.tone === 'warning' ? size * 0.62 * 1.07 * pen.k : 0;
  return room + pen.width(reading.text, size, true) + 4 * pen.k + pen.width(reading.unit, unitSize(size));
}

function drawSpeed(pen: Pen, { k, speedX, centerY }: Layout, readings: Readings): void {
  const { speed, air, flightAge, flightTone } = readings;
  const soft = softOf(flightTone);
  if (air !== '') pen.text(air, speedX, centerY - 28 * k, 15, soft, 'right');
  if (speed === undefined) return;
  pen.text(speed.text, speedX, centerY + 14 * k, 40, inkOf[speed.tone], 'right', true);
  pen.text(speed.unit, speedX, centerY + 37 * k, 15, soft, 'right');
  if (flightAge !== '') pen.text(flightAge, speedX, centerY + 58 * k, 14, soft, 'right');
}

/** Length of the trend line at 1 m/s, and at most, lines of 720. */
const TREND_PER_MPS = 6;
const TREND_MOST = 54;

function drawAltitude(pen: Pen, { k, altitudeX, centerY }: Layout, readings: Readings): void {
  const { altitude, climb, climbMps, flightAge, flightTone } = readings;
  const soft = softOf(flightTone);
  if (climb !== '') {
    const up = climbMps > 0.25;
    const down = climbMps < -0.25;
    let x = altitudeX;
    if (up || down) {
      const tip = centerY - (up ? 39 : 28) * k;
      const base = centerY - (up ? 29 : 38) * k;
      pen.fill((surface) => {
        surface.moveTo(x + 5 * k, tip);
        surface.lineTo(x + 10 * k, base);
        surface.lineTo(x, base);
      }, soft);
    }
    x += 16 * k;
    pen.text(climb, x, centerY - 28 * k, 15, soft);
    drawTrend(pen, altitudeX - 14 * k, centerY, climbMps, flightTone);
  }
  if (altitude === undefined) return;
  pen.text(altitude.text, altitudeX, centerY + 14 * k, 40, inkOf[altitude.tone], 'left', true);
  pen.text(`${altitude.unit} ${words.osd.aboveHome}`, altitudeX, centerY + 37 * k, 15, soft);
  if (flightAge !== '') pen.text(flightAge, altitudeX, centerY + 58 * k, 14, soft);
}

/** Climb as a bar on a thin scale with its zero in the middle. */
function drawTrend(pen: Pen, x: number, centerY: number, climbMps: number, tone: Tone): void {
  const { k } = pen;
  const upright = (from: number, to: number, thickness: number, ink: string) =>
    pen.stroke(
      (surface) => {
        surface.moveTo(x, centerY + from * k);
        surface.lineTo(x, centerY + to * k);
      },
      thickness,
      ink,
    );
  upright(-TREND_MOST, TREND_MOST, 1, INK.old);
  pen.stroke(
    (surface) => {
      surface.moveTo(x - 5 * k, centerY);
      surface.lineTo(x + 3 * k, centerY);
    },
    1.6,
    softOf(tone),
  );
  const reach = Math.max(-TREND_MOST, Math.min(TREND_MOST, climbMps * TREND_PER_MPS));
  if (Math.abs(reach) >= 1) upright(0, -reach, 3.4, inkOf[tone]);
}

function drawWho(pen: Pen, { k, left }: Layout, readings: Readings): void {
  const soft = softOf(readings.flightTone);
  pen.text(readings.name, left, 44 * k, 18, INK.white, 'left', true);
  const width = pen.text(readings.mode, left, 67 * k, 16, soft);
  pen.text(readings.armed, left + (width > 0 ? width + 14 * k : 0), 67 * k, 16, soft);
  const tone = readings.flightTone === 'old' ? 'old' : readings.gpsTone;
  const room = mark(pen, tone, left, 89 * k, 14);
  pen.text(readings.gps, left + room, 89 * k, 15, tone === 'normal' ? INK.soft : inkOf[tone]);
}

function drawTime(pen: Pen, { k, right, compact }: Layout, readings: Readings): void {
  pen.text(readings.clock, right, 44 * k, 18, INK.white, 'right', true);
  if (!compact) pen.text(readings.videoFormat, right, 67 * k, 15, INK.soft, 'right');
}

function drawBattery(pen: Pen, { k, left, height, compact }: Layout, readings: Readings, extent: Extent): void {
  const { battery, batteryFill, batteryMark, batteryDetails } = readings;
  if (battery === undefined) return;
  if (batteryFill !== undefined) {
    const width = 104 * k;
    const y = height - 110 * k;
    pen.box(left, y, width, 8 * k, TRACK, true);
    pen.box(left, y, Math.max(2 * k, width * batteryFill), 8 * k, inkOf[battery.tone]);
    const at = left + width * batteryMark;
    pen.stroke(
      (surface) => {
        surface.moveTo(at, y - 4 * k);
        surface.lineTo(at, y + 12 * k);
      },
      1.8,
      INK.amber,
    );
  }
  value(pen, battery, left, height - 59 * k, 34);
  if (extent === 'minimal') return;
  const soft = softOf(battery.tone);
  const shown = compact ? batteryDetails.slice(0, 2) : batteryDetails;
  let x = left;
  for (const detail of shown) x += pen.text(detail, x, height - 34 * k, 15, soft) + 14 * k;
}

function drawHome(pen: Pen, { k, centerX, height }: Layout, readings: Readings): void {
  const { home, flown, flightTone } = readings;
  if (home === undefined) return;
  const width = valueWidth(pen, home, 24);
  value(pen, home, centerX - width / 2, height - 64 * k, 24);
  if (flown !== '') pen.text(flown, centerX, height - 43 * k, 14, softOf(flightTone), 'center');
}

function drawLink(pen: Pen, { k, right, height }: Layout, readings: Readings, extent: Extent): void {
  const { quality, linkDetails, linkAge, antennas } = readings;
  let y = height - 59 * k;
  if (quality !== undefined) value(pen, quality, right - valueWidth(pen, quality, 34), y, 34);
  if (extent === 'full') {
    const line = linkAge === '' ? linkDetails : [linkAge];
    let x = right;
    for (let i = line.length - 1; i >= 0; i--) {
      x -= pen.text(line[i] as string, x, height - 34 * k, 15, softOf(readings.linkTone), 'right') + 14 * k;
    }
  }
  y -= 46 * k;
  for (let i = antennas.length - 1; i >= 0; i--, y -= 20 * k) drawAntenna(pen, antennas[i] as AntennaBar, right, y);
}

function drawAntenna(pen: Pen, antenna: AntennaBar, right: number, baseline: number): void {
  const k = pen.k;
  const ink = inkOf[antenna.tone];
  const width = 96 * k;
  const x = right - 46 * k - width;
  pen.text(antenna.text, right, baseline, 15, ink, 'right');
  pen.box(x, baseline - 9 * k, width, 7 * k, TRACK, true);
  if (antenna.text !== '') pen.box(x, baseline - 9 * k, Math.max(2 * k, width * antenna.fill), 7 * k, ink);
  const name = pen.text(antenna.name, x - 10 * k, baseline, 14, antenna.tone === 'normal' ? INK.soft : ink, 'right');
  mark(pen, antenna.tone, x - 10 * k - name - 17 * k, baseline, 14);
}

/** The one line of alarms on a dark plate under the heading. */
function drawAlarm(pen: Pen, { k, centerX }: Layout, { alarm }: Readings, blinkOn: boolean): void {
  if (alarm === undefined) return;
  const size = 18;
  const ink = inkOf[alarm.severity];
  const width = pen.width(alarm.text, size, true) + 27 * k;
  const x = centerX - width / 2;
  const baseline = 124 * k;
  if (pen.outlining) pen.plate(x - 14 * k, baseline - 24 * k, width + 28 * k, 35 * k, 4 * k, PLATE);
  if (alarm.severity === 'caution' || blinkOn) mark(pen, alarm.severity, x, baseline, size * 1.1);
  pen.text(alarm.text, x + 27 * k, baseline, size, ink, 'left', true);
}
