import { RadioError } from '../radio/base/errors.ts';
import { type DecodeOptions, type DecodeStreams, decode } from '../radio/host/decode.ts';
import { DECODE_HELP } from './cli-help.ts';
import { type ParsedArguments, parseArguments, parseNumber, UsageError } from './cli-options.ts';

const OPTIONS = {
  '--out': 'value',
  '--telemetry': 'value',
  '--json': 'value',
  '--air-unit': 'value',
  '--link': 'value',
  '--key': 'value',
  '--link-id': 'value',
  '--port': 'value',
  '--payloads': 'value',
  '--help': 'flag',
  '-h': 'flag',
} as const;

const WFB_OPTIONS = ['--key', '--link-id', '--port', '--payloads'] as const;

/** `spinel decode`: 0 found and written, 2 nothing to decode. Throws UsageError or RadioError for exit code 1. */
export async function runDecode(args: readonly string[], streams: DecodeStreams): Promise<number> {
  const parsed = parseArguments(args, OPTIONS);
  if (parsed.flags.size > 0) {
    streams.stdout.write(DECODE_HELP);
    return 0;
  }
  const result = await decode(decodeOptions(parsed), streams);
  if (result.found) return 0;
  streams.stderr.write(`spinel decode: ${result.sentence}\n`);
  return 2;
}

function decodeOptions({ values, rest }: ParsedArguments): DecodeOptions {
  const link = values.get('--link') ?? 'auto';
  if (!['auto', 'rubyfpv', 'wfb'].includes(link)) {
    throw new UsageError(`--link ${link}: must be auto, rubyfpv or wfb`);
  }
  if (link === 'wfb') throw notYet('--link wfb');
  for (const option of WFB_OPTIONS) if (values.has(option)) throw notYet(option);
  if (rest.length === 0) throw new UsageError('decode needs at least one capture');
  const airUnit = values.get('--air-unit');
  return {
    captures: rest,
    airUnit: airUnit === undefined ? undefined : parseNumber('--air-unit', airUnit, 1, 2 ** 32 - 1),
    out: values.get('--out'),
    telemetry: values.get('--telemetry'),
    json: values.get('--json'),
  };
}

function notYet(option: string): RadioError {
  return new RadioError('unsupported', `${option} comes with wfb-ng, which this version cannot decode yet`);
}
