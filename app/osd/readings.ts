import type { LinkSnapshot } from '../../radio/api/contract.ts';
import type { VehicleState } from '../../radio/api/telemetry.ts';
import { NS_PER_MS, type Ns } from '../../radio/base/time.ts';
import { type Alarm, CELL_EMPTY_BELOW_V, WEAK_DBM } from '../alarms/alarm-watch.ts';
import { type AntennaReading, antennasOf } from '../alarms/antennas.ts';
import type { Picture } from '../state/picture.ts';
import type { Settings } from '../state/settings-slice.ts';
import { words } from '../words.ts';
import {
  age,
  antennaName,
  decimal,
  distance,
  duration,
  lengthIn,
  megabits,
  OLD_MS,
  signed,
  speedIn,
} from './format.ts';
import type { Steady } from './steady.ts';

export type Tone = 'normal' | 'old' | 'caution' | 'warning';

/** A number as it stands on the screen. */
export interface Reading {
  text: string;
  unit: string;
  tone: Tone;
}

export interface AntennaBar {
  name: string;
  /** 0 to 1. */
  fill: number;
  text: string;
  tone: Tone;
}

/** Everything the instruments show, in words. What is absent is undefined or empty and leaves a gap. */
export interface Readings {
  name: string;
  mode: string;
  armed: string;
  gps: string;
  gpsTone: Tone;
  clock: string;
  videoFormat: string;
  speed: Reading | undefined;
  air: string;
  /** Age of flight values, when they are old; stands beside each group. */
  flightAge: string;
  flightTone: Tone;
  altitude: Reading | undefined;
  climb: string;
  /** m/s, for the trend line; 0 when absent. */
  climbMps: number;
  heading: string;
  battery: Reading | undefined;
  /** 0 to 1, undefined without a cell count; the mark is where caution starts. */
  batteryFill: number | undefined;
  batteryMark: number;
  batteryDetails: string[];
  home: Reading | undefined;
  flown: string;
  quality: Reading | undefined;
  linkAge: string;
  linkTone: Tone;
  linkDetails: string[];
  antennas: AntennaBar[];
  alarm: Alarm | undefined;
}

export interface ReadingsInput {
  telemetry: VehicleState | undefined;
  link: LinkSnapshot | undefined;
  picture: Picture | undefined;
  settings: Settings;
  alarm: Alarm | undefined;
  /** The radio's clock; undefined before any radio. */
  radioNow: Ns | undefined;
  /** The page's clock, ms. */
  nowMs: number;
  clock: string;
}

/** Cell voltages at the two ends of the battery bar. */
const CELL_EMPTY_V = 3.2;
const CELL_FULL_V = 4.2;
/** Signals at the two ends of a bar, dBm. */
const BAR_LOW_DBM = -95;
const BAR_HIGH_DBM = -35;
const QUALITY_CAUTION = 90;
const QUALITY_WARNING = 70;

const share = (value: number, low: number, high: number) => Math.min(1, Math.max(0, (value - low) / (high - low)));

/** Milliseconds since `at`; undefined when that never was. */
export const ageMs = (now: Ns | undefined, at: Ns | undefined): number | undefined =>
  now === undefined || at === undefined || at === 0 ? undefined : Math.max(0, (now - at) / NS_PER_MS);

