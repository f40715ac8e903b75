import { RadioError } from '../../base/errors.ts';

/** Settings of a SiK radio. */
export interface SikParameters {
  /** Speed of the serial port, kbit/s cut to a whole number: 57 is 57,600 baud. */
  serialSpeedCode: number;
  airSpeedKbps: number;
  netId: number;
  txPowerDbm: number;
  ecc: boolean;
  minFrequencyKhz: number;
  maxFrequencyKhz: number;
  channels: number;
  dutyCyclePercent: number;
  /** Listen before talk: the level above which it waits; 0 is off. */
  lbtRssi: number;
  manchester: boolean;
  maxWindowMs: number;
}

export type SikName = keyof SikParameters;

/** What a modem has told; null for what it does not have. */
export type SikReadout = { [K in SikName]: SikParameters[K] | null };

interface Parameter {
  /** The n of `ATSn`. */
  register: number;
  /** Its name in a person's words and the modem's own. */
  title: string;
  min: number;
  max: number;
  allowed?: readonly number[];
  flag?: true;
}

/** Source: rubyfpv-control.md 13.2; ranges: SiK parameter list (ArduPilot, "3DR radio configuration"). */
export const SIK_PARAMETERS: Readonly<Record<SikName, Parameter>> = {
  serialSpeedCode: {
    register: 1,
    title: 'SERIAL_SPEED',
    min: 1,
    max: 230,
    allowed: [1, 2, 4, 9, 19, 38, 57, 115, 230],
  },
  airSpeedKbps: {
    register: 2,
    title: 'AIR_SPEED',
    min: 2,
    max: 250,
    allowed: [2, 4, 8, 16, 19, 24, 32, 48, 64, 96, 128, 192, 250],
  },
  netId: { register: 3, title: 'NETID', min: 0, max: 499 },
  txPowerDbm: { register: 4, title: 'TXPOWER', min: 1, max: 30 },
  ecc: { register: 5, title: 'ECC', min: 0, max: 1, flag: true },
  minFrequencyKhz: { register: 8, title: 'MIN_FREQ', min: 414_000, max: 935_000 },
  maxFrequencyKhz: { register: 9, title: 'MAX_FREQ', min: 414_000, max: 935_000 },
  channels: { register: 10, title: 'NUM_CHANNELS', min: 1, max: 50 },
  dutyCyclePercent: { register: 11, title: 'DUTY_CYCLE', min: 10, max: 100 },
  lbtRssi: { register: 12, title: 'LBT_RSSI', min: 0, max: 220 },
  manchester: { register: 13, title: 'MANCHESTER', min: 0, max: 1, flag: true },
  maxWindowMs: { register: 15, title: 'MAX_WINDOW', min: 20, max: 400 },
};

export const SIK_NAMES = Object.keys(SIK_PARAMETERS) as SikName[];

/** Nothing known yet. */
export function emptyReadout(): SikReadout {
  return Object.fromEntries(SIK_NAMES.map((name) => [name, null])) as SikReadout;
}

/** Puts a register's value into `out`; numbers of registers that we do not read are passed over. */
export function storeRegister(out: SikReadout, register: number, value: number): void {
  for (const name of SIK_NAMES) {
    if (SIK_PARAMETERS[name].register === register) assign(out, name, value);
  }
}

function assign(out: SikReadout, name: SikName, value: number): void {
  const fields = out as Record<SikName, number | boolean | null>;
  fields[name] = SIK_PARAMETERS[name].flag ? value !== 0 : value;
}

/** A setting as the register holds it. */
export const registerValue = (value: number | boolean): number => Number(value);

/** Throws a RadioError `bad-argument` for a value that the modem would not take. */
export function checkChange(change: Partial<SikParameters>, now: SikReadout): void {
  for (const name of SIK_NAMES) {
    const value = change[name];
    if (value === undefined) continue;
    const { title, min, max, allowed } = SIK_PARAMETERS[name];
    const number = registerValue(value);
    if (!Number.isInteger(number) || number < min || number > max) {
      throw new RadioError('bad-argument', `${title} ${value}: a whole number from ${min} to ${max} is needed`);
    }
    if (allowed !== undefined && !allowed.includes(number)) {
      throw new RadioError('bad-argument', `${title} ${value}: one of ${allowed.join(', ')} is needed`);
    }
  }
  const low = change.minFrequencyKhz ?? now.minFrequencyKhz;
  const high = change.maxFrequencyKhz ?? now.maxFrequencyKhz;
  const changed = change.minFrequencyKhz !== undefined || change.maxFrequencyKhz !== undefined;
  if (changed && low !== null && high !== null && low >= high) {
    throw new RadioError('bad-argument', `MIN_FREQ ${low} kHz is not below MAX_FREQ ${high} kHz`);
  }
}

/** A band's name in MHz by its lowest frequency: 433, 868 or 915. */
export function bandMhz(minFrequencyKhz: number): number {
  if (minFrequencyKhz < 600_000) return 433;
  return minFrequencyKhz < 890_000 ? 868 : 915;
}

export interface SikLinkSettings {
  frequencyKhz: number;
  baudRate: number;
  airSpeedKbps: number;
  txPowerDbm: number;
  ecc: boolean;
  listenBeforeTalk: boolean;
  manchester: boolean;
}

/** All settings of a radio link of RubyFPV, on both its ends. Source: rubyfpv-control.md 13.2. */
export function rubyParameters(link: SikLinkSettings): SikParameters {
  return {
    serialSpeedCode: Math.floor(link.baudRate / 1000),
    airSpeedKbps: link.airSpeedKbps,
    netId: 27,
    txPowerDbm: link.txPowerDbm,
    ecc: link.ecc,
    minFrequencyKhz: link.frequencyKhz,
    maxFrequencyKhz: link.frequencyKhz + 1000,
    channels: 5,
    dutyCyclePercent: 100,
    lbtRssi: link.listenBeforeTalk ? 50 : 0,
    manchester: link.manchester,
    maxWindowMs: 50,
  };
}
