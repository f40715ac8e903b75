import { RadioError } from '../radio/base/errors.ts';
import { Capture, type CaptureCounts, type CaptureParts } from '../radio/host/capture.ts';
import { clockZero, threadClock } from '../radio/host/clock.ts';
import type { DecodeStreams } from '../radio/host/decode.ts';
import { type RadioControl, systemRadioControl } from '../radio/host/radio-control.ts';
import { RadioMemory } from '../radio/host/radios-memory.ts';
import { DEFAULT_MHZ } from '../radio/host/scan-plan.ts';
import { chooseEars } from '../radio/host/search.ts';
import { CAPTURE_HELP } from './cli-help.ts';
import { parseArguments, parseNumber, UsageError } from './cli-options.ts';
import { Waiting } from './cli-table.ts';

/** What a capture works with; tests bring their own. */
export interface CaptureWorld {
  control: RadioControl;
  memory: RadioMemory;
  createAdapter?: CaptureParts['createAdapter'];
}

/**
 * `spinel capture`: 0 frames were written, 2 there were none. Throws UsageError or RadioError for exit code 1; what was
 * written by then stays.
 */
export async function runCapture(
  args: readonly string[],
  streams: DecodeStreams,
  world: CaptureWorld = { control: systemRadioControl(), memory: new RadioMemory() },
): Promise<number> {
  const { flags, values, lists, rest } = parseArguments(args, {
    '--out': 'value',
    '--interface': 'values',
    '--frequency': 'value',
    '--seconds': 'value',
    '--help': 'flag',
    '-h': 'flag',
  });
  if (flags.has('--help') || flags.has('-h')) {
    streams.stdout.write(CAPTURE_HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  const out = values.get('--out');
  if (out === undefined) throw new UsageError('capture needs --out');
  const number = (name: string, low: number, high: number) => {
    const text = values.get(name);
    return text === undefined ? undefined : parseNumber(name, text, low, high);
  };
  const seconds = number('--seconds', 1, 86_400);
  const { control, memory } = world;
  const frequencyMhz = number('--frequency', 2300, 7200) ?? memory.remembered.channelsMhz[0] ?? DEFAULT_MHZ;
  const named = lists.get('--interface');
  await control.recover();
  const ears = chooseEars(await control.list(), {
    frequenciesMhz: [frequencyMhz],
    ...(named && { interfaces: named }),
  });
  const names = ears.map(({ name }) => name);
  const say = (text: string) => streams.stderr.write(`spinel capture: ${text}\n`);

  let failure: RadioError | undefined;
  const waiting = new Waiting();
  const parts = {
    ...world,
    clock: threadClock(clockZero()),
    tell: say,
  };
  let counts: CaptureCounts;
  try {
    const capture = new Capture(out, names, frequencyMhz, parts, (error) => {
      failure = error;
      waiting.done();
    });
    try {
      await capture.start();
      waiting.limit(seconds);
      say(`${names.join(', ')} at ${frequencyMhz} MHz${seconds === undefined ? '; end with Ctrl+C' : ''}`);
      await waiting.stopped;
    } finally {
      counts = await capture.close();
    }
  } finally {
    waiting.done();
    await control.restore();
  }
  const total = counts.frames.reduce((sum, frames) => sum + frames, 0);
  say(`${total} frames (${names.map((name, i) => `${name} ${counts.frames[i]}`).join(', ')}) in ${out}`);
  if (counts.dropped > 0) say(`${counts.dropped} frames were dropped: the disk is too slow`);
  if (failure) throw new RadioError(failure.code, `${failure.message}; what was written before is whole`);
  if (total > 0) return 0;
  say(`no frames at all at ${frequencyMhz} MHz: nobody sends there, or the antennas are not connected`);
  return 2;
}