/** Puts everything known into words. `steady` holds the digits still between calls. */
export function takeReadings(input: ReadingsInput, steady: Steady): Readings {
  const { telemetry: t, link, settings, nowMs } = input;
  const flightAgeMs = ageMs(input.radioNow, t?.flightAt);
  const old = flightAgeMs !== undefined && flightAgeMs > OLD_MS;
  const tone: Tone = old ? 'old' : 'normal';
  const linkAgeMs = ageMs(input.radioNow, link?.lastVideoAt);
  const linkOld = linkAgeMs !== undefined && linkAgeMs > OLD_MS;

  const still = (name: string, value: number | null | undefined, step: number): number | undefined => {
    if (value === null || value === undefined) {
      steady.forget(name);
      return undefined;
    }
    return steady.number(name, value, step, nowMs);
  };
  const { speedUnit, lengthUnit } = settings;
  const inSpeed = (mps: number | null | undefined) => (typeof mps === 'number' ? speedIn(speedUnit, mps) : undefined);
  const inLength = (m: number | null | undefined) => (typeof m === 'number' ? lengthIn(lengthUnit, m) : undefined);

  const ground = still('ground', inSpeed(t?.groundSpeedMps), 1);
  const air = still('air', inSpeed(t?.airspeedMps), 1);
  const altitude = still('altitude', inLength(t?.altitudeM), 1);
  const climb = still('climb', inLength(t?.verticalSpeedMps), 0.1);
  const heading = still('heading', t?.headingDeg, 1);

  return {
    name: t?.name ?? '',
    mode: t?.flightMode ?? '',
    armed: armedText(t),
    ...gpsReading(t),
    clock: input.clock,
    videoFormat: videoFormat(input.picture, link, still),
    speed: ground === undefined ? undefined : { text: decimal(ground), unit: speedUnit, tone },
    air: air === undefined ? '' : `${words.osd.air} ${decimal(air)}`,
    flightAge: old ? words.osd.ago(age(flightAgeMs)) : '',
    flightTone: tone,
    altitude: altitude === undefined ? undefined : { text: decimal(altitude), unit: lengthUnit, tone },
    climb: climb === undefined ? '' : `${signed(climb, 1)} ${lengthUnit}/s`,
    climbMps: t?.verticalSpeedMps ?? 0,
    heading: heading === undefined ? '' : `${String(((heading % 360) + 360) % 360).padStart(3, '0')}°`,
    ...batteryReading(t, settings, tone, still),
    ...homeReading(t, lengthUnit, tone, still),
    ...linkReading(link, input.picture, linkOld ? 'old' : 'normal', still),
    linkAge: linkOld ? words.osd.ago(age(linkAgeMs)) : '',
    linkTone: linkOld ? 'old' : 'normal',
    antennas: link === undefined || linkOld ? [] : antennasOf(link).map((each) => antennaBar(each, still)),
    alarm: input.alarm,
  };
}

type Still = (name: string, value: number | null | undefined, step: number) => number | undefined;

function armedText(t: VehicleState | undefined): string {
  if (t === undefined || t.armed === null) return '';
  if (!t.armed) return words.osd.disarmed;
  return t.armTimeS === null ? words.osd.armed : `${words.osd.armed} ${duration(t.armTimeS)}`;
}

function gpsReading(t: VehicleState | undefined): Pick<Readings, 'gps' | 'gpsTone'> {
  if (t === undefined || (t.satellites === null && t.gpsFix === null)) return { gps: '', gpsTone: 'normal' };
  const fixed = t.gpsFix === null || t.gpsFix >= 3;
  const parts = [
    t.satellites === null ? '' : `${t.satellites} ${words.osd.sats}`,
    t.gpsFix === null ? '' : (words.fix[t.gpsFix] ?? ''),
    t.hdop === null || !fixed ? '' : `${words.osd.hdop} ${t.hdop.toFixed(1)}`,
  ];
  return { gps: parts.filter(Boolean).join('  '), gpsTone: fixed ? 'normal' : 'caution' };
}

function videoFormat(picture: Picture | undefined, link: LinkSnapshot | undefined, still: Still): string {
  const width = picture?.width || link?.width || 0;
  const height = picture?.height || link?.height || 0;
  if (width === 0) return '';
  const fps = still('fps', picture?.presentedPerSecond, 1) ?? 0;
  return [`${width}×${height}`, fps > 0 ? `${fps} ${words.osd.fps}` : '', picture?.codec || (link?.codec ?? '')]
    .filter(Boolean)
    .join('  ');
}

