export type Severity = 'info' | 'caution' | 'warning';

export interface AlarmText {
  text: string;
  severity: Severity;
}

/** How an alarm bit reads. `detail` adds what the alarm's flags say. */
interface AlarmRow extends AlarmText {
  detail?: (flags1: number) => AlarmText | undefined;
}

const kbps = (flags: number): AlarmText | undefined =>
  flags === 0
    ? undefined
    : { text: `Video overload: ${flags & 0xffff} of ${flags >>> 16} kbit/s`, severity: 'caution' };
const msPerSecond = (flags: number): AlarmText | undefined =>
  flags === 0
    ? undefined
    : { text: `Radio overload: sending ${flags & 0xffff} of ${flags >>> 16} ms/s`, severity: 'caution' };

/** Alarm bits 0 to 31, air unit's in the low half, ground station's in the high. Source: rubyfpv-control.md 16.1. */
const ALARMS: readonly AlarmRow[] = [
  { text: 'USB serial adapter not supported', severity: 'caution' },
  { text: 'Invalid radio packets at the air unit', severity: 'caution' },
  { text: 'Radio packets valid again', severity: 'info' },
  { text: 'Video capture failed', severity: 'warning' },
  { text: 'Uplink lost', severity: 'warning' },
  { text: 'Uplink restored', severity: 'info' },
  { text: 'Video overload', severity: 'caution', detail: kbps },
  { text: 'Radio overload', severity: 'caution', detail: msPerSecond },
  { text: 'Air unit CPU overload', severity: 'caution' },
  { text: 'Air unit radio receive timeout', severity: 'caution' },
  { text: 'Air unit storage low', severity: 'caution' },
  { text: 'Air unit storage write error', severity: 'caution' },
  { text: 'Air unit receive overload', severity: 'caution' },
  { text: 'Air unit radio down', severity: 'warning' },
  { text: 'Air unit radio restarted', severity: 'info' },
  {
    text: 'Video capture restarted',
    severity: 'caution',
    detail: (flags) => (flags === 1 ? { text: 'Video restarted with new settings', severity: 'info' } : undefined),
  },
  { text: 'Serial radio overload', severity: 'caution' },
  { text: 'Invalid packet at the ground station', severity: 'caution' },
  { text: 'No adapter for this radio link', severity: 'warning' },
  { text: 'Ground station CPU overload', severity: 'caution' },
  { text: 'Ground station receive timeout', severity: 'caution' },
  { text: 'Ground station output error', severity: 'caution' },
  { text: 'Ground station storage low', severity: 'caution' },
  { text: 'Ground station storage write error', severity: 'caution' },
  { text: 'Pairing completed', severity: 'info' },
  { text: 'SiK firmware too old', severity: 'caution' },
  { text: 'Ground station receive overload', severity: 'caution' },
  { text: 'Video codec not supported', severity: 'warning' },
  { text: 'Developer alarm', severity: 'info' },
  { text: 'CPU peak while recording', severity: 'caution' },
  {
    text: 'Alarm without a name',
    severity: 'caution',
    detail: (flags) => GENERIC[flags],
  },
  { text: 'Configuration status', severity: 'info' },
];

/** Values of the generic alarm, bit 30. Source: rubyfpv-control.md 16.1. */
const GENERIC: Readonly<Record<number, AlarmText>> = {
  1: { text: 'Unknown video stream', severity: 'caution' },
  2: { text: 'Outdated message received', severity: 'info' },
  3: { text: 'Radio interfaces swapped', severity: 'info' },
  4: { text: 'Radio interfaces swapped', severity: 'info' },
  5: { text: 'Radio interfaces swapped', severity: 'info' },
  6: { text: 'Relayed telemetry lost', severity: 'caution' },
  7: { text: 'Relayed telemetry back', severity: 'info' },
  9: { text: 'Wrong OpenIPC key', severity: 'warning' },
  10: { text: 'Telemetry gap', severity: 'caution' },
};

/** Readable text and severity of each bit set in `alarms` (u32), lowest bit first. `flags1` as the packet has it. */
export function alarmTexts(alarms: number, flags1: number): AlarmText[] {
  const texts: AlarmText[] = [];
  for (const [bit, row] of ALARMS.entries()) {
    if (((alarms >>> bit) & 1) === 0) continue;
    texts.push(row.detail?.(flags1) ?? { text: row.text, severity: row.severity });
  }
  return texts;
}
