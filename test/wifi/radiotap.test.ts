import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RxSignal } from '../../radio/base/frame.ts';
import {
  createRadiotapInfo,
  createRxSignal,
  readRadiotap,
  writeRxRadiotap,
  writeTxRadiotapHt,
  writeTxRadiotapLegacy,
} from '../../radio/wifi/radiotap.ts';

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

function read(text: string) {
  const info = createRadiotapInfo();
  const bytes = hex(text);
  const fault = readRadiotap(viewOf(bytes), 0, bytes.length, info);
  return { fault, info, signal: info.signal };
}

/** The antennas of a signal as plain values. */
const antennas = (signal: RxSignal) =>
  Array.from({ length: signal.antennas }, (_, i) => [
    signal.antennaIndex[i],
    signal.antennaRssiDbm[i],
    signal.antennaNoiseDbm[i],
  ]);

test('a header with two antennas of an HT frame reads as in the reference', () => {
  const { fault, info, signal } = read('00001E00 2A0008A0 200800A0 20080000 0000 AD164001 CC 070002 CC00 C901');
  expect(fault).toBeUndefined();
  expect(info).toMatchObject({ length: 30, fcsPresent: false, badFcs: false });
  expect(signal).toMatchObject({ rssiDbm: -52, mcs: 2, frequencyMhz: 5805, bandwidthMhz: 20, shortGi: false });
  expect(signal).toMatchObject({ noiseDbm: undefined, snrDb: undefined, rateBps: undefined, vht: false });
  expect(antennas(signal)).toEqual([
    [0, -52, Number.NaN],
    [1, -55, Number.NaN],
  ]);
});

test('a header with one antenna at a legacy rate reads as in the reference', () => {
  const { signal } = read('00001000 2E080000 00 18 AD164001 D2 00');
  expect(signal).toMatchObject({ rssiDbm: -46, rateBps: 12_000_000, mcs: undefined, antennas: 1 });
});

test('flags say whether an FCS follows and whether it was bad', () => {
  expect(read('00000900 02000000 10').info).toMatchObject({ fcsPresent: true, badFcs: false });
  expect(read('00000900 02000000 50').info).toMatchObject({ fcsPresent: true, badFcs: true });
  expect(read('00000A00 00400000 0200').info).toMatchObject({ fcsPresent: false, badFcs: true });
});

test('TSFT, rate, channel, noise and RX flags lie at their aligned places', () => {
  // TSFT at 8, FLAGS 16, RATE 17, CHANNEL 18, signal 22, noise 23, antenna 24, pad, RX flags 26.
  const { signal } = read('00001C00 6F480000 0102030405000000 00 0B 8A098004 C4 A0 02 00 0000');
  expect(signal.tsftUs).toBe(0x05_04030201);
  expect(signal).toMatchObject({ rateBps: 5_500_000, frequencyMhz: 2442, rssiDbm: -60, noiseDbm: -96, snrDb: 36 });
  expect(antennas(signal)).toEqual([[2, -60, -96]]);
});

test('impossible signals are ignored and an overall signal stands in when there is no antenna field', () => {
  expect(read('00000900 20000000 0A').signal).toMatchObject({ rssiDbm: undefined, antennas: 0 });
  expect(read('00000900 20000000 09').signal.rssiDbm).toBe(9);
  expect(read('00000A00 60000000 B0 00').signal).toMatchObject({ rssiDbm: -80, noiseDbm: undefined });
  expect(read('00000A00 60000000 B0 FF').signal).toMatchObject({ rssiDbm: -80, noiseDbm: -1, snrDb: -79 });
});

test('SNR is the best of the antennas, and each keeps its best signal and lowest noise', () => {
  // Overall, then antennas 0, 1 and 0 again, each with signal, noise and number.
  const { signal } = read('00001E00 200000A0 600800A0 600800A0 60080000 C4 C4A600 BFA101 CEA900');
  expect(antennas(signal)).toEqual([
    [0, -50, -90],
    [1, -65, -95],
  ]);
  expect(signal).toMatchObject({ rssiDbm: -50, noiseDbm: -95, snrDb: 40 });
});

test('the overall signal is no antenna’s own', () => {
  const { signal } = read('00001700 200000A0 600800A0 60080000 D0 BFA100 D0A001');
  expect(antennas(signal)).toEqual([
    [0, -65, -95],
    [1, -48, -96],
  ]);
  expect(signal).toMatchObject({ rssiDbm: -48, noiseDbm: -96, snrDb: 48 });
});

test('more than four antennas are read past, not written past', () => {
  const present = Array.from({ length: 6 }, (_, i) => (i < 5 ? '200800A0' : '20080000')).join('');
  const sets = [0xb0, 0xb1, 0xb2, 0xb3, 0xc0, 0xc1].map((dbm, i) => `${dbm.toString(16)}0${i}`).join('');
  const { fault, signal } = read(`00002800 ${present} ${sets}`);
  expect(fault).toBeUndefined();
  expect(antennas(signal).map(([index]) => index)).toEqual([0, 1, 2, 3]);
  expect(signal.rssiDbm).toBe(-77);
});

