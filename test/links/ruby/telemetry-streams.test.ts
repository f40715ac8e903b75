import { expect, test } from 'vitest';
import { RubyTelemetryReader } from '../../../radio/links/ruby/telemetry.ts';
import { attitudeFrame, mspFrame } from '../../telemetry/frames.ts';
import { bodyOf, packetOf, readPacket } from './telemetry-packets.ts';

function rawBody(segment: number, payload: readonly number[]): Uint8Array {
  const body = bodyOf(12 + payload.length, [[0, 'u32', segment]]);
  body.set(payload, 12);
  return body;
}

function mspBody(segment: number, payload: readonly number[], rows = 20): Uint8Array {
  const body = bodyOf(10 + payload.length, [
    [0, 'u32', 0xa1],
    [4, 'u8', rows],
    [5, 'u8', 53],
    [6, 'u16', segment],
  ]);
  body.set(payload, 10);
  return body;
}

test('a MAVLink frame cut across two raw packets comes with the second', () => {
  const reader = new RubyTelemetryReader();
  const frame = [...attitudeFrame({ rollRad: 0.5 })];
  const first = readPacket(reader, packetOf(41, rawBody(0, frame.slice(0, 9))));
  expect(first.records[0]?.values).not.toHaveProperty('mavlink');
  const second = readPacket(reader, packetOf(41, rawBody(1, frame.slice(9))));
  expect(second.records[0]?.values).toMatchObject({
    segment: 1,
    mavlink: [{ message: 'ATTITUDE', values: { rollDeg: 28.65 } }],
  });
});

test('a gap between raw packets forgets the unfinished frame', () => {
  const reader = new RubyTelemetryReader();
  const frame = [...attitudeFrame({})];
  readPacket(reader, packetOf(41, rawBody(0, frame.slice(0, 9))));
  expect(readPacket(reader, packetOf(41, rawBody(2, frame.slice(9)))).records[0]?.values).not.toHaveProperty('mavlink');
  const whole = readPacket(reader, packetOf(41, rawBody(3, frame)));
  expect(whole.records[0]?.values['mavlink']).toHaveLength(1);
});

test('old and repeated segments are refused until the air unit starts anew', () => {
  const reader = new RubyTelemetryReader();
  const take = (segment: number) => readPacket(reader, packetOf(41, rawBody(segment, [1]))).fault;
  expect([20, 20, 19, 10, 21, 9, 10].map(take)).toEqual([
    undefined,
    'duplicate',
    'late',
    'late',
    undefined,
    undefined,
    undefined,
  ]);
  expect(reader.faults.counts).toMatchObject({ duplicate: 1, late: 2 });
});

test('streams of different air units do not mix', () => {
  const reader = new RubyTelemetryReader();
  for (const source of [1, 2, 3]) {
    expect(readPacket(reader, packetOf(41, rawBody(5, [1]), source)).fault).toBeUndefined();
    expect(readPacket(reader, packetOf(41, rawBody(5, [1]), source)).fault).toBe('duplicate');
    expect(readPacket(reader, packetOf(46, bodyOf(5, [[0, 'u32', 5]]), source)).fault).toBeUndefined();
  }
  reader.forget(2);
  expect(readPacket(reader, packetOf(41, rawBody(5, [1]), 2)).fault).toBeUndefined();
});

test('DisplayPort text is found in MSP packets and in raw ones', () => {
  const reader = new RubyTelemetryReader();
  const draw = [...mspFrame(182, [3, 2, 5, 0, 0x41, 0x01, 0x42]), ...mspFrame(182, [4])];
  const text = [{ row: 2, column: 5, string: 'A B' }];
  const commands = [
    { command: 'draw', row: 2, column: 5, attribute: 0, glyphs: [0x41, 1, 0x42] },
    { command: 'publish' },
  ];
  expect(readPacket(reader, packetOf(43, mspBody(1, draw))).records[0]?.values).toMatchObject({
    flightController: 'betaflight',
    rows: 20,
    columns: 53,
    canvasByFlightController: true,
    text,
    commands,
  });
  expect(readPacket(reader, packetOf(41, rawBody(1, draw))).records[0]?.values).toMatchObject({ text, commands });
});

test('an empty MSP packet tells the size of the grid, even under the newest number', () => {
  const reader = new RubyTelemetryReader();
  expect(readPacket(reader, packetOf(43, mspBody(7, mspFrame(182, [4])))).fault).toBeUndefined();
  expect(readPacket(reader, packetOf(43, mspBody(7, mspFrame(182, [4])))).fault).toBe('duplicate');
  expect(readPacket(reader, packetOf(43, mspBody(7, [], 18))).records[0]?.values).toMatchObject({
    rows: 18,
    bytes: '',
    text: [],
  });
});

test('an air unit whose clock goes back has restarted, and its streams count anew', () => {
  const reader = new RubyTelemetryReader();
  const unitAt = (clockMs: number) => {
    const body = bodyOf(248, [
      [2, 'u8', 0xb7],
      [172, 'u32', 2],
      [176, 'u32', clockMs],
    ]);
    expect(readPacket(reader, packetOf(30, body)).records[0]?.values['airUnitTimeMs']).toBe(clockMs);
  };
  const take = (segment: number) => readPacket(reader, packetOf(41, rawBody(segment, [1]))).fault;
  unitAt(60_000);
  expect(take(4)).toBeUndefined();
  unitAt(59_500);
  expect(take(0)).toBe('late');
  unitAt(5_000);
  expect(take(0)).toBeUndefined();
});
