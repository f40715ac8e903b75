import { existsSync, readFileSync } from 'node:fs';
import type { RadiosRequest } from '../radio/api/contract.ts';
import { checkSourceRequest } from '../radio/api/validate.ts';
import { RadioError } from '../radio/base/errors.ts';
import type { DecodeStreams } from '../radio/host/decode.ts';
import { DEMO_HELP, HELP, START_HELP } from './cli-help.ts';
import { parseArguments, parseNumber, UsageError } from './cli-options.ts';

const DEMO_OPTIONS = {
  '--headless': 'flag',
  '--no-open': 'flag',
  '--port': 'value',
  '--help': 'flag',
  '-h': 'flag',
} as const;
const START_OPTIONS = {
  ...DEMO_OPTIONS,
  '--loop': 'flag',
  '--play': 'values',
  '--interface': 'values',
  '--frequency': 'value',
  '--width': 'value',
  '--air-unit': 'value',
} as const;
const COMMANDS: readonly string[] = ['decode', 'start', 'demo', 'radios', 'scan', 'capture'];

const WIDTHS_MHZ = [5, 10, 20, 40] as const;

/**
 * The `spinel` command line. `argv` is what follows the program's name. Resolves with the exit code: 0 done, 1 usage or
 * input error (one sentence on stderr), 2 nothing to decode. Anything else that throws is a bug of ours.
 */
export async function runCli(argv: readonly string[], streams: DecodeStreams = process): Promise<number> {
  const [command, ...args] = argv;
  try {
    switch (command) {
      case undefined:
      case 'help':
      case '--help':
      case '-h':
        streams.stdout.write(HELP);
        return 0;
      case '--version':
      case '-v':
      case 'version':
        streams.stdout.write(`${version()}\n`);
        return 0;
      case 'decode': {
        const { runDecode } = await import('./cli-decode.ts');
        return await runDecode(args, streams);
      }
      case 'radios': {
        const { runRadios } = await import('./cli-radios.ts');
        return await runRadios(args, streams);
      }
      case 'scan': {
        const { runScan } = await import('./cli-scan.ts');
        return await runScan(args, streams);
      }
      case 'capture': {
        const { runCapture } = await import('./cli-capture.ts');
        return await runCapture(args, streams);
      }
      case 'start':
        return await runStart(args, false, streams);
      case 'demo':
        return await runStart(args, true, streams);
      default:
        throw new UsageError(`unknown ${command.startsWith('-') ? 'option' : 'command'} ${command}`);
    }
  } catch (error) {
    if (error instanceof UsageError) {
      const subcommand = command !== undefined && COMMANDS.includes(command) ? ` ${command}` : '';
      streams.stderr.write(`spinel${subcommand}: ${error.message}; see spinel${subcommand} --help\n`);
      return 1;
    }
    if (error instanceof RadioError) {
      streams.stderr.write(`spinel ${command}: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

async function runStart(args: readonly string[], demo: boolean, streams: DecodeStreams): Promise<number> {
  const { flags, values, lists, rest } = parseArguments(args, demo ? DEMO_OPTIONS : START_OPTIONS);
  if (flags.has('--help') || flags.has('-h')) {
    streams.stdout.write(demo ? DEMO_HELP : START_HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  const port = values.get('--port');
  const play = lists.get('--play') ?? [];
  if (flags.has('--loop') && play.length === 0) throw new UsageError('--loop needs --play');
  const radios = radiosOf(values, lists.get('--interface'));
  if (radios !== undefined && play.length > 0) throw new UsageError('--interface and --play do not go together');
  const options = {
    headless: flags.has('--headless'),
    port: port === undefined ? undefined : parseNumber('--port', port, 0, 65_535),
    play,
    loop: flags.has('--loop'),
    open: !flags.has('--no-open'),
    demo,
    radios,
  };
  const { start } = await import('./start.ts');
  return start(options);
}

/** The interfaces to listen with at once; undefined when none are named. */
function radiosOf(values: ReadonlyMap<string, string>, interfaces: string[] | undefined): RadiosRequest | undefined {
  const [frequency, width, airUnit] = ['--frequency', '--width', '--air-unit'].map((name) => values.get(name));
  if (interfaces === undefined) {
    const given = ['--frequency', '--width', '--air-unit'].find((name) => values.has(name));
    if (given !== undefined) throw new UsageError(`${given} needs --interface`);
    return undefined;
  }
  if (frequency === undefined) throw new UsageError('--interface needs --frequency');
  const widthMhz = width === undefined ? 20 : WIDTHS_MHZ.find((one) => String(one) === width);
  if (widthMhz === undefined) throw new UsageError(`--width ${width}: must be ${WIDTHS_MHZ.join(', ')}`);
  const request: RadiosRequest = {
    kind: 'radios',
    interfaces,
    frequencyMhz: parseNumber('--frequency', frequency, 2300, 7200),
    widthMhz,
    ...(airUnit !== undefined && { airUnit: parseNumber('--air-unit', airUnit, 1, 2 ** 32 - 1) }),
  };
  checkSourceRequest(request);
  return request;
}

/** Version in package.json, which is one level up from the source and two from what is built. */
function version(): string {
  for (const place of ['../package.json', '../../package.json']) {
    const url = new URL(place, import.meta.url);
    if (!existsSync(url)) continue;
    const parsed = JSON.parse(readFileSync(url, 'utf8')) as { name?: string; version?: string };
    if (parsed.name === 'spinel' && parsed.version) return parsed.version;
  }
  throw new Error('package.json is missing beside the program');
}
