import { useState } from 'react';
import { useKeys } from '../input/use-keys.ts';
import { decimal } from '../osd/format.ts';
import { LENGTH_UNITS, OSD_MODES, type Settings, SPEED_UNITS } from '../state/settings-slice.ts';
import { useApp } from '../state/store.ts';
import { words } from '../words.ts';
import sheet from './sheet.module.css';
import { Sheet } from './sheet.tsx';

interface Row {
  name: keyof Settings;
  shown(settings: Settings): string;
  /** The setting one step lower (-1) or higher (1). Out of range is refused by the settings themselves. */
  step(settings: Settings, by: -1 | 1): Partial<Settings>;
}

const neighbour = <T,>(choices: readonly T[], now: T, by: number): T =>
  choices[(choices.indexOf(now) + by + choices.length) % choices.length] as T;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

const ROWS: readonly Row[] = [
  {
    name: 'osdMode',
    shown: ({ osdMode }) => words.display.osdModes[osdMode],
    step: ({ osdMode }, by) => ({ osdMode: neighbour(OSD_MODES, osdMode, by) }),
  },
  {
    name: 'speedUnit',
    shown: ({ speedUnit }) => speedUnit,
    step: ({ speedUnit }, by) => ({ speedUnit: neighbour(SPEED_UNITS, speedUnit, by) }),
  },
  {
    name: 'lengthUnit',
    shown: ({ lengthUnit }) => lengthUnit,
    step: ({ lengthUnit }, by) => ({ lengthUnit: neighbour(LENGTH_UNITS, lengthUnit, by) }),
  },
  {
    name: 'cameraVfovDeg',
    shown: ({ cameraVfovDeg }) => `${cameraVfovDeg}°`,
    step: ({ cameraVfovDeg }, by) => ({ cameraVfovDeg: clamp(cameraVfovDeg + by, 20, 140) }),
  },
  {
    name: 'cameraTiltDeg',
    shown: ({ cameraTiltDeg }) => `${decimal(cameraTiltDeg)}°`,
    step: ({ cameraTiltDeg }, by) => ({ cameraTiltDeg: clamp(cameraTiltDeg + by, -20, 60) }),
  },
  {
    name: 'cellLowV',
    shown: ({ cellLowV }) => `${cellLowV.toFixed(2)} V`,
    step: ({ cellLowV }, by) => ({ cellLowV: clamp(Math.round((cellLowV + by * 0.05) * 100) / 100, 2.5, 4.2) }),
  },
];

/** What the flight display shows and in which units; each change shows at once. */
export function DisplaySheet() {
  const settings = useApp((state) => state.settings);
  const setSettings = useApp((state) => state.setSettings);
  const [place, setPlace] = useState(0);
  const focused = ROWS[place] as Row;
  useKeys((action) => {
    if (action === 'previous' || action === 'next') {
      setPlace((place + (action === 'next' ? 1 : -1) + ROWS.length) % ROWS.length);
      return true;
    }
    if (action !== 'lower' && action !== 'raise') return false;
    setSettings(focused.step(settings, action === 'raise' ? 1 : -1));
    return true;
  });
  const { title, group, explained } = words.display;
  return (
    <Sheet
      group={group}
      title={title}
      keys={[
        ['↑ ↓', words.keys.choose],
        ['− +', words.keys.change],
        ['Esc', words.keys.back],
      ]}
    >
      {ROWS.map((row, i) => (
        <button
          key={row.name}
          type="button"
          tabIndex={-1}
          className={sheet['row']}
          data-focus={i === place}
          onClick={() => (i === place ? setSettings(row.step(settings, 1)) : setPlace(i))}
        >
          <span>{words.display[row.name]}</span>
          <span className={sheet['value']}>{i === place ? `‹ ${row.shown(settings)} ›` : row.shown(settings)}</span>
        </button>
      ))}
      <p className={sheet['note']} aria-live="polite">
        {explained[focused.name]}
      </p>
    </Sheet>
  );
}
