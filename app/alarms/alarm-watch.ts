import type { LinkSnapshot } from '../../radio/api/contract.ts';
import type { VehicleState } from '../../radio/api/telemetry.ts';
import { age, antennaName, decimal } from '../osd/format.ts';
import { words } from '../words.ts';
import { type AntennaReading, antennasOf } from './antennas.ts';

export type Severity = 'caution' | 'warning';

export interface Alarm {
  id: string;
  severity: Severity;
  text: string;
}

/** What alarms are judged by. Ages are ms; undefined means never heard, which is not alarming by itself. */
export interface AlarmInput {
  telemetry: VehicleState | undefined;
  link: LinkSnapshot | undefined;
  pictureAgeMs: number | undefined;
  /** Since any video packet came. */
  videoAgeMs: number | undefined;
  /** Since flight telemetry, and since anything of the air unit was heard. */
  flightAgeMs: number | undefined;
  unitAgeMs: number | undefined;
  /** Ages of the air unit's own alarms, as `telemetry.alarms` orders them. */
  alarmAgesMs: readonly number[];
  cellLowV: number;
}

/** Signal below this is weak, dBm: MCS 0 to 3 at 20 MHz fade out between -80 and -90. */
export const WEAK_DBM = -75;
const WEAK_LEAVE_DBM = -72;
const LOSS_RAISE_PERCENT = 20;
const LOSS_LEAVE_PERCENT = 10;
/** Processors of Ruby air units throttle between 80 and 85 °C. */
const HOT_RAISE_C = 80;
const HOT_LEAVE_C = 75;
/** The red threshold below `cellLowV`, and how far a cell must recover to leave either, V. */
export const CELL_EMPTY_BELOW_V = 0.2;
const CELL_LEAVE_V = 0.05;
export const PICTURE_STALE_MS = 500;
const LINK_LOST_MS = 1000;
const TELEMETRY_OLD_MS = 2000;
const UNIT_ALARM_SHOWN_MS = 8000;

/** Raise it, keep it if it is there, or let it go. */
type Verdict = 'raise' | 'keep' | 'clear';

interface Rule {
  id: string;
  severity: Severity;
  /** The condition must last this long before it shows, and stays at least `holdMs` once shown. */
  raiseAfterMs: number;
  holdMs: number;
  judge(input: AlarmInput): Verdict;
  text(input: AlarmInput): string;
}

const above = (value: number | undefined, raise: number, leave: number): Verdict =>
  value === undefined || value <= leave ? 'clear' : value > raise ? 'raise' : 'keep';

const cellVolts = ({ telemetry }: AlarmInput): number | undefined => {
  const { voltageV, cells } = telemetry ?? {};
  return typeof voltageV === 'number' && cells ? voltageV / cells : undefined;
};

const below = (value: number | undefined, raise: number, leave: number): Verdict =>
  value === undefined || value >= leave ? 'clear' : value < raise ? 'raise' : 'keep';

/** Age of whatever was heard last; undefined when nothing ever was. */
const heardAgeMs = ({ videoAgeMs, flightAgeMs, unitAgeMs }: AlarmInput): number | undefined => {
  const ages = [videoAgeMs, flightAgeMs, unitAgeMs].filter((each) => each !== undefined);
  return ages.length === 0 ? undefined : Math.min(...ages);
};

function weakest(input: AlarmInput): AntennaReading | undefined {
  let found: AntennaReading | undefined;
  for (const antenna of input.link === undefined ? [] : antennasOf(input.link)) {
    if (antenna.rssiDbm === null) continue;
    if (found === undefined || antenna.rssiDbm < (found.rssiDbm as number)) found = antenna;
  }
  return found;
}

function unitAlarm(input: AlarmInput, severity: Severity): string | undefined {
  const alarms = input.telemetry?.alarms ?? [];
  for (let i = alarms.length - 1; i >= 0; i--) {
    const alarm = alarms[i];
    if (alarm?.severity === severity && (input.alarmAgesMs[i] ?? Number.POSITIVE_INFINITY) < UNIT_ALARM_SHOWN_MS) {
      return alarm.text;
    }
  }
  return undefined;
}

