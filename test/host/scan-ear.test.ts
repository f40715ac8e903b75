import fc from 'fast-check';
import { expect, test } from 'vitest';
import { airtimeUs } from '../../radio/host/scan-airtime.ts';
import { ScanEar } from '../../radio/host/scan-ear.ts';
import { createRxSignal } from '../../radio/wifi/radiotap.ts';
import { beacon, framesOf, heardFrame, macFrame, rawFrame, wfbFrame } from './air.ts';

function heard(...frames: Uint8Array[]): ScanEar {
  const ear = new ScanEar();
  ear.begin();
  for (const frame of frames) ear.hear(rawFrame(frame));
  return ear;
}

test('a RubyFPV air unit is known by id, name, version and frequency from a real session', () => {
  const ear = heard(...framesOf('session.pcap'));
  const [unit] = [...ear.units.values()];
  expect(ear.units.size).toBe(1);
  expect(unit).toMatchObject({ protocol: 'rubyfpv', version: '11.7', frequenciesMhz: [5825] });
  expect(unit?.name).not.toBe('');
  expect(unit?.videoPackets).toBeGreaterThan(20);
  expect(ear.videoPackets).toBe(unit?.videoPackets);
});

test('a ground station, damaged packets and noise are no air unit', () => {
  const [video] = framesOf('clean-h264.pcap') as [Uint8Array];
  expect(heard(video).videoPackets).toBe(1);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(19), (noise, at) => {
      const damaged = video.slice();
      // Anywhere in the Ruby header after the CRC; never the bit that says scrambled.
      damaged[headerAt(damaged) + 4 + at] ^= 0x21;
      expect([...heard(damaged, noise, heardFrame(noise)).units.values()]).toEqual([]);
    }),
    { numRuns: 100 },
  );
  expect(heard(...framesOf('uplink.pcap')).units.size).toBe(0);
});

const headerAt = (frame: Uint8Array) => ((frame[2] as number) | ((frame[3] as number) << 8)) + 24;

test('wfb-ng links are told apart by their link id, ground stations are left out', () => {
  const ear = heard(
    heardFrame(wfbFrame(7669206, 0), -50),
    heardFrame(wfbFrame(7669206, 0), -54),
    heardFrame(wfbFrame(7669206, 0x10), -52),
    heardFrame(wfbFrame(7669206, 0x90), -20),
    heardFrame(wfbFrame(77, 0, 2, 88)),
  );
  expect(
    [...ear.units.values()].map(({ protocol, id, frames, videoPackets }) => [protocol, id, frames, videoPackets]),
  ).toEqual([
    ['wfb-ng', 7669206, 3, 2],
    ['wfb-ng', 77, 1, 0],
  ]);
  expect(ear.units.get('wfb-ng 7669206')?.rssiSumDbm).toBe(-156);
});

test('frames with its address that cannot be wfb-ng packets name no link', () => {
  const frames = [wfbFrame(1, 0, 1, 24), wfbFrame(2, 0, 2, 87), wfbFrame(3, 0, 3), wfbFrame(4, 0, 1, 0)];
  expect(heard(...frames.map((frame) => heardFrame(frame))).units.size).toBe(0);
});

test('everything fills the channel: strangers, access points, damaged and short frames', () => {
  const damaged = heardFrame(beacon('021122334455'), -40);
  // Flags are the first field after the present word.
  damaged[8] = 0x40;
  const ear = heard(
    heardFrame(beacon('0a0000000001'), -70, -95),
    heardFrame(beacon('0a0000000001'), -71, -97),
    heardFrame(beacon('0a0000000002'), -80),
    heardFrame(macFrame(0x0801, '0a0000000003', '0a0000000004', 500)),
    // An acknowledgement: 10 bytes and the FCS.
    heardFrame(new Uint8Array([0xd4, 0, 0, 0, 1, 2, 3, 4, 5, 6]), -90),
    damaged,
  );
  expect(ear.frames).toBe(6);
  expect(ear.accessPoints.size).toBe(2);
  expect(ear.strongestDbm).toBe(-40);
  expect(ear.noiseSumDbm / ear.noiseCount).toBe(-96);
  const at6 = (length: number) => 20 + Math.ceil((length * 8 + 22) / 24) * 4;
  expect(ear.airtimeUs).toBe(4 * at6(84 + 4) + at6(524 + 4) + at6(14));
});

test('a visit begins with nothing', () => {
  const ear = heard(heardFrame(beacon('0a0000000001')), heardFrame(wfbFrame(7, 0), -50, -90));
  ear.begin();
  expect([ear.frames, ear.airtimeUs, ear.videoPackets, ear.noiseCount, ear.units.size, ear.accessPoints.size]).toEqual([
    0, 0, 0, 0, 0, 0,
  ]);
  expect(ear.strongestDbm).toBeUndefined();
});

test('a flood of names does not fill the memory', () => {
  const ear = new ScanEar();
  ear.begin();
  for (let i = 0; i < 3000; i++) {
    ear.hear(rawFrame(heardFrame(wfbFrame(i, 0))));
    ear.hear(rawFrame(heardFrame(beacon((i + 1).toString(16).padStart(12, '0')))));
  }
  expect(ear.units.size).toBeLessThanOrEqual(32);
  expect(ear.accessPoints.size).toBeLessThanOrEqual(256);
});

test('airtime follows length and rate', () => {
  const signal = createRxSignal();
  // No rate told: 6 Mb/s, 24 bits per symbol.
  expect(airtimeUs(1500, signal)).toBe(20 + Math.ceil(12022 / 24) * 4);
  signal.rateBps = 54e6;
  expect(airtimeUs(1500, signal)).toBe(20 + Math.ceil(12022 / 216) * 4);
  signal.rateBps = 1e6;
  expect(airtimeUs(100, signal)).toBe(192 + 800);
  signal.mcs = 1;
  expect(airtimeUs(1500, signal)).toBe(36 + Math.ceil(12022 / 52) * 4);
  signal.mcs = 9;
  signal.bandwidthMhz = 40;
  signal.shortGi = true;
  expect(airtimeUs(1500, signal)).toBeCloseTo(36 + Math.ceil(12022 / 216) * 3.6);
  Object.assign(signal, { vht: true, mcs: 9, nss: 2, bandwidthMhz: 80, shortGi: false });
  expect(airtimeUs(1500, signal)).toBeCloseTo(40 + Math.ceil(12022 / (346.7 * 4.5 * 2)) * 4);
});
