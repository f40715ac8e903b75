import { type RefObject, useEffect } from 'react';
import { NS_PER_MS } from '../../radio/base/time.ts';
import { type AlarmInput, AlarmWatch } from '../alarms/alarm-watch.ts';
import { newestLink } from '../state/link.ts';
import { newestPicture, pictureAgeMs } from '../state/picture.ts';
import { radioTime } from '../state/radio-time.ts';
import { SAMPLE_MS } from '../state/sampled.ts';
import { useApp } from '../state/store.ts';
import { newestTelemetry } from '../state/telemetry.ts';
import { AttitudeTracker } from './attitude.ts';
import { type AttitudeView, drawAttitude } from './draw-attitude.ts';
import { drawInstruments } from './draw-instruments.ts';
import { DrawTime } from './draw-time.ts';
import { OLD_MS } from './format.ts';
import { projection } from './horizon.ts';
import { type Layout, layOut } from './layout.ts';
import { Pen } from './pen.ts';
import { ageMs, type Readings, takeReadings } from './readings.ts';
import { Steady } from './steady.ts';

/** One canvas with its pen. */
interface Sheet {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
  pen: Pen;
}

/** CPU time of one drawn frame, both layers; newest first to ask. */
export const drawTime = new DrawTime();

const clockText = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

function openSheet(canvas: HTMLCanvasElement | null): Sheet | undefined {
  const context = canvas?.getContext('2d');
  return canvas && context ? { canvas, context, pen: new Pen(context) } : undefined;
}

/** Fits a canvas to its CSS size and the screen's pixels; true when it changed (and is now empty). */
function sizeTo({ canvas, pen }: Sheet, width: number, height: number, k: number, ratio: number): boolean {
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width === w && canvas.height === h && pen.k === k) return false;
  canvas.width = w;
  canvas.height = h;
  pen.k = k;
  pen.leastTextPx = Math.max(10, (13 * height) / 720);
  pen.forgetWidths();
  return true;
}

/** Draws the display over the picture: attitude at the display's rate, everything read at ten times a second. */
class OsdPainter {
  readonly #attitude: Sheet;
  readonly #instruments: Sheet;
  readonly #tracker = new AttitudeTracker();
  readonly #alarms = new AlarmWatch();
  readonly #steady = new Steady();
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #readAtMs = Number.NEGATIVE_INFINITY;
  #drawn = '';
  #drawnAttitude = '';
  #hadTelemetry = false;

  constructor(attitude: Sheet, instruments: Sheet) {
    this.#attitude = attitude;
    this.#instruments = instruments;
  }

  /** Fonts came late: everything is measured and drawn again. */
  redraw(): void {
    for (const { pen } of [this.#attitude, this.#instruments]) pen.forgetWidths();
    this.#drawn = '';
    this.#drawnAttitude = '';
    this.#readAtMs = Number.NEGATIVE_INFINITY;
  }

  paint(nowMs: number): void {
    const { canvas } = this.#instruments;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0 || height === 0) return;
    const started = performance.now();
    const picture = newestPicture();
    const layout = layOut(width, height, picture?.width ?? 0, picture?.height ?? 0);
    let drew = this.#paintAttitude(layout, nowMs);
    if (nowMs - this.#readAtMs >= SAMPLE_MS - 4) {
      this.#readAtMs = nowMs;
      drew = this.#paintInstruments(layout, nowMs) || drew;
    }
    if (drew) drawTime.take(performance.now() - started);
  }

  #paintAttitude(layout: Layout, nowMs: number): boolean {
    const sheet = this.#attitude;
    const { osdMode, cameraVfovDeg, cameraTiltDeg } = useApp.getState().settings;
    const view = this.#attitudeView(nowMs, osdMode === 'full');
    const { pose } = view;
    if (pose !== undefined && Number.isFinite(pose.rollDeg)) {
      view.to = projection(layout.picture, cameraVfovDeg, cameraTiltDeg, pose.rollDeg, pose.pitchDeg);
    }
    const ratio = devicePixelRatio;
    const span = attitudeSpan(layout);
    const fitted = sizeTo(sheet, span, layout.height, layout.k, ratio);
    const left = Math.floor(layout.centerX - span / 2);
    if (fitted) {
      sheet.canvas.style.width = `${span}px`;
      sheet.canvas.style.left = `${left}px`;
    }
    const state =
      osdMode === 'off' || (pose === undefined && !newestTelemetry())
        ? 'off'
        : `${osdMode} ${layout.width} ${cameraVfovDeg} ${cameraTiltDeg} ${view.old} ${pose?.rollDeg.toFixed(2)} ${pose?.pitchDeg.toFixed(2)} ${pose?.headingDeg?.toFixed(2)} ${view.homeBearingDeg?.toFixed(1)} ${view.verticalSpeedMps} ${view.groundSpeedMps}`;
    if (!fitted && state === this.#drawnAttitude) return false;
    this.#drawnAttitude = state;
    const { context, pen } = sheet;
    // The layer covers only the middle column; its coordinates are those of the whole display.
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, sheet.canvas.width, sheet.canvas.height);
    if (state === 'off') return true;
    context.setTransform(ratio, 0, 0, ratio, -left * ratio, 0);
    pen.twice(() => drawAttitude(pen, layout, view));
    return true;
  }

  #attitudeView(nowMs: number, full: boolean): AttitudeView {
    const t = newestTelemetry();
    if (t === undefined) this.#tracker.clear();
    else if (t.rollDeg !== null && t.pitchDeg !== null && t.attitudeAt !== 0) {
      this.#tracker.take(t.attitudeAt / NS_PER_MS, nowMs, t.rollDeg, t.pitchDeg, t.headingDeg);
    } else if (t.headingDeg !== null && t.flightAt !== 0) {
      this.#tracker.take(t.flightAt / NS_PER_MS, nowMs, Number.NaN, Number.NaN, t.headingDeg);
    }
    const pose = this.#tracker.at(nowMs);
    return {
      pose,
      to: undefined,
      old: (pose?.ageMs ?? 0) > OLD_MS,
      homeBearingDeg: t?.homeBearingDeg ?? null,
      verticalSpeedMps: t?.verticalSpeedMps ?? null,
      groundSpeedMps: t?.groundSpeedMps ?? null,
      full,
    };
  }

