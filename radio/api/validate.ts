import { RadioError } from '../base/errors.ts';
import type { ChannelOptions, Commands, RadiosRequest, SourceRequest } from './contract.ts';

/** Most captures that can be played together: one per adapter. */
export const MAX_CAPTURES = 8;
/** Most interfaces that can listen together. */
export const MAX_INTERFACES = 8;
/** More channels than any interface has. */
const MAX_FREQUENCIES = 256;
/** A name as the kernel allows it, less what would be an option of `iw`. Source: Linux net/core/dev.c dev_valid_name. */
const INTERFACE_NAME = /^[^-/:\s][^/:\s]{0,14}$/;
/** Centres of Wi-Fi channels, with the bands on both sides of 2.4 GHz that some drivers open, MHz. */
const FREQUENCY_MHZ = [2300, 7200] as const;
const WIDTHS_MHZ: readonly unknown[] = [5, 10, 20, 40];

/** Bounds of the simulated channel. Also the words of what is wrong. */
const CHANNEL_BOUNDS: Record<keyof ChannelOptions, readonly [low: number, high: number, whole: boolean]> = {
  seed: [1, 2 ** 31 - 1, true],
  loss: [0, 0.9, false],
  burst: [1, 200, false],
  adapters: [1, 4, true],
};

/** Checks the arguments of one call from the other side of a port; rejects with `bad-argument` and a sentence. */
export function checkCall(name: string, args: readonly unknown[]): keyof Commands {
  switch (name) {
    case 'clock.now':
    case 'source.close':
    case 'radios.list':
    case 'scan.stop':
      if (args.length > 0) throw bad(`${name} takes no argument`);
      return name;
    case 'source.open':
      if (args.length !== 1) throw bad('source.open takes one argument');
      checkSourceRequest(args[0]);
      return name;
    case 'scan.start':
      if (args.length !== 1) throw bad('scan.start takes one argument');
      checkScanOptions(args[0]);
      return name;
    default:
      throw bad(`there is no command ${name.slice(0, 40)}`);
  }
}

/** Throws a RadioError `bad-argument` unless `value` is a source that can be asked for. */
export function checkSourceRequest(value: unknown): asserts value is SourceRequest {
  if (!isRecord(value)) throw bad('a source is an object');
  if (value['kind'] === 'demo') {
    if (value['channel'] !== undefined) checkChannel(value['channel']);
    return;
  }
  if (value['kind'] === 'radios') return checkRadios(value);
  if (value['kind'] !== 'captures') throw bad('a source is of kind demo, captures or radios');
  const files = value['files'];
  if (!Array.isArray(files) || files.length < 1 || files.length > MAX_CAPTURES) {
    throw bad(`captures: one to ${MAX_CAPTURES} files`);
  }
  if (!files.every((file) => typeof file === 'string' && file.length > 0 && file.length < 4096)) {
    throw bad('captures: every file is a path');
  }
  if (value['loop'] !== undefined && typeof value['loop'] !== 'boolean') throw bad('captures: loop is true or false');
}

function checkRadios(value: Record<string, unknown>): asserts value is Record<string, unknown> & RadiosRequest {
  checkInterfaces(value['interfaces']);
  checkFrequency(value['frequencyMhz']);
  const { widthMhz, airUnit } = value as Record<string, unknown>;
  if (widthMhz !== undefined && !WIDTHS_MHZ.includes(widthMhz)) throw bad('a channel is 5, 10, 20 or 40 MHz wide');
  if (airUnit === undefined) return;
  if (!isWhole(airUnit, 1, 2 ** 32 - 1)) throw bad('an air unit is a whole number from 1 to 4294967295');
}

/** Throws a RadioError `bad-argument` unless `value` are options of a search. */
function checkScanOptions(value: unknown): void {
  if (!isRecord(value)) throw bad('the options of a search are an object');
  const { interfaces, frequenciesMhz } = value as Record<string, unknown>;
  if (interfaces !== undefined) checkInterfaces(interfaces);
  if (frequenciesMhz === undefined) return;
  if (!Array.isArray(frequenciesMhz) || frequenciesMhz.length < 1 || frequenciesMhz.length > MAX_FREQUENCIES) {
    throw bad(`a search needs one to ${MAX_FREQUENCIES} frequencies`);
  }
  for (const frequency of frequenciesMhz) checkFrequency(frequency);
}

function checkInterfaces(value: unknown): void {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_INTERFACES) {
    throw bad(`one to ${MAX_INTERFACES} interfaces`);
  }
  for (const name of value) {
    if (typeof name !== 'string' || !INTERFACE_NAME.test(name)) throw bad('an interface has a name of 1 to 15 letters');
  }
  if (new Set(value).size < value.length) throw bad('an interface is named twice');
}

function checkFrequency(value: unknown): void {
  const [low, high] = FREQUENCY_MHZ;
  if (!isWhole(value, low, high)) throw bad(`a frequency is a whole number from ${low} to ${high} MHz`);
}

const isWhole = (value: unknown, low: number, high: number): boolean =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high;

function checkChannel(value: unknown): asserts value is Partial<ChannelOptions> {
  if (!isRecord(value)) throw bad('the channel is an object');
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(CHANNEL_BOUNDS, name)) throw bad(`the channel has no ${name.slice(0, 40)}`);
    const [low, high, whole] = CHANNEL_BOUNDS[name as keyof ChannelOptions];
    const fits = typeof given === 'number' && given >= low && given <= high && (!whole || Number.isInteger(given));
    if (!fits) throw bad(`${name} is a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(message: string): RadioError {
  return new RadioError('bad-argument', message);
}
