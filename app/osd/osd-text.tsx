import type { VehicleState } from '../../radio/api/telemetry.ts';
import { useLink } from '../state/link.ts';
import { useTelemetry } from '../state/telemetry.ts';
import { decimal } from './format.ts';
import styles from './osd.module.css';

const rounded = (value: number | null, digits = 0): string => (value === null ? '' : decimal(value, digits));

/** The drawn values as text, for screen readers and tests: SI units, one entry each, empty when absent. */
const FIELDS: Record<string, (t: VehicleState) => string> = {
  name: (t) => t.name,
  mode: (t) => t.flightMode ?? '',
  armed: (t) => (t.armed === null ? '' : t.armed ? 'armed' : 'disarmed'),
  altitude: (t) => rounded(t.altitudeM),
  speed: (t) => rounded(t.groundSpeedMps),
  heading: (t) => rounded(t.headingDeg),
  roll: (t) => rounded(t.rollDeg),
  pitch: (t) => rounded(t.pitchDeg),
  voltage: (t) => rounded(t.voltageV, 1),
  current: (t) => rounded(t.currentA),
  satellites: (t) => rounded(t.satellites),
  distance: (t) => rounded(t.distanceM),
};

const NAMES = Object.keys(FIELDS);

export function OsdText() {
  return (
    <dl className={styles['spoken']}>
      {NAMES.map((name) => (
        <Field key={name} name={name} />
      ))}
      <LinkField />
    </dl>
  );
}

function Field({ name }: { name: string }) {
  const text = useTelemetry((frame) => FIELDS[name]?.(frame) ?? '');
  return (
    <>
      <dt>{name}</dt>
      <dd data-field={name}>{text}</dd>
    </>
  );
}

function LinkField() {
  const quality = useLink((link) => rounded(link.qualityPercent));
  return (
    <>
      <dt>quality</dt>
      <dd data-field="quality">{quality}</dd>
    </>
  );
}
