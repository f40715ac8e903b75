import type { StateCreator } from 'zustand';
import type { AppState } from './store.ts';

export const SPEED_UNITS = ['km/h', 'm/s', 'mph', 'kn'] as const;
export const LENGTH_UNITS = ['m', 'ft'] as const;
export const OSD_MODES = ['full', 'minimal', 'off'] as const;

export type SpeedUnit = (typeof SPEED_UNITS)[number];
export type LengthUnit = (typeof LENGTH_UNITS)[number];
export type OsdMode = (typeof OSD_MODES)[number];

export interface Settings {
  speedUnit: SpeedUnit;
  lengthUnit: LengthUnit;
  osdMode: OsdMode;
  /** Vertical field of view of the camera, degrees, 20 to 140: puts the pitch ladder on the picture's horizon. */
  cameraVfovDeg: number;
  /** Camera tilted up against the airframe, degrees, -20 to 60. */
  cameraTiltDeg: number;
  /** Battery caution below this, V per cell, 2.5 to 4.2; the warning comes 0.2 V lower. */
  cellLowV: number;
}

export const DEFAULT_SETTINGS: Settings = {
  speedUnit: 'km/h',
  lengthUnit: 'm',
  osdMode: 'full',
  cameraVfovDeg: 60,
  cameraTiltDeg: 0,
  cellLowV: 3.5,
};

const STORED_AS = 'spinel.settings';

const oneOf = <T>(choices: readonly T[], value: unknown, otherwise: T): T =>
  choices.includes(value as T) ? (value as T) : otherwise;

const within = (value: unknown, low: number, high: number, otherwise: number): number =>
  typeof value === 'number' && value >= low && value <= high ? value : otherwise;

/** Settings from anything at all: what is missing or out of range takes its default. */
export function readSettings(stored: unknown): Settings {
  const from = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>;
  const or = DEFAULT_SETTINGS;
  return {
    speedUnit: oneOf(SPEED_UNITS, from['speedUnit'], or.speedUnit),
    lengthUnit: oneOf(LENGTH_UNITS, from['lengthUnit'], or.lengthUnit),
    osdMode: oneOf(OSD_MODES, from['osdMode'], or.osdMode),
    cameraVfovDeg: within(from['cameraVfovDeg'], 20, 140, or.cameraVfovDeg),
    cameraTiltDeg: within(from['cameraTiltDeg'], -20, 60, or.cameraTiltDeg),
    cellLowV: within(from['cellLowV'], 2.5, 4.2, or.cellLowV),
  };
}

function load(): Settings {
  try {
    return readSettings(JSON.parse(localStorage.getItem(STORED_AS) ?? 'null'));
  } catch {
    // Storage may be forbidden, absent or broken by hand: the defaults fly as well.
    return DEFAULT_SETTINGS;
  }
}

function save(settings: Settings): void {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(settings));
  } catch {
    // A full or forbidden storage only means that the next start has the defaults.
  }
}

export interface SettingsSlice {
  settings: Settings;
  setSettings(change: Partial<Settings>): void;
}

export const createSettingsSlice: StateCreator<AppState, [], [], SettingsSlice> = (set, get) => ({
  settings: load(),
  setSettings: (change) => {
    const settings = readSettings({ ...get().settings, ...change });
    save(settings);
    set({ settings });
  },
});
