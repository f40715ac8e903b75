import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ns } from '../../../radio/base/time.ts';
import { Flag, MAX_PACKET_LEN } from '../../../radio/links/ruby/constants.ts';
import { crc32 } from '../../../radio/links/ruby/crc32.ts';
import { Duplicates } from '../../../radio/links/ruby/duplicates.ts';
import { RUBY_MAC_LEN, RubyPort, rubyPort, writeRubyMac } from '../../../radio/links/ruby/mac-header.ts';
import {
  createRubyHeader,
  RUBY_HEADER_LEN,
  type RubyHeader,
  readRubyHeader,
  rubyCrcMatches,
  writeRubyHeader,
} from '../../../radio/links/ruby/packet-header.ts';
import {
  createVideoSegment,
  MAX_BLOCK_PACKET_SIZE,
  readVideoSegment,
  VIDEO_HEADER_LEN,
  VIDEO_PREFIX_LEN,
  type VideoSegment,
  writeVideoSegment,
} from '../../../radio/links/ruby/video-segment.ts';

const viewOf = (hex: string) => new DataView(new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex')).buffer);
const u32 = fc.nat(0xffffffff);
const u16 = fc.nat(0xffff);
const u8 = fc.nat(0xff);

const header: fc.Arbitrary<RubyHeader> = fc.record({
  crc: fc.constant(0),
  flags: u8.map((flags) => flags & ~Flag.scrambled),
  packetType: u8,
  streamId: fc.nat(15),
  streamIndex: fc.nat(0x0fffffff),
  extendedFlags: u16,
  totalLength: fc.integer({ min: RUBY_HEADER_LEN, max: MAX_PACKET_LEN }),
  linkCounter: u16,
  source: u32,
  destination: u32,
});

test('the CRC is that of zlib', () => {
  expect(crc32(new DataView(new TextEncoder().encode('123456789').buffer), 0, 9)).toBe(0xcbf43926);
});

test('any packet header survives the wire, whatever follows it', () => {
  fc.assert(
    fc.property(header, fc.nat(40), fc.nat(8), (sent, at, more) => {
      const view = new DataView(new ArrayBuffer(at + sent.totalLength + more));
      const out = createRubyHeader();
      writeRubyHeader(view, at, sent);
      expect(readRubyHeader(view, at, view.byteLength, out)).toBeUndefined();
      expect(out).toEqual(sent);
      for (const end of [0, 1, 12, 23, 24, sent.totalLength - 1]) {
        if (end < sent.totalLength) expect(readRubyHeader(view, at, at + end, out)).toBe('short');
      }
    }),
  );
});

test('a changed bit is found where the CRC covers it, and only the low 24 bits of the CRC count', () => {
  fc.assert(
    fc.property(header, fc.nat(), fc.nat(7), (sent, place, bit) => {
      const view = new DataView(new ArrayBuffer(sent.totalLength));
      writeRubyHeader(view, 0, sent);
      const covered = sent.flags & Flag.headerCrcOnly ? RUBY_HEADER_LEN : sent.totalLength;
      const at = place % sent.totalLength;
      view.setUint8(at, view.getUint8(at) ^ (1 << bit));
      const out = createRubyHeader();
      const fault = readRubyHeader(view, 0, sent.totalLength, out);
      if (at === 3 || at >= covered) expect(fault).toBeUndefined();
      else expect(fault).toBeOneOf(['crc', 'short', 'range', 'scrambled']);
      if (fault && fault !== 'scrambled') expect(out).toEqual(createRubyHeader());
    }),
  );
});

test('lengths just outside the limits are refused', () => {
  for (const [totalLength, fault] of [
    [RUBY_HEADER_LEN - 1, 'range'],
    [MAX_PACKET_LEN + 1, 'range'],
    [MAX_PACKET_LEN, undefined],
  ] as const) {
    const view = new DataView(new ArrayBuffer(MAX_PACKET_LEN + 10));
    writeRubyHeader(view, 0, { ...createRubyHeader(), flags: Flag.headerCrcOnly, totalLength });
    expect(readRubyHeader(view, 0, view.byteLength, createRubyHeader())).toBe(fault);
  }
});

test('a scrambled packet is read but not checked', () => {
  const view = new DataView(new ArrayBuffer(40));
  writeRubyHeader(view, 0, { ...createRubyHeader(), flags: Flag.scrambled, totalLength: 40, source: 9 });
  view.setUint8(30, 1);
  const out = createRubyHeader();
  expect(readRubyHeader(view, 0, 40, out)).toBe('scrambled');
  expect(out.source).toBe(9);
  expect(rubyCrcMatches(view, 0)).toBe(false);
  view.setUint8(30, 0);
  expect(rubyCrcMatches(view, 0)).toBe(true);
});

test('the ping of rubyfpv-link.md 13.4 is written byte for byte', () => {
  const view = new DataView(new ArrayBuffer(29));
  writeRubyHeader(view, 0, {
    ...createRubyHeader(),
    flags: 0x85,
    packetType: 3,
    totalLength: 29,
    linkCounter: 1,
    source: 0x11111111,
    destination: 0x12345678,
  });
  const expected = viewOf('2A3BE16D 8503 00000000 0000 1D00 0100 11111111 78563412 0000000000');
  expect(new Uint8Array(view.buffer)).toEqual(new Uint8Array(expected.buffer));
});

test('frames of either direction are recognised, and nothing else', () => {
  const view = new DataView(new ArrayBuffer(RUBY_MAC_LEN));
  writeRubyMac(view, 0, RubyPort.toGround, 27);
  const expected = viewOf('08010000 FFFFFFFFFFFF 131234567890 131234567890 B001');
  expect(new Uint8Array(view.buffer)).toEqual(new Uint8Array(expected.buffer));
  expect(rubyPort(view, 0)).toBe(0xff);
  writeRubyMac(view, 0, RubyPort.toAir, 5000);
  expect(rubyPort(view, 0)).toBe(0xef);
  for (const at of [0, 1, 4, 10, 11, 12, 13]) {
    writeRubyMac(view, 0, RubyPort.toGround, 0);
    view.setUint8(at, view.getUint8(at) ^ 0x02);
    expect(rubyPort(view, 0)).toBeUndefined();
  }
});

const segment: fc.Arbitrary<VideoSegment> = fc
  .record({ k: fc.integer({ min: 1, max: 16 }), m: fc.nat(16) })
  .chain(({ k, m }) =>
    fc.record({
      type: fc.constantFrom(1, 2),
      videoStream: fc.nat(15),
      status: u32,
      infoId: u8,
      infoValue: u32,
      profile: u8,
      keyframeIntervalMs: u16,
      bitrateBps: fc.nat(0x7fffffff),
      block: u32,
      packet: fc.nat(k + m - 1),
      packetSize: fc.integer({ min: VIDEO_PREFIX_LEN + 1, max: MAX_BLOCK_PACKET_SIZE }),
      k: fc.constant(k),
      m: fc.constant(m),
      frame: u16,
      cameraMs: u8,
      frameNumbers: u16,
    }),
  );

test('any video header survives the wire, and one byte less than its body is short', () => {
  fc.assert(
    fc.property(segment, fc.nat(), fc.nat(60), (sent, length, at) => {
      const covered = VIDEO_PREFIX_LEN + (length % (sent.packetSize - VIDEO_PREFIX_LEN + 1));
      const isData = sent.packet < sent.k;
      const end = at + VIDEO_HEADER_LEN + (isData ? covered : sent.packetSize);
      const view = new DataView(new ArrayBuffer(end));
      writeVideoSegment(view, at, sent);
      if (isData) view.setUint16(at + VIDEO_HEADER_LEN, covered - VIDEO_PREFIX_LEN, true);
      const out = createVideoSegment();
      expect(readVideoSegment(view, at, end, out)).toBeUndefined();
      expect(out).toEqual(sent);
      const untouched = createVideoSegment();
      for (let short = at; short < end; short += Math.max(1, Math.floor((end - at) / 50))) {
        expect(readVideoSegment(view, at, short, untouched)).toBe('short');
      }
      expect(readVideoSegment(view, at, end - 1, untouched)).toBe('short');
      expect(untouched).toEqual(createVideoSegment());
    }),
  );
});

test('the first value outside each limit is refused', () => {
  const good = { ...createVideoSegment(), k: 8, m: 4, packetSize: 1100 };
  const refused: [Partial<VideoSegment>, string][] = [
    [{ type: 0 }, 'type'],
    [{ type: 3 }, 'type'],
    [{ k: 0 }, 'range'],
    [{ k: 17 }, 'range'],
    [{ m: 17 }, 'range'],
    [{ packet: 12 }, 'range'],
    [{ packetSize: VIDEO_PREFIX_LEN }, 'range'],
    [{ packetSize: MAX_BLOCK_PACKET_SIZE + 1 }, 'range'],
  ];
  const view = new DataView(new ArrayBuffer(1600));
  const read = (change: Partial<VideoSegment>, length = 0) => {
    writeVideoSegment(view, 0, { ...good, ...change });
    view.setUint16(VIDEO_HEADER_LEN, length, true);
    return readVideoSegment(view, 0, 1600, createVideoSegment());
  };
  expect(read({})).toBeUndefined();
  expect(read({ k: 16, m: 16, packet: 31 })).toBeUndefined();
  for (const [change, fault] of refused) expect(read(change)).toBe(fault);
  expect(read({}, 1097)).toBeUndefined();
  expect(read({}, 1098)).toBe('range');
});

test('noise is read as a fault or a segment within its limits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), fc.nat(20), (bytes, at) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (at <= bytes.length) {
        readRubyHeader(view, at, bytes.length, createRubyHeader());
        const out = createVideoSegment();
        if (readVideoSegment(view, at, bytes.length, out) === undefined) {
          expect(out.packet).toBeLessThan(out.k + out.m);
          expect(out.packetSize).toBeLessThanOrEqual(MAX_BLOCK_PACKET_SIZE);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a copy is found for half a second in a window of 1024, per source and stream', () => {
  const duplicates = new Duplicates();
  const seen = (source: number, stream: number, index: number, ms = 0) =>
    duplicates.seen(source, stream, index, ns(ms * 1e6));
  for (let index = 0; index < 1024; index++) expect(seen(1, 4, index)).toBe(false);
  for (let index = 1023; index >= 0; index--) expect(seen(1, 4, index)).toBe(true);
  expect(seen(2, 4, 5)).toBe(false);
  expect(seen(1, 3, 5)).toBe(false);
  expect(seen(1, 4, 5, 499)).toBe(true);
  expect(seen(1, 4, 6, 501)).toBe(false);
  expect(seen(1, 4, 6, 502)).toBe(true);
});

test('any number of air units is told apart; the longest silent is forgotten', () => {
  const duplicates = new Duplicates();
  for (let source = 1; source <= 50; source++) {
    expect(duplicates.seen(source, 1, 7, ns(source))).toBe(false);
    expect(duplicates.seen(source, 1, 7, ns(source))).toBe(true);
  }
  expect(duplicates.seen(43, 1, 7, ns(60))).toBe(true);
  expect(duplicates.seen(42, 1, 7, ns(61))).toBe(false);
});
