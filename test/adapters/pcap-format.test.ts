import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Capture, readCapture } from '../../radio/adapters/pcap/format.ts';
import { captureTime, MergedCaptures } from '../../radio/adapters/pcap/merge.ts';
import { PcapngWriter, PcapWriter } from '../../radio/adapters/pcap/writer.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { LinkType } from '../../radio/base/frame.ts';
import { ns } from '../../radio/base/time.ts';

interface Frame {
  bytes: Uint8Array;
  seconds: number;
  nanos: number;
}

class Bytes {
  readonly #parts: Uint8Array[] = [];
  readonly take = (bytes: Uint8Array) => void this.#parts.push(bytes.slice());
  get all(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }
}

/** The frames of a capture with their absolute times, in file order. */
function framesOf(capture: Capture): Frame[] {
  return Array.from({ length: capture.frames }, (_, i) => ({
    bytes: capture.bytes.slice(capture.starts[i], capture.ends[i]),
    ...captureTime(capture.base, ns(capture.offsets[i] as number)),
  }));
}

const u16 = (value: number, little: boolean) => {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, little);
  return bytes;
};
const u32 = (value: number, little: boolean) => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, little);
  return bytes;
};
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

function classic(magic: number, little: boolean, network: number, records: [number, number, Uint8Array][]): Uint8Array {
  const head = [magic, 0x00040002, 0, 0, 65_535, network].map((value) => u32(value, little));
  const body = records.map(([seconds, fraction, bytes]) =>
    join(...[seconds, fraction, bytes.length, bytes.length].map((value) => u32(value, little)), bytes),
  );
  return join(...head, ...body);
}

function block(type: number, body: Uint8Array, little: boolean): Uint8Array {
  const padded = join(body, new Uint8Array(-body.length & 3));
  const length = u32(padded.length + 12, little);
  return join(u32(type, little), length, padded, length);
}
const section = (little: boolean) =>
  block(
    0x0a0d0d0a,
    join(u32(0x1a2b3c4d, little), u32(1, little), u32(0xffffffff, little), u32(0xffffffff, little)),
    little,
  );
function option(code: number, value: Uint8Array, little: boolean): Uint8Array {
  return join(u16(code, little), u16(value.length, little), value, new Uint8Array(-value.length & 3));
}
const describe = (linkType: number, little: boolean, snap = 0, ...options: Uint8Array[]) =>
  block(1, join(u16(linkType, little), u16(0, little), u32(snap, little), ...options), little);
function packet(source: number, ticks: bigint, bytes: Uint8Array, little: boolean): Uint8Array {
  const numbers = [source, Number(ticks >> 32n), Number(ticks & 0xffffffffn), bytes.length, bytes.length];
  return block(6, join(...numbers.map((value) => u32(value, little)), bytes), little);
}

const A = Uint8Array.of(1, 2, 3, 4, 5);
const B = Uint8Array.of(9, 8, 7);

