import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crcX25, MavlinkParser } from '../../radio/telemetry/mavlink-frame.ts';
import { type MavlinkMessage, readMavlinkMessage } from '../../radio/telemetry/mavlink-messages.ts';
import { attitudeFrame, type FrameOptions, mavlinkFrame, payloadOf } from './frames.ts';

function parse(parser: MavlinkParser, ...chunks: Uint8Array[]): MavlinkMessage[] {
  const messages: MavlinkMessage[] = [];
  for (const chunk of chunks) {
    parser.push(chunk, 0, chunk.length, (frame) => {
      const message = readMavlinkMessage(frame);
      if (message !== undefined) messages.push(message);
    });
  }
  return messages;
}

const one = (frame: Uint8Array) => parse(new MavlinkParser(), frame)[0];

test('the CRC gives the published check value of CRC-16/MCRF4XX', () => {
  const digits = new TextEncoder().encode('123456789');
  expect(crcX25(digits, 0, digits.length)).toBe(0x6f91);
});

test('a heartbeat of a copter is read', () => {
  // MAVLink 1, quadrotor, ArduPilot, mode 5, disarmed.
  const frame = mavlinkFrame(0, 50, [5, 0, 0, 0, 2, 3, 81, 4, 3], { version: 1, sequence: 78 });
  expect(one(frame)).toEqual({
    message: 'HEARTBEAT',
    systemId: 1,
    componentId: 1,
    sequence: 78,
    signed: false,
    values: { customMode: 5, vehicleType: 2, autopilot: 3, baseMode: 81, systemStatus: 4 },
  });
});

/** Each message once: id, CRC extra, payload, values. Offsets written from the message definitions, not from the table. */
const SAMPLES: [string, number, number, number[], Record<string, unknown>][] = [
  [
    'SYS_STATUS',
    1,
    124,
    payloadOf(31, [
      [12, 'u16', 455],
      [14, 'u16', 15_820],
      [16, 'i16', 1234],
      [30, 'u8', 76],
    ]),
    { loadPercent: 45.5, voltageV: 15.82, currentA: 12.34, batteryPercent: 76 },
  ],
  [
    'SYS_STATUS',
    1,
    124,
    payloadOf(31, [
      [14, 'u16', 65_535],
      [16, 'i16', -1],
      [30, 'u8', 255],
    ]),
    { voltageV: null, currentA: null, batteryPercent: null },
  ],
  [
    'GPS_RAW_INT',
    24,
    24,
    payloadOf(30, [
      [8, 'i32', 474_539_001],
      [12, 'i32', -85_678_002],
      [16, 'i32', 408_250],
      [20, 'u16', 91],
      [24, 'u16', 1523],
      [26, 'u16', 27_050],
      [28, 'u8', 3],
      [29, 'u8', 14],
    ]),
    {
      latitudeDeg: 47.4539001,
      longitudeDeg: -8.5678002,
      altitudeAboveSeaM: 408.25,
      hdop: 0.91,
      groundSpeedMps: 15.23,
      courseDeg: 270.5,
      gpsFix: 3,
      satellites: 14,
    },
  ],
  [
    'GPS_RAW_INT',
    24,
    24,
    payloadOf(30, [
      [20, 'u16', 65_535],
      [24, 'u16', 65_535],
      [26, 'u16', 65_535],
      [29, 'u8', 255],
    ]),
    { hdop: null, groundSpeedMps: null, courseDeg: null, satellites: null },
  ],
  [
    'GLOBAL_POSITION_INT',
    33,
    104,
    payloadOf(28, [
      [4, 'i32', 1],
      [8, 'i32', 2],
      [12, 'i32', 500_000],
      [16, 'i32', -1500],
      [20, 'i16', -300],
      [24, 'i16', 120],
      [26, 'u16', 35_999],
    ]),
    {
      latitudeDeg: 1e-7,
      longitudeDeg: 2e-7,
      altitudeAboveSeaM: 500,
      altitudeM: -1.5,
      northSpeedMps: -3,
      downSpeedMps: 1.2,
      headingDeg: 359.99,
    },
  ],
  [
    'VFR_HUD',
    74,
    20,
    payloadOf(20, [
      [0, 'f32', 17.256],
      [4, 'f32', 20],
      [8, 'f32', 433.3],
      [12, 'f32', -1.5],
      [16, 'i16', 271],
      [18, 'u16', 64],
    ]),
    {
      airspeedMps: 17.26,
      groundSpeedMps: 20,
      altitudeAboveSeaM: 433.3,
      verticalSpeedMps: -1.5,
      headingDeg: 271,
      throttlePercent: 64,
    },
  ],
  [
    'BATTERY_STATUS',
    147,
    154,
    payloadOf(36, [
      [0, 'i32', 812],
      [8, 'i16', 32_767],
      [10, 'u16', 4012],
      [12, 'u16', 65_535],
      [30, 'i16', -1],
      [35, 'u8', 55],
    ]),
    {
      consumedMah: 812,
      temperatureC: null,
      cellVoltagesV: [4.012, null, 0, 0, 0, 0, 0, 0, 0, 0],
      currentA: null,
      batteryPercent: 55,
    },
  ],
  [
    'HOME_POSITION',
    242,
    104,
    payloadOf(52, [
      [0, 'i32', 474_000_000],
      [4, 'i32', 85_000_000],
      [8, 'i32', 400_000],
    ]),
    { homeLatitudeDeg: 47.4, homeLongitudeDeg: 8.5, homeAltitudeAboveSeaM: 400 },
  ],
  [
    'RC_CHANNELS',
    65,
    118,
    payloadOf(42, [
      [4, 'u16', 1500],
      [38, 'u16', 65_535],
      [40, 'u8', 16],
      [41, 'u8', 127],
    ]),
    { channels: [1500, ...Array<number>(16).fill(0), null], channelCount: 16, rcRssiPercent: 50 },
  ],
  [
    'RADIO_STATUS',
    109,
    185,
    payloadOf(9, [
      [0, 'u16', 3],
      [4, 'u8', 200],
      [5, 'u8', 255],
    ]),
    { receiveErrors: 3, rssi: 200, remoteRssi: null },
  ],
  [
    'STATUSTEXT',
    253,
    83,
    [4, ...new TextEncoder().encode('PreArm: check'), ...Array<number>(37).fill(0)],
    { severity: 4, text: 'PreArm: check' },
  ],
  [
    'WIND',
    168,
    1,
    payloadOf(12, [
      [0, 'f32', 213.4],
      [4, 'f32', 5.25],
    ]),
    { windHeadingDeg: 213.4, windSpeedMps: 5.25 },
  ],
  [
    'ATTITUDE',
    30,
    39,
    payloadOf(28, [
      [4, 'f32', -Math.PI / 6],
      [8, 'f32', Math.PI / 4],
      [12, 'f32', Math.PI],
    ]),
    { rollDeg: -30, pitchDeg: 45, yawDeg: 180 },
  ],
];

