import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { msToNs } from '../../../radio/base/time.ts';
import { Flag } from '../../../radio/links/ruby/constants.ts';
import { RUBY_HEADER_LEN } from '../../../radio/links/ruby/packet-header.ts';
import { RubyReceiver } from '../../../radio/links/ruby/receiver.ts';
import { Scramble } from '../../../radio/links/ruby/scramble.ts';
import { type AirFrame, heard, TestAirUnit } from './air-unit.ts';
import { RecordingSink, sha256 } from './recording-sink.ts';

// Machines that test may be busy.
vi.setConfig({ testTimeout: 30_000 });

const MS = 1_000_000;
const MAC = 24;

/** A frame's bytes: its number, then noise that no two frames share. */
function picture(number: number, length: number): Uint8Array {
  let state = (number * 2654435761) >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

interface Air {
  frame: AirFrame;
  at: number;
  adapter?: number;
}

function play(air: readonly Air[], options: Partial<ConstructorParameters<typeof RubyReceiver>[0]> = {}) {
  const receiver = new RubyReceiver({ holdMs: 50, ...options });
  const sink = new RecordingSink();
  for (const { frame, at, adapter } of [...air].sort((a, b) => a.at - b.at)) {
    receiver.tick(msToNs(at / MS), sink);
    receiver.receive(heard(frame, at, adapter), sink);
  }
  receiver.flush(sink);
  return { sink, stats: receiver.stats };
}

/** `count` frames at 60/s from `startMs` on, a packet every 0.2 ms. */
function flight(unit: TestAirUnit, count: number, startMs = 0, size: (i: number) => number = () => 9000) {
  const pictures: Uint8Array[] = [];
  const air: Air[] = [];
  let startsMs = startMs;
  for (let i = 0; i < count; i++) {
    const video = picture(i + startMs * 7, size(i));
    pictures.push(video);
    const packets = unit.packets(video);
    packets.forEach((frame, n) => {
      air.push({ frame, at: (startsMs + n * 0.2) * MS });
    });
    startsMs += Math.max(16.7, packets.length * 0.2);
  }
  return { pictures, air };
}

const hashes = (pictures: readonly Uint8Array[]) => pictures.map(sha256);

const anyShape = fc.record({
  k: fc.integer({ min: 1, max: 16 }),
  m: fc.integer({ min: 0, max: 16 }),
  packetSize: fc.integer({ min: 50, max: 1150 }),
  type: fc.constantFrom(1, 2),
  debugTimes: fc.boolean(),
});
const sizes = fc.array(fc.integer({ min: 1, max: 8000 }), { minLength: 1, maxLength: 5 });

test('any scheme, packet size and codec comes out as it went in', () => {
  fc.assert(
    fc.property(anyShape, sizes, (shape, lengths) => {
      const unit = new TestAirUnit({ ...shape, m: Math.min(shape.m, shape.k) });
      const { pictures, air } = flight(unit, lengths.length, 0, (i) => lengths[i] as number);
      const { sink, stats } = play(air);
      expect(hashes(sink.whole)).toEqual(hashes(pictures));
      expect(sink.gaps).toEqual([]);
      expect(sink.frames.every(({ codec }) => codec === (shape.type === 2 ? 'h265' : 'h264'))).toBe(true);
      expect(stats.blocks).toEqual({ complete: unit.block, recovered: 0, lost: 0 });
    }),
    { numRuns: 25 },
  );
});

test('every loss that leaves k of a block is repaired, whatever the scheme', () => {
  fc.assert(
    fc.property(anyShape, sizes, fc.infiniteStream(fc.nat(1000)), (shape, lengths, random) => {
      const unit = new TestAirUnit({ ...shape, m: Math.min(shape.m, shape.k) });
      const { pictures, air } = flight(unit, lengths.length, 0, (i) => lengths[i] as number);
      const spare = new Map<number, number>();
      const kept = air.filter(({ frame }, i) => {
        const view = new DataView(frame.buffer, MAC + RUBY_HEADER_LEN);
        const block = view.getUint32(17, true);
        const left = spare.get(block) ?? view.getUint8(25);
        // The very first packet stays: a receiver that joins later may begin at the next frame.
        if (i === 0 || left === 0 || (random.next().value as number) < 500) return true;
        spare.set(block, left - 1);
        return false;
      });
      const { sink, stats } = play(kept);
      expect(hashes(sink.whole)).toEqual(hashes(pictures));
      expect(sink.gaps).toEqual([]);
      expect(stats.blocks.lost).toBe(0);
    }),
    { numRuns: 25 },
  );
});

test('with any loss, order and copies, only whole frames count as whole, in order', () => {
  const disturbance = fc.record({
    lost: fc.nat(40),
    lagMs: fc.nat(30),
    jitterMs: fc.nat(5),
    seed: fc.integer({ min: 1, max: 1 << 30 }),
  });
  fc.assert(
    fc.property(anyShape, disturbance, (shape, { lost, lagMs, jitterMs, seed }) => {
      const unit = new TestAirUnit({ ...shape, m: Math.min(shape.m, shape.k) });
      const { pictures, air } = flight(unit, 8, 0, (i) => 500 + i * 700);
      let state = seed;
      const roll = (n: number) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return (state >>> 8) % n;
      };
      const both = [0, 1].flatMap((adapter) =>
        air
          .filter(() => roll(100) >= lost)
          .map(({ frame, at }) => ({ frame, adapter, at: at + (adapter * lagMs + roll(jitterMs + 1)) * MS })),
      );
      const { sink, stats } = play(both);
      const sent = hashes(pictures);
      const got = hashes(sink.whole).map((hash) => sent.indexOf(hash));
      expect(got).not.toContain(-1);
      expect(got).toEqual([...new Set(got)].sort((a, b) => a - b));
      for (const { bytes, whole } of sink.frames) {
        if (!whole)
          expect(pictures.some((video) => sha256(video.subarray(0, bytes.length)) === sha256(bytes))).toBe(true);
      }
      expect(stats.video.restarts).toBe(0);
      expect(stats.packets.received + stats.packets.duplicates).toBe(both.length);
      // Where the first frame's packets overtake each other, reception may begin within it.
      if (lost === 0) expect(got.slice(-7)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }),
    { numRuns: 30 },
  );
});

test('a frame of more than 255 packets comes out whole, and a loss in it ends it', () => {
  const unit = new TestAirUnit({ packetSize: 100 });
  const { pictures, air } = flight(unit, 3, 0, (i) => (i === 1 ? 97 * 300 : 900));
  expect(hashes(play(air).sink.whole)).toEqual(hashes(pictures));
  // Blocks of 8: the one that begins with packet 240 is lost, and packet 256 (number 0 again) must not look like a start.
  const kept = air.filter(({ frame }) => new DataView(frame.buffer).getUint32(MAC + RUBY_HEADER_LEN + 17, true) !== 31);
  const { sink, stats } = play(kept);
  expect(hashes(sink.whole)).toEqual(hashes([pictures[0], pictures[2]] as Uint8Array[]));
  expect(sink.frames.length).toBe(3);
  expect(stats.blocks.lost).toBe(1);
});

test('bytes are given out before their block is complete, and a rebuilt packet when k are there', () => {
  const unit = new TestAirUnit();
  const [first, packets] = [1, 2].map((n) => unit.packets(picture(n, 8 * 1097))) as [AirFrame[], AirFrame[]];
  const receiver = new RubyReceiver({ holdMs: 50 });
  const sink = new RecordingSink();
  for (const frame of first) receiver.receive(heard(frame, 0), sink);
  receiver.tick(msToNs(50), sink);
  expect(sink.bytes).toBe(8 * 1097);
  const step = (n: number) => {
    receiver.receive(heard(packets[n] as AirFrame, (100 + n) * MS), sink);
    return sink.bytes / 1097 - 8;
  };
  expect([0, 1, 3, 4, 5, 6, 7].map(step)).toEqual([1, 2, 2, 2, 2, 2, 2]);
  expect(step(8)).toBe(8);
  expect(sink.frames.length).toBe(2);
  expect(sink.frames[1]?.times).toEqual([0, 1, 8, 3, 4, 5, 6, 7].map((n) => (100 + n) * MS));
});

test('blocks before the first packet heard are taken while nothing was given out, and no later', () => {
  const unit = new TestAirUnit({ k: 4, m: 2 });
  const [first, second] = [1, 2].map((n) => unit.packets(picture(n, 4 * 1097))) as [AirFrame[], AirFrame[]];
  for (const [lateMs, taken] of [
    [15, true],
    [25, false],
  ] as const) {
    const receiver = new RubyReceiver({ holdMs: 20 });
    const sink = new RecordingSink();
    for (const frame of second) receiver.receive(heard(frame, 0), sink);
    expect(sink.bytes).toBe(0);
    receiver.tick(msToNs(lateMs), sink);
    for (const frame of first) receiver.receive(heard(frame, lateMs * MS), sink);
    receiver.tick(msToNs(60), sink);
    const pictures = taken ? [picture(1, 4 * 1097), picture(2, 4 * 1097)] : [picture(2, 4 * 1097)];
    expect(hashes(sink.whole)).toEqual(hashes(pictures));
    expect(receiver.stats.packets.lost).toBe(0);
  }
});

test('a hole is held as long as asked, then the frame is cut and the next begins clean', () => {
  const unit = new TestAirUnit({ k: 4, m: 0 });
  const [first, second] = [1, 2].map((n) => unit.packets(picture(n, 4 * 1097))) as [AirFrame[], AirFrame[]];
  const receiver = new RubyReceiver({ holdMs: 20 });
  const sink = new RecordingSink();
  for (const n of [0, 2, 3]) receiver.receive(heard(first[n] as AirFrame, n * MS), sink);
  second.forEach((frame, n) => {
    receiver.receive(heard(frame, (10 + n) * MS), sink);
  });
  receiver.tick(msToNs(22.9), sink);
  expect(sink.gaps).toEqual([]);
  expect(sink.bytes).toBe(1097);
  receiver.tick(msToNs(23), sink);
  expect(sink.gaps).toEqual([23 * MS]);
  expect(hashes(sink.whole)).toEqual(hashes([picture(2, 4 * 1097)]));
  expect(receiver.stats.packets.lost).toBe(1);
  receiver.receive(heard(first[1] as AirFrame, 24 * MS), sink);
  expect(sink.bytes).toBe(5 * 1097);
});

test('joining in the middle of a frame begins with the next one and counts no loss', () => {
  for (let skip = 1; skip < 30; skip++) {
    const unit = new TestAirUnit();
    const { pictures, air } = flight(unit, 4, 0, () => 20 * 1097);
    const { sink, stats } = play(air.slice(skip));
    const got = hashes(sink.whole);
    expect(got.slice(-3)).toEqual(hashes(pictures.slice(1)));
    expect(sink.frames.every(({ whole }) => whole)).toBe(true);
    expect(stats.blocks.lost).toBe(0);
  }
});

test('a sender that begins anew, after a pause or not, gives a picture from its first frame on', () => {
  for (const [lived, pauseMs] of [
    [20, 3000],
    [200, 3000],
    [200, 0],
    [3, 800],
  ] as const) {
    const before = flight(new TestAirUnit(), lived);
    const after = flight(new TestAirUnit(), 20, lived * 16.7 + pauseMs);
    const { sink, stats } = play([...before.air, ...after.air]);
    const got = hashes(sink.whole);
    expect(got.slice(0, lived)).toEqual(hashes(before.pictures));
    // Without a pause the first few packets are taken for stragglers.
    const expected = hashes(after.pictures).slice(pauseMs === 0 ? 1 : 0);
    expect(got.slice(-expected.length)).toEqual(expected);
    expect(stats.video.restarts).toBe(1);
    expect(stats.blocks.lost).toBe(0);
  }
});

test('block numbers that begin anew while the stream index goes on lose nothing', () => {
  for (const lived of [1, 2, 30, 100]) {
    const unit = new TestAirUnit();
    const before = flight(unit, lived);
    unit.block = 0;
    const after = flight(unit, 5, lived * 16.7);
    const { sink, stats } = play([...before.air, ...after.air]);
    expect(hashes(sink.whole)).toEqual(hashes([...before.pictures, ...after.pictures]));
    expect(stats.video.restarts).toBe(1);
  }
});

test('a scheme that changes in flight, and an outage of any length, cost no later frame', () => {
  for (const gapFrames of [0, 5, 49, 60, 3000]) {
    const unit = new TestAirUnit();
    const one = flight(unit, 10);
    // Two blocks of 8 + 4 each.
    unit.block += gapFrames * 2;
    unit.streamIndex += gapFrames * 24;
    unit.frame += gapFrames;
    Object.assign(unit.shape, { k: 5, m: 2, packetSize: 700, type: 2 });
    const two = flight(unit, 10, 167 + gapFrames * 16.7);
    const { sink, stats } = play([...one.air, ...two.air]);
    expect(hashes(sink.whole)).toEqual(hashes([...one.pictures, ...two.pictures]));
    expect(stats.blocks.lost).toBe(gapFrames * 2);
    expect(stats.video.restarts).toBe(0);
    expect(sink.gaps.length).toBe(gapFrames > 0 ? 1 : 0);
  }
});

test('the stream index and the link counter may wrap', () => {
  const unit = new TestAirUnit();
  unit.streamIndex = 0x0fffffff - 50;
  unit.linkCounter = 0xffff - 70;
  const { pictures, air } = flight(unit, 20);
  const { sink, stats } = play(air);
  expect(hashes(sink.whole)).toEqual(hashes(pictures));
  expect(stats.adapters[0]?.counterGaps).toBe(0);
});

test('packets sent again fill holes and do not look like a new sender', () => {
  const unit = new TestAirUnit({ k: 4, m: 0 });
  const a = unit.packets(picture(1, 4 * 1097));
  const b = unit.packets(picture(2, 4 * 1097));
  const again = [a[1], a[2]].map((frame) => unit.repeat(frame as AirFrame, true));
  const c = unit.packets(picture(3, 4 * 1097));
  const order = [a[0], a[3], ...b, ...again, ...c] as AirFrame[];
  const { sink, stats } = play(order.map((frame, n) => ({ frame, at: n * MS })));
  expect(hashes(sink.whole)).toEqual(hashes([1, 2, 3].map((n) => picture(n, 4 * 1097))));
  expect(stats.packets.retransmitted).toBe(2);
  expect(stats.video.restarts).toBe(0);
});

test('a packet sent again that overtakes newer ones does not hide them', () => {
  const unit = new TestAirUnit({ k: 4, m: 0 });
  const [a, b, c] = [1, 2, 3].map((n) => unit.packets(picture(n, 4 * 1097))) as [AirFrame[], AirFrame[], AirFrame[]];
  const again = unit.repeat(a[1] as AirFrame, true);
  const order = [a[0], a[2], a[3], ...b, again, ...c] as AirFrame[];
  const { sink } = play(order.map((frame, n) => ({ frame, at: n * MS })));
  expect(hashes(sink.whole)).toEqual(hashes([1, 2, 3].map((n) => picture(n, 4 * 1097))));
});

test('nothing of an older block in the same memory gets into a rebuilt packet', () => {
  const unit = new TestAirUnit({ k: 4, m: 2 });
  const full = flight(unit, 100, 0, () => 4 * 1097);
  const short = flight(unit, 100, 2000, (i) => 3 * 1097 + 1 + i * 7);
  const kept = short.air.filter(({ frame }) => new DataView(frame.buffer).getUint8(MAC + RUBY_HEADER_LEN + 21) !== 1);
  const { sink, stats } = play([...full.air, ...kept]);
  expect(hashes(sink.whole)).toEqual(hashes([...full.pictures, ...short.pictures]));
  expect(stats.packets.recovered).toBe(100);
});

test('other air units, other traffic and damaged headers are counted and change nothing', () => {
  const own = flight(new TestAirUnit(), 10);
  const other = flight(new TestAirUnit({ source: 77 }), 10, 0.1);
  const beacons = own.air.map(({ at }) => ({ frame: new Uint8Array(200).fill(0x80), at: at + 1000 }));
  const damaged = own.air.map(({ frame, at }, i) => {
    const copy = frame.slice();
    const byte = MAC + 4 + (i % 8);
    copy[byte] = (copy[byte] as number) ^ 0x21;
    return { frame: copy, at: at + 2000 };
  });
  const { sink, stats } = play([...own.air, ...other.air, ...beacons, ...damaged]);
  expect(hashes(sink.whole)).toEqual(hashes(own.pictures));
  expect(stats.packets.foreign).toBe(other.air.length + beacons.length);
  expect(stats.packets.badCrc).toBe(damaged.length);
  expect([...stats.heard.keys()]).toEqual([0x12345678, 77]);
  expect(hashes(play([...own.air, ...other.air], { airUnit: 77 }).sink.whole)).toEqual(hashes(other.pictures));
});

test('scrambled video needs the pass phrase, and frames stay as they were lent', () => {
  const { pictures, air } = flight(new TestAirUnit(), 3);
  const scramble = new Scramble('secret');
  const scrambled = air.map(({ frame, at }) => {
    const out = frame.slice();
    const view = new DataView(out.buffer);
    out[MAC + 4] = (out[MAC + 4] as number) | Flag.scrambled;
    // The CRC was made with the flag set, over the header alone.
    const plain = new DataView(out.buffer.slice(0));
    plain.setUint32(MAC, headerCrc(out), true);
    scramble.copy(new Uint8Array(plain.buffer), MAC, out.length - MAC, out.subarray(MAC));
    expect(view.getUint8(MAC + 4) & Flag.scrambled).toBe(Flag.scrambled);
    return { frame: out, at };
  });
  const before = scrambled.map(({ frame }) => sha256(frame));
  expect(hashes(play(scrambled, { passPhrase: 'secret' }).sink.whole)).toEqual(hashes(pictures));
  expect(scrambled.map(({ frame }) => sha256(frame))).toEqual(before);
  const without = play(scrambled);
  expect(without.stats.packets.scrambled).toBe(air.length);
  expect(without.sink.bytes).toBe(0);
});

/** CRC-32 of header bytes 4 to 23, bit by bit. */
function headerCrc(frame: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of frame.subarray(MAC + 4, MAC + RUBY_HEADER_LEN)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

test('noise, truncations and flipped bits never throw nor stop the picture for good', () => {
  const edit = fc.record({
    packet: fc.nat(200),
    byte: fc.nat(120),
    value: fc.nat(255),
    cut: fc.option(fc.nat(1200), { nil: undefined }),
    fixCrc: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
      const unit = new TestAirUnit();
      const { air } = flight(unit, 10);
      const bent = air.map(({ frame, at }) => ({ frame: frame.slice(), at }));
      for (const { packet, byte, value, cut, fixCrc } of edits) {
        const target = bent[packet % bent.length] as Air;
        target.frame[Math.min(MAC + 4 + byte, target.frame.length - 1)] = value;
        if (fixCrc && target.frame.length >= MAC + RUBY_HEADER_LEN)
          new DataView(target.frame.buffer).setUint32(MAC, headerCrc(target.frame), true);
        if (cut !== undefined) target.frame = target.frame.slice(0, Math.max(MAC, Math.min(cut, target.frame.length)));
      }
      const after = flight(unit, 30, 1000);
      const { sink } = play([...bent, ...after.air], { airUnit: 0x12345678 });
      expect(hashes(sink.whole).slice(-20)).toEqual(hashes(after.pictures.slice(-20)));
    }),
    { numRuns: 30 },
  );
});