function batteryReading(
  t: VehicleState | undefined,
  settings: Settings,
  tone: Tone,
  still: Still,
): Pick<Readings, 'battery' | 'batteryFill' | 'batteryMark' | 'batteryDetails'> {
  const volts = still('volts', t?.voltageV, 0.1);
  const perCellV = typeof t?.voltageV === 'number' && t.cells ? t.voltageV / t.cells : undefined;
  const cell = still('cell', perCellV, 0.01);
  const amps = still('amps', t?.currentA, 0.1);
  const consumed = still('consumed', t?.consumedMah, 10);
  const emptyV = settings.cellLowV - CELL_EMPTY_BELOW_V;
  const judged: Tone =
    tone === 'old' || cell === undefined || cell >= settings.cellLowV ? tone : cell < emptyV ? 'warning' : 'caution';
  return {
    battery: volts === undefined ? undefined : { text: decimal(volts, 1), unit: 'V', tone: judged },
    batteryFill: perCellV === undefined ? undefined : share(perCellV, CELL_EMPTY_V, CELL_FULL_V),
    batteryMark: share(settings.cellLowV, CELL_EMPTY_V, CELL_FULL_V),
    batteryDetails: [
      cell === undefined ? '' : `${decimal(cell, 2)} ${words.osd.perCell}`,
      amps === undefined ? '' : `${decimal(amps, 1)} A`,
      consumed === undefined ? '' : `${decimal(consumed)} mAh`,
    ].filter(Boolean),
  };
}

function homeReading(
  t: VehicleState | undefined,
  unit: Settings['lengthUnit'],
  tone: Tone,
  still: Still,
): Pick<Readings, 'home' | 'flown'> {
  const step = (meters: number | null | undefined) =>
    typeof meters !== 'number' || meters < 1000 ? 1 : meters < 10_000 ? 10 : 100;
  const away = still('away', t?.distanceM, step(t?.distanceM));
  const flown = still('flown', t?.totalDistanceM, step(t?.totalDistanceM));
  const total = flown === undefined || flown === 0 ? undefined : distance(unit, flown);
  return {
    home: away === undefined ? undefined : { ...distance(unit, away), tone },
    flown: total === undefined ? '' : `${words.osd.flown} ${total.text} ${total.unit}`,
  };
}

function linkReading(
  link: LinkSnapshot | undefined,
  picture: Picture | undefined,
  tone: Tone,
  still: Still,
): Pick<Readings, 'quality' | 'linkDetails'> {
  const quality = still('quality', link?.qualityPercent, 1);
  const bitrate = still('bitrate', link === undefined ? undefined : link.videoBitrateBps / 1e6, 0.1);
  const latency = still('latency', picture?.total?.p50, 1);
  let best: { rate: string; wins: number } | undefined;
  for (const adapter of link?.adapters ?? []) {
    if (adapter.rate !== '' && (best === undefined || adapter.wins > best.wins)) best = adapter;
  }
  const judged: Tone =
    tone === 'old' || quality === undefined || quality >= QUALITY_CAUTION
      ? tone
      : quality < QUALITY_WARNING
        ? 'warning'
        : 'caution';
  return {
    quality: quality === undefined ? undefined : { text: decimal(quality), unit: '%', tone: judged },
    linkDetails: [
      bitrate === undefined ? '' : `${megabits(bitrate * 1e6)} Mb/s`,
      best?.rate ?? '',
      latency === undefined ? '' : `${decimal(latency)} ms`,
    ].filter(Boolean),
  };
}

function antennaBar(antenna: AntennaReading, still: Still): AntennaBar {
  const dbm = still(`antenna ${antenna.index}`, antenna.rssiDbm, 1);
  return {
    name: antennaName(antenna.index),
    fill: dbm === undefined ? 0 : share(dbm, BAR_LOW_DBM, BAR_HIGH_DBM),
    text: dbm === undefined ? '' : decimal(dbm),
    tone: dbm !== undefined && dbm < WEAK_DBM ? 'caution' : 'normal',
  };
}