  #paintInstruments(layout: Layout, nowMs: number): boolean {
    const sheet = this.#instruments;
    const { settings } = useApp.getState();
    const fitted = sizeTo(sheet, layout.width, layout.height, layout.k, devicePixelRatio);
    const readings = this.#read(nowMs);
    const blinkOn = this.#calm.matches || Math.floor(nowMs / 500) % 2 === 0;
    const blinks = readings.alarm?.severity === 'warning' ? blinkOn : true;
    const state = `${JSON.stringify(readings)}${settings.osdMode}${blinks}`;
    if (!fitted && state === this.#drawn) return false;
    this.#drawn = state;
    const { context, pen, canvas } = sheet;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.twice(() => drawInstruments(pen, layout, readings, settings.osdMode, blinks));
    return true;
  }

  #read(nowMs: number): Readings {
    const telemetry = newestTelemetry();
    if (telemetry === undefined && this.#hadTelemetry) this.#alarms.clear();
    this.#hadTelemetry = telemetry !== undefined;
    const { settings } = useApp.getState();
    const radioNow = radioTime();
    const link = newestLink();
    const input: AlarmInput = {
      telemetry,
      link,
      pictureAgeMs: pictureAgeMs(nowMs),
      videoAgeMs: ageMs(radioNow, link?.lastVideoAt),
      flightAgeMs: ageMs(radioNow, telemetry?.flightAt),
      unitAgeMs: ageMs(radioNow, telemetry?.unitAt),
      alarmAgesMs: (telemetry?.alarms ?? []).map(({ at }) => ageMs(radioNow, at) ?? Number.POSITIVE_INFINITY),
      cellLowV: settings.cellLowV,
    };
    const alarm = this.#alarms.update(input, nowMs);
    const clock = clockText.format(Date.now());
    return takeReadings(
      { telemetry, link, picture: newestPicture(), settings, alarm, radioNow, nowMs, clock },
      this.#steady,
    );
  }
}

/** Width of the layer that moves at the display's rate, CSS pixels: the tape with its marks, or the horizon's ends. */
function attitudeSpan(layout: Layout): number {
  const half = Math.max(layout.horizonHalf + 12 * layout.k, layout.tapeHalf + 50 * layout.k);
  return Math.min(layout.width, Math.ceil(2 * half));
}

/** Paints both canvases on every display frame for as long as they are mounted. */
export function useOsd(
  attitude: RefObject<HTMLCanvasElement | null>,
  instruments: RefObject<HTMLCanvasElement | null>,
): void {
  useEffect(() => {
    const upper = openSheet(attitude.current);
    const lower = openSheet(instruments.current);
    if (upper === undefined || lower === undefined) return;
    const painter = new OsdPainter(upper, lower);
    const onFonts = () => painter.redraw();
    document.fonts.addEventListener('loadingdone', onFonts);
    for (const weight of [400, 700]) void document.fonts.load(`${weight} 16px B612`).then(onFonts, () => {});
    let request = requestAnimationFrame(function step() {
      painter.paint(performance.now());
      request = requestAnimationFrame(step);
    });
    return () => {
      cancelAnimationFrame(request);
      document.fonts.removeEventListener('loadingdone', onFonts);
    };
  }, [attitude, instruments]);
}