test.each(SAMPLES)(
  '%s is read the same from v1, from v2 cut at its zeroes, and signed',
  (name, id, extra, payload, values) => {
    const forms: FrameOptions[] = [
      { version: 1 },
      { version: 2 },
      { version: 2, untrimmed: true },
      { version: 2, signed: true },
    ];
    for (const form of forms) {
      const message = one(mavlinkFrame(id, extra, payload, form));
      expect(message).toMatchObject({ message: name, values, signed: form.signed ?? false });
    }
  },
);

test('a value that is not a number is null', () => {
  expect(one(attitudeFrame({ rollRad: Number.NaN, pitchRad: Number.POSITIVE_INFINITY }))?.values).toMatchObject({
    rollDeg: null,
    pitchDeg: null,
    yawDeg: 0,
  });
});

test('a text that fills its field and one with control characters are made safe', () => {
  expect(one(mavlinkFrame(253, 83, [0, ...Array<number>(50).fill(0x7a)]))?.values['text']).toBe('z'.repeat(50));
  expect(one(mavlinkFrame(253, 83, [0, 0x1b, 0x41, 0xff, 0x0a, ...Array<number>(46).fill(0)]))?.values['text']).toBe(
    'A\ufffd',
  );
});

test('frames survive any cut into chunks and any noise between that starts no frame', () => {
  const noise = fc.array(fc.nat(0xfc), { maxLength: 30 });
  const item = fc.tuple(noise, fc.float({ min: -3, max: 3, noNaN: true }), fc.boolean(), fc.boolean(), fc.nat(255));
  fc.assert(
    fc.property(fc.array(item, { maxLength: 8 }), fc.integer({ min: 1, max: 70 }), (items, size) => {
      const stream = items.flatMap(([before, rollRad, v1, signed, sequence]) => [
        ...before,
        ...attitudeFrame({ rollRad }, { version: v1 ? 1 : 2, signed, sequence }),
      ]);
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += size) chunks.push(Uint8Array.from(stream.slice(at, at + size)));
      const parser = new MavlinkParser();
      const messages = parse(parser, ...chunks);
      expect(messages.map(({ sequence, signed }) => [sequence, signed])).toEqual(
        items.map(([, , v1, signed, sequence]) => [sequence, signed && !v1]),
      );
    }),
    { numRuns: 60 },
  );
});

test('one changed bit in a frame loses that frame and no other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 39 }), fc.nat(7), (at, bit) => {
      const damaged = attitudeFrame({ rollRad: 1, pitchRad: 1, yawRad: 1 }, { untrimmed: true, sequence: 1 });
      damaged[at] = (damaged[at] as number) ^ (1 << bit);
      const good = attitudeFrame({ rollRad: 1 }, { sequence: 2 });
      // Enough behind for a damaged frame that now claims to be signed or of another kind to be judged.
      const messages = parse(new MavlinkParser(), damaged, good, new Uint8Array(300));
      expect(messages.map(({ sequence }) => sequence)).toEqual([2]);
    }),
    { numRuns: 300 },
  );
});

test('unknown messages, other incompatibility flags and lengths out of range are passed over at once', () => {
  const parser = new MavlinkParser();
  const unknown = mavlinkFrame(11_030, 144, payloadOf(44, [[0, 'u32', 1]]));
  const tooLong = mavlinkFrame(0, 50, Array<number>(10).fill(1));
  const tooShort = mavlinkFrame(0, 50, Array<number>(8).fill(1), { version: 1 });
  const strange = attitudeFrame({ rollRad: 1 });
  strange[2] = 2;
  expect(parse(parser, unknown, tooLong, tooShort, strange, attitudeFrame({}))).toHaveLength(1);
});

test('a parser fed noise still finds the frame after it', () => {
  const bytes = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0xfd, 0xfe, 0, 1, 30)), { maxLength: 2000 });
  fc.assert(
    fc.property(bytes, (noise) => {
      const parser = new MavlinkParser();
      parse(parser, Uint8Array.from(noise), new Uint8Array(300));
      expect(parse(parser, attitudeFrame({}, { sequence: 99 })).at(-1)?.sequence).toBe(99);
    }),
    { numRuns: 100 },
  );
});
