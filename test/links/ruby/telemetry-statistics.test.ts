import { expect, test } from 'vitest';
import { RubyTelemetryReader } from '../../../radio/links/ruby/telemetry.ts';
import { bodyOf, packetOf, readPacket } from './telemetry-packets.ts';

const read = (packetType: number, body: Uint8Array) =>
  readPacket(new RubyTelemetryReader(), packetOf(packetType, body));
const valuesOf = (packetType: number, body: Uint8Array) => read(packetType, body).records[0]?.values;

test('a notice, an old alarm without an index, a log piece and an update are read', () => {
  const text = new TextEncoder().encode('Hi');
  expect(valuesOf(14, new Uint8Array([9, 1, 3, ...text]))).toEqual({ id: 265, severity: 'error', text: 'Hi' });
  expect(
    valuesOf(
      15,
      bodyOf(12, [
        [0, 'u32', 64],
        [4, 'u32', 5],
        [8, 'u32', 6],
      ]),
    ),
  ).toEqual({
    index: null,
    alarms: 64,
    flags1: 5,
    flags2: 6,
  });
  const log = bodyOf(18, [
    [4, 'u32', 3],
    [8, 'u32', 2],
    [12, 'u32', 0xffffffff],
  ]);
  log.set(text, 16);
  expect(valuesOf(13, log)).toMatchObject({ severity: 'debug', text: 'Hi', segment: 3, segments: null });
  log[8] = 3;
  expect(read(13, log).fault).toBe('range');
  expect(
    valuesOf(
      75,
      bodyOf(5, [
        [0, 'u8', 250],
        [1, 'u32', 4],
      ]),
    ),
  ).toMatchObject({
    severity: 'error',
    text: 'Update failed: no space on the air unit',
    counter: 4,
  });
});

test('RC state and statistics are read by name', () => {
  const rcState = bodyOf(104, [
    [0, 'u16', 1500],
    [30, 'u16', 2000],
    [32, 'u32', 4],
    [36, 'u32', 96],
    [40, 'u8', 1],
    [44, 'i32', 2],
    [48, 'u8', 0x3a],
    [98, 'u8', 1],
    [99, 'u8', 255],
    [100, 'u32', 1],
  ]);
  expect(valuesOf(33, rcState)).toMatchObject({
    lostFrames: 4,
    receivedFrames: 96,
    failsafe: true,
    failsafeCount: 2,
    rssiPercent: null,
  });
  const state = valuesOf(33, rcState) as { channels: number[]; historyReceived: number[]; historyGap: number[] };
  expect([state.channels[0], state.channels[15], state.historyReceived[0], state.historyGap[0]]).toEqual([
    1500, 2000, 10, 3,
  ]);
  expect(valuesOf(28, bodyOf(44, [[40, 'u32', 77]]))).toMatchObject({ timeMs: 0, nowMs: 77 });
  expect(
    valuesOf(
      37,
      bodyOf(261, [
        [0, 'i32', 50],
        [4, 'u8', 2],
        [5, 'u8', 9],
        [6, 'u8', 255],
      ]),
    ),
  ).toMatchObject({ sliceMs: 50, txGapMaxMs: [9, null] });
  const card = bodyOf(2 + 580, [
    [0, 'u8', 0xff],
    [1, 'u8', 1],
    [10, 'u32', 5_800_000],
    [26, 'i32', -61],
    [38, 'i32', 1000],
    [254, 'u32', 12],
    [306, 'i32', 88],
  ]);
  expect(valuesOf(38, card)?.['cards']).toMatchObject([
    { frequencyKhz: 5_800_000, signal: { rssiDbm: -61, noiseDbm: null }, receivedPackets: 12, qualityPercent: 88 },
  ]);
  expect(
    valuesOf(
      39,
      bodyOf(1140, [
        [0, 'u32', 100],
        [12, 'u8', 1],
        [16, 'u32', 9_000_000],
        [20, 'u8', 12],
        [26, 'u16', 8000],
      ]),
    ),
  ).toMatchObject({
    targetBps: 9_000_000,
    points: [{ datarateMbps: 12, videoKbps: 8000 }],
  });
  expect(
    valuesOf(
      48,
      bodyOf(212, [
        [0, 'u32', 1],
        [4, 'u8', 22],
        [104, 'u8', 5],
        [208, 'u32', 600],
      ]),
    ),
  ).toMatchObject({ card: 1, timeMs: 600 });
  expect(
    valuesOf(
      49,
      bodyOf(55, [
        [0, 'i32', -3],
        [40, 'u8', 150],
        [45, 'u8', 255],
        [50, 'u8', 70],
      ]),
    ),
  ).toMatchObject({
    rssiDbm: [-50, null, null, null, null],
    snrDb: [null, 0, 0, 0, 0],
    qualityPercent: [70, 0, 0, 0, 0],
  });
});
