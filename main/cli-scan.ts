import type { ChannelActivity, FoundAirUnit, ScanState } from '../radio/api/contract.ts';
import { clockZero, threadClock } from '../radio/host/clock.ts';
import type { DecodeStreams } from '../radio/host/decode.ts';
import { type RadioControl, systemRadioControl } from '../radio/host/radio-control.ts';
import { RadioMemory } from '../radio/host/radios-memory.ts';
import { Search, type SearchParts } from '../radio/host/search.ts';
import { SCAN_HELP } from './cli-help.ts';
import { parseArguments, parseNumber, UsageError } from './cli-options.ts';
import { table, Waiting } from './cli-table.ts';

/** What a scan works with; tests bring their own. */
export interface ScanWorld {
  control: RadioControl;
  memory: RadioMemory;
  createAdapter?: SearchParts['createAdapter'];
}

const LOOK_MS = 100;

/** `spinel scan`: 0 found, 2 nothing found (and what was heard). Throws UsageError or RadioError for exit code 1. */
export async function runScan(args: readonly string[], streams: DecodeStreams, world?: ScanWorld): Promise<number> {
  const { flags, values, lists, rest } = parseArguments(args, {
    '--interface': 'values',
    '--frequency': 'values',
    '--seconds': 'value',
    '--json': 'flag',
    '--help': 'flag',
    '-h': 'flag',
  });
  if (flags.has('--help') || flags.has('-h')) {
    streams.stdout.write(SCAN_HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  const interfaces = lists.get('--interface');
  const frequenciesMhz = lists.get('--frequency')?.map((text) => parseNumber('--frequency', text, 2300, 7200));
  const given = values.get('--seconds');
  const seconds = given === undefined ? undefined : parseNumber('--seconds', given, 1, 86_400);
  const state = await search(
    { ...(interfaces && { interfaces }), ...(frequenciesMhz && { frequenciesMhz }) },
    seconds,
    streams,
    world,
  );

  if (flags.has('--json')) streams.stdout.write(`${JSON.stringify(report(state), null, 2)}\n`);
  else streams.stdout.write(scanTables(state));
  if (state.problem !== '') streams.stderr.write(`spinel scan: ${state.problem}\n`);
  if (state.found.length > 0) return 0;
  if (state.problem !== '') return 1;
  streams.stderr.write(`spinel scan: no air unit heard, but ${heardInstead(state.channels)}\n`);
  return 2;
}

/** Runs until every channel was listened to, or for so many seconds, or until it is interrupted. */
async function search(
  options: { interfaces?: string[]; frequenciesMhz?: number[] },
  seconds: number | undefined,
  streams: DecodeStreams,
  world: ScanWorld = { control: systemRadioControl(), memory: new RadioMemory() },
): Promise<ScanState> {
  const { control } = world;
  const waiting = new Waiting();
  const progress = (state: ScanState) => {
    if (streams.stderr.isTTY) streams.stderr.write(`\r${progressLine(state).padEnd(78)}`);
    if (!state.running) waiting.done();
  };
  const engine = new Search({ ...world, clock: threadClock(clockZero()), changed: progress });
  const timer = setInterval(() => {
    if (seconds === undefined && engine.state.running && engine.finished(1)) waiting.done();
  }, LOOK_MS);
  try {
    await control.recover();
    await engine.start(options);
    waiting.limit(seconds);
    await waiting.stopped;
    return await engine.stop();
  } finally {
    clearInterval(timer);
    waiting.done();
    await engine.stop();
    await control.restore();
    if (streams.stderr.isTTY) streams.stderr.write(`\r${' '.repeat(78)}\r`);
  }
}

function progressLine({ listening, channels, found }: ScanState): string {
  const visited = channels.filter(({ visits }) => visits > 0).length;
  const where = listening.map(({ frequencyMhz }) => frequencyMhz).join(', ');
  return `${visited} of ${channels.length} channels, ${found.length} found; listening to ${where} MHz`.slice(0, 78);
}

/** The state without what only means something while the program runs. */
function report({ channels, found, problem }: ScanState): object {
  return { found: found.map(({ lastAt: _, ...unit }) => unit), channels, problem };
}

export function scanTables({ channels, found }: ScanState): string {
  const parts: string[] = [];
  if (found.length > 0) {
    const head = ['PROTOCOL', 'ID', 'NAME', 'VERSION', 'CHANNEL', 'SIGNAL', 'FRAMES/S', 'VIDEO'];
    parts.push(table([head, ...found.map(foundRow)]));
  }
  const heard = channels.filter(({ framesPerSecond }) => framesPerSecond > 0);
  if (heard.length > 0) {
    const head = ['CHANNEL', 'OCCUPIED', 'FRAMES/S', 'SIGNAL', 'NOISE', 'ACCESS POINTS'];
    parts.push(table([head, ...heard.map(channelRow)]));
  }
  return parts.join('\n');
}

function foundRow({
  protocol,
  id,
  name,
  version,
  frequencyMhz,
  rssiDbm,
  framesPerSecond,
  video,
}: FoundAirUnit): string[] {
  const fullName = protocol === 'rubyfpv' ? 'RubyFPV' : 'wfb-ng';
  return [
    fullName,
    String(id),
    name || '-',
    version || '-',
    place(frequencyMhz),
    dbm(rssiDbm),
    String(framesPerSecond),
    video ? 'yes' : 'no',
  ];
}

function channelRow(channel: ChannelActivity): string[] {
  const { frequencyMhz, occupancyPercent, framesPerSecond, rssiDbm, noiseDbm, accessPoints } = channel;
  return [
    place(frequencyMhz, channel.channel),
    `${occupancyPercent.toFixed(1)} %`,
    String(framesPerSecond),
    dbm(rssiDbm),
    dbm(noiseDbm),
    String(accessPoints),
  ];
}

const place = (frequencyMhz: number, channel = 0) => `${frequencyMhz} MHz${channel > 0 ? ` (${channel})` : ''}`;
const dbm = (value: number | null) => (value === null ? '-' : `${value} dBm`);

/** What the channels carried instead of an air unit, as the end of a sentence. */
export function heardInstead(channels: readonly ChannelActivity[]): string {
  const visited = channels.filter(({ visits }) => visits > 0);
  const busy = visited.filter(({ framesPerSecond }) => framesPerSecond > 0);
  if (busy.length === 0) return `nothing else either on ${counted(visited.length, 'channel')}: antenna or driver?`;
  const busiest = busy.reduce((a, b) => (b.occupancyPercent > a.occupancyPercent ? b : a));
  const accessPoints = busy.reduce((sum, channel) => sum + channel.accessPoints, 0);
  const from = accessPoints > 0 ? ` (${counted(accessPoints, 'access point')})` : '';
  return `other Wi-Fi traffic on ${busy.length} of ${counted(visited.length, 'channel')}${from}, most at ${busiest.frequencyMhz} MHz, ${busiest.occupancyPercent.toFixed(1)} % occupied`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