test('a vendor namespace is skipped and the radiotap fields after it are read', () => {
  // Word 0: rate, vendor next. Word 1: the vendor's own bits, radiotap next. Word 2: signal.
  const { fault, signal } = read('00001E00 040000C0 FFFFFFBF 20000000 0C 00 00112201 0500 0102030405 C0');
  expect(fault).toBeUndefined();
  expect(signal).toMatchObject({ rateBps: 6_000_000, rssiDbm: -64, tsftUs: undefined, mcs: undefined });
});

test('a further word without a namespace bit goes on counting bits, whose fields nobody knows', () => {
  const { fault, signal } = read('00000E00 04000080 20000000 0C C0');
  expect(fault).toBeUndefined();
  expect(signal).toMatchObject({ rateBps: 6_000_000, rssiDbm: undefined });
});

test('HE, HE-MU, 0-length PSDU and L-SIG are stepped over', () => {
  // Bits 20 (A-MPDU), 22 (timestamp), 23 to 27, then a second word with signal and antenna.
  const word = ((1 << 20) | (1 << 22) | (31 << 23) | (1 << 29)) >>> 0;
  const bytes = new Uint8Array(92);
  const view = viewOf(bytes);
  view.setUint32(4, word + 2 ** 31, true);
  view.setUint32(8, 0x820, true);
  // 12: A-MPDU 8 -> 20; timestamp at 24 -> 36; HE 48; HE-MU 60; other user 66; PSDU 67; L-SIG at 68 -> 72.
  view.setInt8(72, -71);
  view.setUint8(73, 3);
  view.setUint16(2, 74, true);
  const info = createRadiotapInfo();
  expect(readRadiotap(view, 0, 92, info)).toBeUndefined();
  expect(antennas(info.signal)).toEqual([[3, -71, Number.NaN]]);
});

test('XCHANNEL gives the frequency when there is no CHANNEL', () => {
  expect(read('00001000 00000400 00010000 A516 95 14').signal.frequencyMhz).toBe(5797);
});

test('VHT tells rate, streams, bandwidth and coding of its first user', () => {
  const { signal } = read('00001400 00002000 4500 05 04 92 000000 01 00 0000');
  expect(signal).toMatchObject({ vht: true, mcs: 9, nss: 2, bandwidthMhz: 80, shortGi: true, ldpc: true, stbc: true });
  expect(read('00001400 00002000 4500 00 0B 11 000000 00 00 0000').signal.bandwidthMhz).toBe(160);
});

test('MCS fields count only where they are known', () => {
  expect(read('00000B00 00000800 37 35 07').signal).toMatchObject({
    mcs: 7,
    bandwidthMhz: 40,
    shortGi: true,
    ldpc: true,
    stbc: true,
  });
  expect(read('00000B00 00000800 00 FF 07').signal).toMatchObject({
    mcs: undefined,
    bandwidthMhz: undefined,
    ldpc: false,
  });
});

test('contradictions are faults', () => {
  expect(read('00000800').fault).toBe('short');
  expect(read('01000800 00000000').fault).toBe('type');
  expect(read('00000700 00000000').fault).toBe('range');
  expect(read('00000900 00000000').fault).toBe('short');
  expect(read('00000800 00000080').fault).toBe('range');
  expect(read('00000800 20000000').fault).toBe('range');
  expect(read('00001000 00000040 0011 2201 FFFF 0000').fault).toBe('range');
});

