import { RadioError } from '../base/errors.ts';
import type { ChannelOptions, Commands, SourceRequest } from './contract.ts';

/** Most captures that can be played together: one per adapter. */
export const MAX_CAPTURES = 8;

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
      if (args.length > 0) throw bad(`${name} takes no argument`);
      return name;
    case 'source.open':
      if (args.length !== 1) throw bad('source.open takes one argument');
      checkSourceRequest(args[0]);
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
  if (value['kind'] !== 'captures') throw bad('a source is of kind demo or captures');
  const files = value['files'];
  if (!Array.isArray(files) || files.length < 1 || files.length > MAX_CAPTURES) {
    throw bad(`captures: one to ${MAX_CAPTURES} files`);
  }
  if (!files.every((file) => typeof file === 'string' && file.length > 0 && file.length < 4096)) {
    throw bad('captures: every file is a path');
  }
  if (value['loop'] !== undefined && typeof value['loop'] !== 'boolean') throw bad('captures: loop is true or false');
}

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
