import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PACKET_LEN } from '../../../radio/links/ruby/constants.ts';
import { createRubyHeader, RUBY_HEADER_LEN, writeRubyHeader } from '../../../radio/links/ruby/packet-header.ts';
import { SLICE_HEADER_LEN, SliceReader, SliceWriter } from '../../../radio/links/ruby/serial-slices.ts';

interface Vector {
  airPacketSize: number;
  packet: string;
  wire: string;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../../captures/ruby/serial-vectors.json', import.meta.url), 'utf8'),
);
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const fromHex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

/** A packet of type 3 around `body`. */
function packetOf(body: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RUBY_HEADER_LEN + body.length);
  bytes.set(Uint8Array.from(body), RUBY_HEADER_LEN);
  writeRubyHeader(new DataView(bytes.buffer), 0, {
    ...createRubyHeader(),
    flags: 5,
    packetType: 3,
    totalLength: bytes.length,
  });
  return bytes;
}

function cut(writer: SliceWriter, packet: Uint8Array): Uint8Array {
  return writer.wire.slice(0, writer.write(packet, 0, packet.length));
}

function read(reader: SliceReader, ...chunks: ArrayLike<number>[]): string[] {
  const found: string[] = [];
  for (const chunk of chunks) {
    const bytes = Uint8Array.from(chunk);
    reader.push(bytes, 0, bytes.length, (at, end) => found.push(toHex(reader.bytes.subarray(at, end))));
  }
  return found;
}

const body = (maxLength = 300) => fc.uint8Array({ maxLength });
const START_BYTES = [0x0f, 0xaa, 0x10];

/** A writer whose counter stands at `counter`. */
class SliceWriterAt extends SliceWriter {
  constructor(sliceLength: number, counter: number) {
    super(sliceLength, false);
    const filler = packetOf([]);
    const each = Math.ceil(filler.length / (this.sliceLength - SLICE_HEADER_LEN));
    for (let i = 0; i < counter; i += each) this.write(filler, 0, filler.length);
  }
}

test('packets are cut and read as the real programs do, byte for byte', () => {
  let counter = 0;
  for (const { airPacketSize, packet, wire } of vectors) {
    // The vectors were made by one radio whose slice length changed: its counter goes on.
    const writer = new SliceWriterAt(airPacketSize, counter);
    expect(toHex(cut(writer, fromHex(packet)))).toBe(wire);
    counter += Math.ceil(packet.length / 2 / (airPacketSize - SLICE_HEADER_LEN));
    expect(read(new SliceReader(), fromHex(wire))).toEqual([packet]);
  }
});

test('all vectors in one stream are read by one reader without a gap', () => {
  const reader = new SliceReader();
  expect(read(reader, fromHex(vectors.map((vector) => vector.wire).join('')))).toEqual(
    vectors.map((vector) => vector.packet),
  );
  expect(reader.counts).toEqual({ packets: 3, slices: 7, noise: 0, gaps: 0, broken: 0 });
});

test('any packets survive any slice length, any cut of the stream and noise between', () => {
  const noise = fc.array(
    fc.nat(255).filter((byte) => !START_BYTES.includes(byte)),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 127 }),
      fc.array(fc.tuple(noise, body()), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
      fc.nat(40),
      (sliceLength, items, cuts, headroom) => {
        const writer = new SliceWriter(sliceLength, false);
        const packets = items.map(([, bytes]) => packetOf(bytes));
        const stream = items.flatMap(([before], i) => [...before, ...cut(writer, packets[i] as Uint8Array)]);
        const chunks: number[][] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length] as number;
          chunks.push(stream.slice(at, at + size));
          at += size;
        }
        const reader = new SliceReader(headroom);
        expect(read(reader, ...chunks)).toEqual(packets.map(toHex));
        expect(reader.counts.noise).toBe(items.reduce((sum, [before]) => sum + before.length, 0));
        expect(reader.counts.gaps).toBe(0);
      },
    ),
  );
});

test('a packet of every length up to the longest is cut as documented and comes back', () => {
  for (const length of [24, 25, 42, 43, 44, 200, 1499, MAX_PACKET_LEN]) {
    for (const sliceLength of [10, 24, 127]) {
      const packet = packetOf(new Uint8Array(length - RUBY_HEADER_LEN).map((_, i) => i * 7));
      const wire = cut(new SliceWriter(sliceLength, false), packet);
      const room = sliceLength - SLICE_HEADER_LEN;
      const slices = Math.ceil(length / room);
      expect(wire.length).toBe(length + slices * SLICE_HEADER_LEN);
      for (let i = 0; i < slices; i++) {
        const start = i === slices - 1 ? 0x10 : i === 0 ? 0x0f : 0xaa;
        expect(wire[i * sliceLength]).toBe(start);
        expect(wire[i * sliceLength + 2]).toBe(i & 0xff);
      }
      expect(read(new SliceReader(), wire)).toEqual([toHex(packet)]);
    }
  }
});

test('lengths that are no packet are not cut, and slice lengths are brought into range', () => {
  const writer = new SliceWriter(24, false);
  const bytes = new Uint8Array(MAX_PACKET_LEN + 1);
  expect(writer.write(bytes, 0, 23)).toBe(0);
  expect(writer.write(bytes, 0, MAX_PACKET_LEN + 1)).toBe(0);
  expect(new SliceWriter(9, false).sliceLength).toBe(10);
  expect(new SliceWriter(128, false).sliceLength).toBe(127);
});