/** Worst first. A lost link stands above the missing picture, because it is the reason for it. */
const RULES: readonly Rule[] = [
  {
    id: 'link-lost',
    severity: 'warning',
    raiseAfterMs: 0,
    holdMs: 500,
    judge: (input) => above(heardAgeMs(input), LINK_LOST_MS, LINK_LOST_MS / 2),
    text: (input) => words.alarm.linkLost(age(heardAgeMs(input) ?? 0)),
  },
  {
    id: 'no-picture',
    severity: 'warning',
    raiseAfterMs: 0,
    holdMs: 0,
    judge: (input) => above(input.pictureAgeMs, PICTURE_STALE_MS, PICTURE_STALE_MS),
    text: (input) => words.alarm.noPicture(age(input.pictureAgeMs ?? 0)),
  },
  {
    id: 'battery-empty',
    severity: 'warning',
    raiseAfterMs: 1500,
    holdMs: 3000,
    judge: (input) => {
      const emptyV = input.cellLowV - CELL_EMPTY_BELOW_V;
      return below(cellVolts(input), emptyV, emptyV + CELL_LEAVE_V);
    },
    text: (input) => words.alarm.batteryEmpty(decimal(cellVolts(input) ?? 0, 2)),
  },
  {
    id: 'air-unit-warning',
    severity: 'warning',
    raiseAfterMs: 0,
    holdMs: 0,
    judge: (input) => (unitAlarm(input, 'warning') === undefined ? 'clear' : 'raise'),
    text: (input) => unitAlarm(input, 'warning') ?? '',
  },
  {
    id: 'battery-low',
    severity: 'caution',
    raiseAfterMs: 1500,
    holdMs: 3000,
    judge: (input) => below(cellVolts(input), input.cellLowV, input.cellLowV + CELL_LEAVE_V),
    text: (input) => words.alarm.batteryLow(decimal(cellVolts(input) ?? 0, 2)),
  },
  {
    id: 'high-loss',
    severity: 'caution',
    raiseAfterMs: 500,
    holdMs: 2000,
    judge: ({ link }) => above(link?.lossPercent, LOSS_RAISE_PERCENT, LOSS_LEAVE_PERCENT),
    text: ({ link }) => words.alarm.highLoss(decimal(link?.lossPercent ?? 0)),
  },
  {
    id: 'antenna-weak',
    severity: 'caution',
    raiseAfterMs: 1000,
    holdMs: 2000,
    judge: (input) => below(weakest(input)?.rssiDbm ?? undefined, WEAK_DBM, WEAK_LEAVE_DBM),
    text: (input) => {
      const antenna = weakest(input);
      return words.alarm.antennaWeak(antennaName(antenna?.index ?? 0), decimal(antenna?.rssiDbm ?? 0));
    },
  },
  {
    id: 'air-unit-hot',
    severity: 'caution',
    raiseAfterMs: 2000,
    holdMs: 5000,
    judge: ({ telemetry }) => above(telemetry?.temperatureC ?? undefined, HOT_RAISE_C, HOT_LEAVE_C),
    text: ({ telemetry }) => words.alarm.hot(decimal(telemetry?.temperatureC ?? 0)),
  },
  {
    id: 'telemetry-old',
    severity: 'caution',
    raiseAfterMs: 0,
    holdMs: 500,
    judge: (input) => above(input.flightAgeMs, TELEMETRY_OLD_MS, TELEMETRY_OLD_MS / 2),
    text: (input) => words.alarm.telemetryOld(age(input.flightAgeMs ?? 0)),
  },
  {
    id: 'air-unit-caution',
    severity: 'caution',
    raiseAfterMs: 0,
    holdMs: 0,
    judge: (input) => (unitAlarm(input, 'caution') === undefined ? 'clear' : 'raise'),
    text: (input) => unitAlarm(input, 'caution') ?? '',
  },
];

interface Watched {
  /** Since when the condition held without a break; undefined while it does not. */
  sinceMs: number | undefined;
  shownMs: number | undefined;
  text: string;
}

/** Judges all rules over time, with their delays and hysteresis, and picks the worst. */
export class AlarmWatch {
  readonly #watched = RULES.map((): Watched => ({ sinceMs: undefined, shownMs: undefined, text: '' }));

  /** The worst alarm at `nowMs`; undefined when all is well. */
  update(input: AlarmInput, nowMs: number): Alarm | undefined {
    let worst: Alarm | undefined;
    RULES.forEach((rule, i) => {
      const watched = this.#watched[i] as Watched;
      const verdict = rule.judge(input);
      const shown = watched.shownMs !== undefined;
      if (verdict === 'raise' || (verdict === 'keep' && shown)) {
        watched.sinceMs ??= nowMs;
        watched.text = rule.text(input);
        if (!shown && nowMs - watched.sinceMs >= rule.raiseAfterMs) watched.shownMs = nowMs;
      } else {
        watched.sinceMs = undefined;
        if (watched.shownMs !== undefined && nowMs - watched.shownMs >= rule.holdMs) watched.shownMs = undefined;
      }
      if (watched.shownMs !== undefined) worst ??= { id: rule.id, severity: rule.severity, text: watched.text };
    });
    return worst;
  }

  /** Another source: nothing of the old one may ring on. */
  clear(): void {
    for (const watched of this.#watched) {
      watched.sinceMs = undefined;
      watched.shownMs = undefined;
    }
  }
}