const reading = (name: string, bytes: Uint8Array) => {
  try {
    return readCapture(name, bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(RadioError);
    return error as RadioError;
  }
};

for (const little of [true, false]) {
  for (const [magic, digits] of [
    [0xa1b2c3d4, 1000],
    [0xa1b23c4d, 1],
  ] as const) {
    test(`classic pcap, ${little ? 'little' : 'big'} endian, units of ${digits} ns`, () => {
      const capture = readCapture(
        'a.pcap',
        classic(magic, little, 127, [
          [1_761_000_000, 50_000, A],
          [1_761_000_001, 7, B],
        ]),
      );
      expect(framesOf(capture)).toEqual([
        { bytes: A, seconds: 1_761_000_000, nanos: 50_000 * digits },
        { bytes: B, seconds: 1_761_000_001, nanos: 7 * digits },
      ]);
      expect(capture.truncated).toBe(false);
    });
  }
}

test('a fraction of a whole second carries over', () => {
  const capture = readCapture('a.pcap', classic(0xa1b2c3d4, true, 105, [[10, 1_000_000, A]]));
  expect(capture.base).toEqual({ seconds: 11, nanos: 0 });
});

test('the link type’s upper bits tell of an FCS, which bare 802.11 loses and radiotap keeps', () => {
  const fcs = 0x2400_0000;
  const bare = readCapture('a.pcap', classic(0xa1b2c3d4, true, (fcs + 105) >>> 0, [[0, 0, A]]));
  expect(framesOf(bare)[0]?.bytes).toEqual(A.slice(0, 1));
  const radiotap = readCapture('a.pcap', classic(0xa1b2c3d4, true, (fcs + 127) >>> 0, [[0, 0, A]]));
  expect(framesOf(radiotap)[0]?.bytes).toEqual(A);
});

test('pcapng with sections of both byte orders, several interfaces, unknown blocks and every kind of packet block', () => {
  const parts = [true, false].map((little) => {
    const micro = 1_761_000_000_050_000n;
    const nano = 1_761_000_000_123_456_789n;
    return join(
      section(little),
      describe(105, little, 4),
      describe(127, little, 0, option(2, Uint8Array.of(65, 66), little), option(9, Uint8Array.of(9), little)),
      describe(1, little),
      block(0x0bad, Uint8Array.of(1, 2, 3), little),
      packet(0, micro, A, little),
      packet(1, nano, B, little),
      packet(2, nano, B, little),
      block(3, join(u32(5, little), A.slice(0, 4)), little),
      block(
        2,
        join(
          u16(1, little),
          u16(0, little),
          u32(Number(nano >> 32n), little),
          u32(Number(nano & 0xffffffffn), little),
          u32(5, little),
          u32(5, little),
          A,
        ),
        little,
      ),
    );
  });
  const capture = readCapture('a.pcapng', join(...parts));
  const nano = { seconds: 1_761_000_000, nanos: 123_456_789 };
  const once = [
    { bytes: A, seconds: 1_761_000_000, nanos: 50_000_000 },
    { bytes: B, ...nano },
    { bytes: A.slice(0, 4), ...nano },
    { bytes: A, ...nano },
  ];
  expect(framesOf(capture)).toEqual([...once, ...once]);
  expect([...capture.linkTypes]).toEqual([105, 127, 105, 127, 105, 127, 105, 127]);
  expect(capture).toMatchObject({ truncated: false, skipped: 2 });
});

test('pcapng clocks: binary and picosecond ticks, and an offset of seconds', () => {
  const at = (resolution: number, ticks: bigint, offset = 0n) => {
    const seconds = new Uint8Array(8);
    new DataView(seconds.buffer).setBigInt64(0, offset, true);
    const options = [option(9, Uint8Array.of(resolution), true), option(14, seconds, true)];
    return readCapture('a', join(section(true), describe(127, true, 0, ...options), packet(0, ticks, A, true))).base;
  };
  expect(at(0x80 | 20, (1_761_000_000n << 20n) + 524_288n)).toEqual({ seconds: 1_761_000_000, nanos: 500_000_000 });
  expect(at(12, 1_700_000_123_456_789_999n)).toEqual({ seconds: 1_700_000, nanos: 123_456_789 });
  expect(at(0, 1_761_000_000n)).toEqual({ seconds: 1_761_000_000, nanos: 0 });
  expect(at(6, 5_000_001n, 1_761_000_000n)).toEqual({ seconds: 1_761_000_005, nanos: 1000 });
  expect(at(6, 5_000_001n, -2n)).toEqual({ seconds: 3, nanos: 1000 });
  expect(at(0x80 | 60, (3n << 60n) + (1n << 59n))).toEqual({ seconds: 3, nanos: 500_000_000 });
});

test('an untimed first packet comes with the first timed one', () => {
  const capture = readCapture(
    'a',
    join(
      section(true),
      describe(127, true),
      block(3, join(u32(3, true), B), true),
      packet(0, 1_761_000_000_000_001n, A, true),
    ),
  );
  expect([...capture.offsets]).toEqual([0, 0]);
  expect(capture.base).toEqual({ seconds: 1_761_000_000, nanos: 1000 });
});

const frame = fc.record({
  bytes: fc.uint8Array({ maxLength: 40 }),
  seconds: fc.integer({ min: 1_700_000_000, max: 1_700_100_000 }),
  nanos: fc.nat(999_999_999),
});
const linkType = fc.constantFrom(LinkType.radiotap, LinkType.ieee80211);

test('whatever is written is read, to the nanosecond', () => {
  fc.assert(
    fc.property(fc.array(frame), linkType, (frames, linkType) => {
      const [pcap, pcapng] = [new Bytes(), new Bytes()];
      const writers = [new PcapWriter(linkType, 'ns', pcap.take), new PcapngWriter([linkType], pcapng.take)];
      for (const { bytes, seconds, nanos } of frames) {
        for (const writer of writers) writer.frame(bytes, 0, bytes.length, seconds, nanos);
      }
      for (const file of [pcap.all, pcapng.all]) {
        const capture = readCapture('a', file);
        expect(capture.truncated).toBe(false);
        expect(framesOf(capture)).toEqual(frames);
        expect([...capture.linkTypes]).toEqual(frames.map(() => linkType));
      }
    }),
  );
});

test('microsecond files are written to the microsecond', () => {
  const file = new Bytes();
  new PcapWriter(127, 'us', file.take).frame(A, 1, 4, 1_761_000_000, 123_456_789);
  expect(framesOf(readCapture('a', file.all))).toEqual([
    { bytes: A.slice(1, 4), seconds: 1_761_000_000, nanos: 123_456_000 },
  ]);
});

test('a file cut anywhere is read to its last whole frame and says so', () => {
  const frames = Array.from({ length: 4 }, (_, i) => ({ bytes: A.slice(0, i + 1), seconds: 1000 + i, nanos: i }));
  for (const make of [
    (take: Bytes['take']) => new PcapWriter(127, 'ns', take),
    (take: Bytes['take']) => new PcapngWriter([127], take),
  ]) {
    const bytes = new Bytes();
    const writer = make(bytes.take);
    const ends = [bytes.all.length];
    for (const { bytes: data, seconds, nanos } of frames) {
      writer.frame(data, 0, data.length, seconds, nanos);
      ends.push(bytes.all.length);
    }
    const file = bytes.all;
    for (let length = ends[0] as number; length <= file.length; length++) {
      const capture = readCapture('a', file.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length - 1;
      expect(framesOf(capture)).toEqual(frames.slice(0, whole));
      expect(capture.truncated).toBe(!ends.includes(length));
      expect(capture.reason.includes('cut off')).toBe(!ends.includes(length));
    }
  }
});

test('a damaged frame or block ends the reading there', () => {
  const pcap = classic(0xa1b2c3d4, true, 127, [
    [1, 0, A],
    [2, 0, B],
    [3, 0, A],
  ]);
  pcap[24 + 16 + A.length + 8 + 3] = 0x7f;
  expect(readCapture('a', pcap)).toMatchObject({
    frames: 1,
    truncated: true,
    reason: expect.stringContaining('byte 45'),
  });
  const good = join(section(true), describe(127, true), packet(0, 5n, A, true));
  for (const bad of [
    packet(7, 5n, A, true),
    join(u32(6, true), u32(13, true), A, A),
    join(u32(6, true), u32(16, true), A, A),
  ]) {
    const capture = readCapture('a', join(good, bad, packet(0, 6n, B, true)));
    expect(capture).toMatchObject({ frames: 1, truncated: true, reason: expect.stringContaining('damaged') });
  }
});

test('what is no capture, and captures of something else, are refused with a sentence', () => {
  const text = new TextEncoder().encode('this is no capture at all, only text');
  expect(reading('a.txt', text)).toMatchObject({ code: 'not-a-capture', message: expect.stringContaining('a.txt') });
  expect(reading('a', new Uint8Array(0))).toMatchObject({ code: 'not-a-capture', message: 'a: the file is empty' });
  expect(reading('a', Uint8Array.of(0xd4))).toMatchObject({ code: 'not-a-capture' });
  expect(reading('a', classic(0xa1b2c3d4, true, 127, []).subarray(0, 23))).toMatchObject({ code: 'not-a-capture' });
  expect(reading('a', Uint8Array.of(0x1f, 0x8b, 8, 0))).toMatchObject({
    message: 'a: the file is compressed; unpack it first',
  });
  expect(reading('a', section(true).fill(0, 8, 12))).toMatchObject({ code: 'not-a-capture' });
  expect(reading('a', classic(0xa1b2c3d4, true, 1, []))).toMatchObject({
    code: 'bad-link-type',
    message: expect.stringMatching(/link type 1 \(Ethernet\)/),
  });
  expect(reading('a', join(section(true), describe(147, true)))).toMatchObject({ code: 'bad-link-type' });
  expect(reading('a', classic(0xa1b2c3d4, true, 127, []))).toMatchObject({ frames: 0, truncated: false });
});

test('noise and damaged captures never throw anything but a RadioError, and frames stay within the file', () => {
  const pcapng = new Bytes();
  const writer = new PcapngWriter([127, 105], pcapng.take);
  for (let i = 0; i < 5; i++) writer.frame(A, 0, 5, 100 + i, i, i & 1);
  const files = [
    pcapng.all,
    classic(0xa1b2c3d4, true, 127, [
      [1, 0, A],
      [2, 0, B],
      [3, 0, A],
    ]),
  ];
  const pokes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...files), pokes, fc.uint8Array({ maxLength: 60 }), (file, pokes, tail) => {
      const bytes = join(file, tail);
      for (const [at, value] of pokes) bytes[at % bytes.length] = value;
      const capture = reading('a', bytes);
      if (capture instanceof RadioError) return;
      for (let i = 0; i < capture.frames; i++) {
        expect(capture.starts[i] as number).toBeLessThanOrEqual(capture.ends[i] as number);
        expect(capture.ends[i] as number).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: 1000 },
  );
});

test('several captures merge by time; equal times keep the order of the captures', () => {
  const one = readCapture(
    'one',
    classic(0xa1b2c3d4, true, 127, [
      [10, 5, A],
      [10, 9, A],
      [12, 0, A],
    ]),
  );
  const two = readCapture(
    'two',
    classic(0xa1b23c4d, false, 105, [
      [10, 5_000, B],
      [10, 8_999, B],
      [11, 0, B],
    ]),
  );
  const none = readCapture('none', classic(0xa1b23c4d, false, 105, []));
  const merged = new MergedCaptures([one, none, two]);
  const seen: [number, number, number][] = [];
  for (let raw = merged.next(); raw; raw = merged.next()) seen.push([raw.adapter, raw.at, raw.linkType]);
  expect(merged.base).toEqual({ seconds: 10, nanos: 5_000 });
  expect(merged.frames).toBe(6);
  expect(seen).toEqual([
    [0, 0, 127],
    [2, 0, 105],
    [2, 3_999, 105],
    [0, 4_000, 127],
    [2, 999_995_000, 105],
    [0, 1_999_995_000, 127],
  ]);
});

test('a capture out of order is put in order of time', () => {
  const capture = readCapture(
    'a',
    classic(0xa1b2c3d4, true, 127, [
      [10, 5, A],
      [10, 4, B],
      [9, 9, A],
      [10, 5, B],
    ]),
  );
  const merged = new MergedCaptures([capture]);
  const seen: number[] = [];
  for (let raw = merged.next(); raw; raw = merged.next()) seen.push(raw.at, raw.end - raw.start);
  expect(merged.base).toEqual({ seconds: 9, nanos: 9_000 });
  expect(seen).toEqual([0, 5, 999_995_000, 3, 999_996_000, 5, 999_996_000, 3]);
});

test('times survive the merge to the nanosecond', () => {
  const base = { seconds: 1_761_000_000, nanos: 999_999_999 };
  expect(captureTime(base, ns(1))).toEqual({ seconds: 1_761_000_001, nanos: 0 });
  expect(captureTime(base, ns(3_000_000_000))).toEqual({ seconds: 1_761_000_003, nanos: 999_999_999 });
  expect(captureTime(base, ns(-1_000_000_000))).toEqual({ seconds: 1_760_999_999, nanos: 999_999_999 });
});

test('the captures made by RubyFPV index whole', () => {
  const file = readFileSync(new URL('../captures/ruby/telemetry.pcap', import.meta.url));
  const capture = readCapture('telemetry.pcap', file);
  expect(capture).toMatchObject({ truncated: false, base: { seconds: 1_761_000_000, nanos: 0 } });
  expect(capture.offsets[1]).toBe(50_000_000);
});