const dbm = fc.integer({ min: -128, max: 9 });
const noise = fc.integer({ min: -128, max: -1 });
const antenna = fc.record({ index: fc.nat(255), rssi: dbm, noise: fc.option(noise, { nil: Number.NaN }) });
const rate = fc.oneof(
  fc.record({ rateBps: fc.integer({ min: 1, max: 255 }).map((n) => n * 500_000) }),
  fc.record({
    mcs: fc.nat(31),
    bandwidthMhz: fc.constantFrom(undefined, 20, 40),
    shortGi: fc.boolean(),
    ldpc: fc.boolean(),
    stbc: fc.boolean(),
  }),
  fc.record({
    vht: fc.constant(true),
    mcs: fc.nat(9),
    nss: fc.integer({ min: 1, max: 8 }),
    bandwidthMhz: fc.constantFrom(undefined, 20, 40, 80, 160),
    shortGi: fc.boolean(),
    ldpc: fc.boolean(),
    stbc: fc.boolean(),
  }),
);
const signals = fc
  .record({
    rate,
    antennas: fc.uniqueArray(antenna, { maxLength: 4, selector: ({ index }) => index }),
    overall: fc.option(fc.record({ rssi: dbm, noise: fc.option(noise, { nil: undefined }) }), { nil: undefined }),
    frequencyMhz: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    tsftUs: fc.option(fc.maxSafeNat(), { nil: undefined }),
  })
  .map(({ rate, antennas, overall, frequencyMhz, tsftUs }) => {
    const signal = Object.assign(createRxSignal(), rate, { frequencyMhz, tsftUs, antennas: antennas.length });
    antennas.forEach(({ index, rssi, noise }, i) => {
      signal.antennaIndex[i] = index;
      signal.antennaRssiDbm[i] = rssi;
      signal.antennaNoiseDbm[i] = noise;
    });
    const noises = antennas.map(({ noise }) => noise).filter((value) => !Number.isNaN(value));
    if (antennas.length > 0) {
      signal.rssiDbm = Math.max(...antennas.map(({ rssi }) => rssi));
      if (noises.length > 0) {
        signal.noiseDbm = Math.min(...noises);
        const snrs = antennas.map(({ rssi, noise }) => rssi - noise).filter((snr) => !Number.isNaN(snr));
        signal.snrDb = Math.max(...snrs);
      }
    } else if (overall) {
      signal.rssiDbm = overall.rssi;
      signal.noiseDbm = overall.noise;
      if (overall.noise !== undefined) signal.snrDb = overall.rssi - overall.noise;
    }
    return signal;
  });

test('any signal survives being written and read', () => {
  fc.assert(
    fc.property(signals, fc.nat(9), (signal, at) => {
      const view = new DataView(new ArrayBuffer(at + 120));
      const length = writeRxRadiotap(view, at, signal);
      expect(length).toBeLessThanOrEqual(100);
      const info = createRadiotapInfo();
      expect(readRadiotap(view, at, at + length, info)).toBeUndefined();
      expect(info.length).toBe(length);
      const { antennaIndex: _i, antennaRssiDbm: _r, antennaNoiseDbm: _n, ...plain } = signal;
      expect(info.signal).toMatchObject(plain);
      expect(antennas(info.signal)).toEqual(antennas(signal));
    }),
  );
});

test('every truncation of a written header is a fault', () => {
  fc.assert(
    fc.property(signals, (signal) => {
      const view = new DataView(new ArrayBuffer(120));
      const length = writeRxRadiotap(view, 0, signal);
      for (let end = 0; end < length; end++) {
        expect(readRadiotap(view, 0, end, createRadiotapInfo())).toBe('short');
        view.setUint16(2, end, true);
        expect(readRadiotap(view, 0, end, createRadiotapInfo())).toBeDefined();
        view.setUint16(2, length, true);
      }
    }),
    { numRuns: 50 },
  );
});

test('noise neither throws nor is read beyond its end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (noise, plausible) => {
      if (plausible && noise.length >= 8) {
        noise[0] = 0;
        noise[2] = noise.length;
        noise[3] = 0;
      }
      const whole = new Uint8Array(noise.length + 4);
      whole.set(noise, 2);
      const info = createRadiotapInfo();
      const fault = readRadiotap(viewOf(whole), 2, 2 + noise.length, info);
      if (fault === undefined) expect(info.length).toBeLessThanOrEqual(noise.length);
      expect(info.signal.antennas).toBeLessThanOrEqual(4);
      // Bounded by a view that ends where the frame ends, it must come to the same end.
      expect(readRadiotap(viewOf(whole.subarray(2, 2 + noise.length)), 0, noise.length, createRadiotapInfo())).toBe(
        fault,
      );
    }),
    { numRuns: 500 },
  );
});

test('transmit headers are those of RubyFPV, byte for byte', () => {
  const { frames } = JSON.parse(readFileSync(new URL('../captures/ruby/uplink.json', import.meta.url), 'utf8'));
  let legacy = 0;
  let ht = 0;
  for (const text of frames as string[]) {
    const frame = hex(text);
    const length = frame[2] as number;
    const made = new Uint8Array(length + 1);
    const view = viewOf(made);
    if (length === 12) {
      expect(writeTxRadiotapLegacy(view, 1, 6_000_000)).toBe(12);
      legacy++;
    } else {
      expect(writeTxRadiotapHt(view, 1, 1, 0)).toBe(13);
      ht++;
    }
    expect(made.subarray(1)).toEqual(frame.subarray(0, length));
  }
  expect([legacy, ht]).toEqual([9, 1]);
});

test('a transmit rate of 5.5 Mb/s is 11 half megabits, and no rate is 18 Mb/s', () => {
  const view = new DataView(new ArrayBuffer(12));
  writeTxRadiotapLegacy(view, 0, 5_500_000);
  expect(view.getUint8(8)).toBe(11);
  writeTxRadiotapLegacy(view, 0, 0);
  expect(view.getUint8(8)).toBe(36);
});
