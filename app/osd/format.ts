import type { LengthUnit, SpeedUnit } from '../state/settings-slice.ts';

/** What flies by itself older than this goes grey and says its age, ms. */
export const OLD_MS = 2000;

const MINUS = '−';
const FEET_PER_M = 3.28084;
const SPEED_FACTOR: Record<SpeedUnit, number> = { 'km/h': 3.6, 'm/s': 1, mph: 2.23694, kn: 1.94384 };

/** Decimal text with a real minus, and no minus before a zero. */
export function decimal(value: number, digits = 0): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** As `decimal`, with a plus before what is above zero. */
export function signed(value: number, digits = 0): string {
  const text = decimal(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

export const speedIn = (unit: SpeedUnit, mps: number): number => mps * SPEED_FACTOR[unit];
export const lengthIn = (unit: LengthUnit, meters: number): number => (unit === 'm' ? meters : meters * FEET_PER_M);

/** A distance in three figures: `842 m`, `1.84 km`, `12.4 km`; `980 ft`, `2.10 mi`. Zero or more. */
export function distance(unit: LengthUnit, meters: number): { text: string; unit: string } {
  const small = lengthIn(unit, Math.max(0, meters));
  const large = unit === 'm' ? small / 1000 : small / 5280;
  if (small < 999.5) return { text: small.toFixed(0), unit };
  return {
    text: large < 9.995 ? large.toFixed(2) : large < 99.95 ? large.toFixed(1) : large.toFixed(0),
    unit: unit === 'm' ? 'km' : 'mi',
  };
}

/** Seconds as `07:42`, from an hour on as `1:07:42`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(s / 60);
  return minutes < 60
    ? `${two(minutes)}:${two(s % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}

/** An age: tenths below ten seconds, then whole seconds, then minutes. */
export function age(ms: number): string {
  const s = ms / 1000;
  return s < 9.95 ? `${s.toFixed(1)} s` : s < 119.5 ? `${s.toFixed(0)} s` : `${Math.round(s / 60)} min`;
}

/** Bits per second as Mb/s with one decimal below 100. */
export const megabits = (bps: number): string => (bps < 99.95e6 ? (bps / 1e6).toFixed(1) : (bps / 1e6).toFixed(0));

/** Name of the nth antenna: A to Z, then A2. */
export const antennaName = (index: number): string =>
  String.fromCharCode(65 + (index % 26)) + (index < 26 ? '' : String(Math.floor(index / 26) + 1));
