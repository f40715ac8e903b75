import type { RadioChannel, RadioInterface } from '../radio/api/contract.ts';
import type { DecodeStreams } from '../radio/host/decode.ts';
import { type RadioControl, systemRadioControl } from '../radio/host/radio-control.ts';
import { nothingUsable } from '../radio/host/search.ts';
import { RADIOS_HELP } from './cli-help.ts';
import { parseArguments, UsageError } from './cli-options.ts';
import { table } from './cli-table.ts';

/** `spinel radios`: 0 when at least one interface can be used, 2 when none. Throws UsageError or RadioError for 1. */
export async function runRadios(
  args: readonly string[],
  streams: DecodeStreams,
  control: RadioControl = systemRadioControl(),
): Promise<number> {
  const { flags, rest } = parseArguments(args, { '--json': 'flag', '--help': 'flag', '-h': 'flag' });
  if (flags.has('--help') || flags.has('-h')) {
    streams.stdout.write(RADIOS_HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  const interfaces = await control.list();
  const usable = interfaces.some((one) => one.usable);
  if (flags.has('--json')) streams.stdout.write(`${JSON.stringify({ interfaces }, null, 2)}\n`);
  else if (interfaces.length > 0) streams.stdout.write(radiosTable(interfaces));
  if (usable) return 0;
  streams.stderr.write(`spinel radios: ${nothingUsable(interfaces)}\n`);
  return 2;
}

function radiosTable(interfaces: readonly RadioInterface[]): string {
  const head = ['INTERFACE', 'STATE', 'DRIVER', 'HARDWARE', 'MODE', 'CHANNELS'];
  const rows = interfaces.map((one) => [
    one.name,
    one.usable ? 'usable' : 'not usable',
    one.driver || '-',
    [one.chipset, one.usbId].filter((text) => text !== '').join(' ') || '-',
    `${one.mode}${one.up ? '' : ' (down)'}`,
    channelsText(one.channels),
  ]);
  const problems = interfaces
    .filter(({ usable, problem }) => !usable && problem !== '')
    .map(({ problem }) => `\n${problem}\n`);
  return table([head, ...rows]) + problems.join('');
}

/** Such as `2412-2472 5180-5885 MHz, 8 of them listening only`. */
export function channelsText(channels: readonly RadioChannel[]): string {
  const open = channels.filter(({ disabled }) => !disabled).sort((a, b) => a.frequencyMhz - b.frequencyMhz);
  if (open.length === 0) return 'none';
  const ranges: [number, number][] = [];
  for (const { frequencyMhz } of open) {
    const last = ranges.at(-1);
    // Bands are further apart than the holes in one.
    if (last && frequencyMhz - last[1] < 500) last[1] = frequencyMhz;
    else ranges.push([frequencyMhz, frequencyMhz]);
  }
  const text = ranges.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(' ');
  const quiet = open.filter(({ noTransmit }) => noTransmit).length;
  return `${text} MHz${quiet > 0 ? `, ${quiet} of ${open.length} listening only` : ''}`;
}
