import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { SerialTelemetryInput, type TelemetryInputOptions } from '../../radio/adapters/serial/telemetry-input.ts';
import type { TelemetryRecord } from '../../radio/api/telemetry.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { VehicleStateMerger } from '../../radio/telemetry/vehicle-state.ts';
import { mavlinkFrame } from '../telemetry/frames.ts';
import { be, crsfFrame, le, ltmFrame, textBytes } from '../telemetry/serial-frames.ts';
import { type FarEnd, noPty, plugIn, ptyFolder, until } from './serial-pty.ts';

const folder = ptyFolder();
if (noPty) console.warn(noPty);

const opened: { close(): Promise<void> }[] = [];
const plugged: FarEnd[] = [];
afterEach(async () => {
  for (const item of opened.splice(0)) await item.close();
  for (const item of plugged.splice(0)) await item.unplug();
});

async function source(name: string): Promise<FarEnd> {
  const end = await plugIn(join(folder, name));
  plugged.push(end);
  return end;
}

function listenAt(path: string, options: Partial<TelemetryInputOptions> = {}) {
  const input = new SerialTelemetryInput({ path, reopenMs: 30, airUnit: 7, ...options });
  opened.push(input);
  const merger = new VehicleStateMerger();
  const states: (string | undefined)[] = [];
  const events = {
    record: (record: TelemetryRecord) => merger.record(record),
    state: (reason?: RadioError) => states.push(reason?.code),
  };
  return { input, merger, states, events };
}

const STREAMS = {
  crsf: [crsfFrame(0x08, be([2, 168], [2, 325], [3, 700], [1, 42])), crsfFrame(0x21, [...textBytes('ANGL'), 0])].flat(),
  ltm: ltmFrame('S', le([2, 16_800], [2, 1300], [1, 255], [1, 0], [1, (2 << 2) | 1])),
  mavlink: [
    ...mavlinkFrame(0, 50, [...le([4, 0]), 2, 3, 0x80, 4, 3]),
    ...mavlinkFrame(1, 124, [...le([4, 0], [4, 0], [4, 0], [2, 0], [2, 16_800], [2, 100]), ...new Array(13).fill(0)]),
  ],
};

describe.skipIf(noPty)('a serial telemetry source', { timeout: 20_000 }, () => {
  test.each(['crsf', 'ltm', 'mavlink'] as const)('%s becomes the state of the flight', async (protocol) => {
    const far = await source(protocol);
    const { input, merger, events } = listenAt(far.path);
    await input.start(events);
    far.write('\0\xffboot banner of some device\r\n$');
    for (let i = 0; i < 4; i++) far.write(Uint8Array.from(STREAMS[protocol]));
    await until(() => merger.state.voltageV === 16.8 && merger.state.armed === true);
    expect(input.protocol).toBe(protocol);
    expect(merger.state).toMatchObject({ airUnit: 7, voltageV: 16.8, cells: 4, armed: true });
  });

  test('tries one speed after the other until a protocol is found, and keeps that one', async () => {
    const far = await source('speeds');
    const { input, events } = listenAt(far.path, { baudRates: [9600, 57_600, 115_200], dwellMs: 40 });
    expect(input.baudRate).toBe(9600);
    await input.start(events);
    const seen = new Set<number>();
    await until(() => seen.add(input.baudRate).size === 3);
    await until(() => {
      far.write(Uint8Array.from(STREAMS.ltm));
      return input.protocol === 'ltm';
    });
    const found = input.baudRate;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(input.baudRate).toBe(found);
    expect(input.counts.frames).toBeGreaterThanOrEqual(3);
  });

  test('a source of something else brings bytes and no records', async () => {
    const far = await source('nmea');
    const { input, merger, events } = listenAt(far.path, { baudRates: [9600] });
    await input.start(events);
    far.write('$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n'.repeat(20));
    await until(() => input.counts.bytes === 67 * 20);
    expect(input.protocol).toBeUndefined();
    expect(merger.state.flightAt).toBe(0);
  });

  test('a source that is unplugged may come back as another one', async () => {
    const first = await source('swap');
    const { input, merger, states, events } = listenAt(first.path);
    await input.start(events);
    for (let i = 0; i < 4; i++) first.write(Uint8Array.from(STREAMS.ltm));
    await until(() => input.protocol === 'ltm');
    await first.unplug();
    await until(() => states.length === 1);
    const second = await source('swap');
    await until(() => states.length === 2);
    expect(states).toEqual(['radio-gone', undefined]);
    expect(input.protocol).toBeUndefined();
    for (let i = 0; i < 4; i++) second.write(Uint8Array.from(STREAMS.crsf));
    await until(() => input.protocol === 'crsf' && merger.state.flightMode === 'ANGL');
    expect(input.counts.reopened).toBe(1);
  });

  test('says that the port is not there', async () => {
    const { input, events } = listenAt(join(folder, 'absent'));
    const error = await input.start(events).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RadioError);
    expect((error as RadioError).code).toBe('no-adapter');
  });
});