test('a lost slice costs its packet and no other, whichever it is', () => {
  const before = packetOf([1, 2, 3]);
  const middle = packetOf(new Uint8Array(60).fill(9));
  // One slice of its own: nothing but its start byte 0x10 says where it begins.
  const after = packetOf([]);
  for (let lost = 0; lost < 5; lost++) {
    const writer = new SliceWriter(24, false);
    const first = cut(writer, before);
    const wire = cut(writer, middle);
    const rest = [...wire.subarray(0, lost * 24), ...wire.subarray(Math.min(wire.length, (lost + 1) * 24))];
    // The last packet comes from a writer whose counter goes on where the first one stopped.
    const last = cut(new SliceWriterAt(64, 2 + 5), after);
    const reader = new SliceReader();
    expect(read(reader, first, rest, last)).toEqual([toHex(before), toHex(after)]);
    expect(reader.counts.gaps).toBe(1);
  }
});

test('after a damaged packet whose counters were all heard, a packet of one slice is still read', () => {
  const damaged = packetOf([1, 2, 3, 4]);
  damaged[0] = (damaged[0] as number) ^ 1;
  const reader = new SliceReader();
  expect(read(reader, cut(new SliceWriter(64, false), damaged), cut(new SliceWriterAt(64, 1), packetOf([5])))).toEqual([
    toHex(packetOf([5])),
  ]);
  expect(reader.counts).toMatchObject({ gaps: 0, broken: 1, packets: 1 });
});

test('a packet whose CRC covers only its header never passes', () => {
  const bytes = packetOf([1, 2, 3]);
  const view = new DataView(bytes.buffer);
  writeRubyHeader(view, 0, { ...createRubyHeader(), flags: 5 | 8, packetType: 3, totalLength: bytes.length });
  const reader = new SliceReader();
  expect(read(reader, cut(new SliceWriter(64, false), bytes))).toEqual([]);
  expect(reader.counts.broken).toBe(1);
});

test('a slice inside the wait for a false, longer one is not held up by it', () => {
  const packet = packetOf([7]);
  const falseStart = [0x0f, 0, 0, 0, 240];
  expect(read(new SliceReader(), falseStart, cut(new SliceWriter(64, false), packet))).toEqual([toHex(packet)]);
});

test('what a SiK modem listens for is refused and counted, and passes on other radios', () => {
  for (const text of ['+++', 'OK\r', 'ok\n', 'oK\r']) {
    const packet = packetOf(Buffer.from(`..${text}..`));
    const modem = new SliceWriter(127, true);
    expect(modem.write(packet, 0, packet.length)).toBe(0);
    expect(modem.refused).toBe(1);
    expect(new SliceWriter(127, false).write(packet, 0, packet.length)).toBeGreaterThan(0);
    // Its counter is used up: the next packet has the one after it.
    const next = packetOf([]);
    expect(cut(modem, next)[2]).toBe(1);
  }
  for (const text of ['++', 'OK.', 'O\r', 'K\r']) {
    const packet = packetOf(Buffer.from(`..${text}..`));
    expect(new SliceWriter(127, true).write(packet, 0, packet.length)).toBeGreaterThan(0);
  }
});

test('a word for the modem that two slices share is no word on the wire', () => {
  const writer = new SliceWriter(10, true);
  // Five data bytes per slice: bytes 25 to 29 are one slice, 30 to 34 the next.
  const packet = packetOf(Buffer.from('....++++..'));
  expect(packet.subarray(28, 32)).toEqual(new Uint8Array(Buffer.from('++++')));
  const length = writer.write(packet, 0, packet.length);
  expect(length).toBeGreaterThan(0);
  expect(Buffer.from(writer.wire.subarray(0, length)).includes('+++')).toBe(false);
});

test('noise of any kind yields no packet, no exception and a full account', () => {
  const hostile = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(...START_BYTES, 0, 240, 5)), { maxLength: 2000 });
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 900 }), (bytes, size) => {
      const reader = new SliceReader();
      for (let at = 0; at < bytes.length; at += size) expect(read(reader, bytes.slice(at, at + size))).toEqual([]);
      expect(reader.counts.noise).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test('however a stream is damaged, what comes out was sent', () => {
  fc.assert(
    fc.property(
      fc.array(body(120), { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
      fc.nat(),
      (bodies, hits, truncate) => {
        const writer = new SliceWriter(24, false);
        const packets = bodies.map(packetOf);
        const stream = packets.flatMap((packet) => [...cut(writer, packet)]);
        for (const [at, value] of hits) stream[at % stream.length] = value;
        const sent = packets.map(toHex);
        for (const packet of read(new SliceReader(), stream.slice(0, truncate % (stream.length + 1)))) {
          expect(sent).toContain(packet);
        }
      },
    ),
  );
});

test('clean packets are found behind any amount of noise', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1500 }), body(100), (noise, bytes) => {
      const writer = new SliceWriter(24, false);
      const packet = packetOf(bytes);
      const reader = new SliceReader();
      // The first copy may fall to a slice that noise seems to begin; the next may not.
      const found = read(reader, noise, cut(writer, packet), new Uint8Array(250), cut(writer, packet));
      expect(found).toContain(toHex(packet));
    }),
  );
});

test('a port opened anew does not continue what the old one had begun', () => {
  const writer = new SliceWriter(24, false);
  const packet = packetOf(new Uint8Array(60));
  const wire = cut(writer, packet);
  const reader = new SliceReader();
  expect(read(reader, wire.subarray(0, 40))).toEqual([]);
  reader.reset();
  expect(read(reader, wire.subarray(48))).toEqual([]);
  expect(read(reader, cut(writer, packet))).toEqual([toHex(packet)]);
});
