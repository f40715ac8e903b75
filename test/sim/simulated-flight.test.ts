import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SimulatorAdapter } from '../../radio/adapters/simulator/adapter.ts';
import type { ChannelOptions } from '../../radio/api/contract.ts';
import type { TelemetryRecord } from '../../radio/api/telemetry.ts';
import type { RawFrame } from '../../radio/base/frame.ts';
import { ns } from '../../radio/base/time.ts';
import type { LinkSink } from '../../radio/links/link.ts';
import { RubyReceiver } from '../../radio/links/ruby/receiver.ts';
import type { Disturbance } from '../../radio/sim/channel-model.ts';
import { splitClip } from '../../radio/sim/clip.ts';
import { createFlightState, flightAt, flightTextAt } from '../../radio/sim/flight-model.ts';
import { DEMO_AIR_UNIT, SimulatedFlight } from '../../radio/sim/simulated-flight.ts';
import { makeVideoFrames } from '../../radio/sim/video-frames.ts';
import { createRxFrame, openFrame } from '../../radio/wifi/encapsulate.ts';

interface Heard {
  video: Buffer;
  records: TelemetryRecord[];
  gaps: number;
  boundaries: number;
  receiver: RubyReceiver;
}

/** Flies `seconds` and receives it as a ground station would: whole frames with radiotap, 4 ms at a time. */
function fly(flight: SimulatedFlight, seconds: number): Heard {
  const receiver = new RubyReceiver({ holdMs: 20 });
  const chunks: Uint8Array[] = [];
  const heard: Heard = { video: Buffer.alloc(0), records: [], gaps: 0, boundaries: 0, receiver };
  const sink: LinkSink = {
    payload: (_, bytes, start, end) => void chunks.push(bytes.slice(start, end)),
    boundary: () => void heard.boundaries++,
    gap: () => void heard.gaps++,
    telemetry: (record) => void heard.records.push(record),
    transmit: () => {},
  };
  const frame = createRxFrame();
  for (let now = 0; now <= seconds * 1e9; now += 4e6) {
    flight.step(now, (raw) => {
      if (openFrame(raw, frame) === undefined) receiver.receive(frame, sink);
    });
    receiver.tick(ns(now), sink);
  }
  heard.video = Buffer.concat(chunks);
  return heard;
}

const PERFECT = { loss: 0, adapters: 1 };

test('any elementary stream and scheme comes out byte-exact when nothing is lost', { timeout: 30_000 }, () => {
  const scheme = fc
    .integer({ min: 1, max: 16 })
    .chain((k) => fc.record({ k: fc.constant(k), m: fc.nat(k), packetSize: fc.integer({ min: 50, max: 1150 }) }));
  const options = fc.record({
    scheme,
    seed: fc.integer({ min: 1, max: 1e6 }),
    bitrateBps: fc.integer({ min: 50_000, max: 2_500_000 }),
  });
  fc.assert(
    fc.property(options, ({ scheme, seed, bitrateBps }) => {
      // A frame of more than 255 data packets gets wrong packet numbers, as on a real air unit.
      const rate = Math.min(bitrateBps, scheme.packetSize * 255 * 8 * 6);
      const clip = makeVideoFrames({ bitrateBps: rate, fps: 60, seconds: 0.3, seed, keyframeInterval: 6 });
      const flight = new SimulatedFlight({ clip, scheme, channel: PERFECT });
      const { video, gaps } = fly(flight, 0.4);
      const sent = Buffer.concat(clip);
      expect(gaps).toBe(0);
      expect(video.subarray(0, sent.length).equals(sent)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('losses within the FEC of two adapters leave no trace in the stream', () => {
  const clip = makeVideoFrames({ bitrateBps: 5e6, fps: 60, seconds: 4, seed: 5 });
  const flight = new SimulatedFlight({ clip, channel: { seed: 11, loss: 0.05, burst: 1.5 } });
  const { video, gaps, receiver } = fly(flight, 4.2);
  expect(receiver.stats.packets.recovered).toBeGreaterThan(0);
  expect(receiver.stats.packets.duplicates).toBeGreaterThan(1000);
  expect(gaps).toBe(0);
  const sent = Buffer.concat(clip);
  expect(video.subarray(0, sent.length).equals(sent)).toBe(true);
});

test('loss beyond the FEC is seen as gaps, and the stream goes on', () => {
  const clip = makeVideoFrames({ bitrateBps: 4e6, fps: 60, seconds: 3, seed: 5 });
  const flight = new SimulatedFlight({ clip, channel: { seed: 3, loss: 0.4, burst: 12, adapters: 1 } });
  const { gaps, boundaries, receiver } = fly(flight, 3.2);
  expect(gaps).toBeGreaterThan(3);
  expect(boundaries).toBeGreaterThan(20);
  expect(receiver.stats.packets.lost).toBeGreaterThan(20);
});

test('damaged and foreign frames are refused, and nothing of them reaches the stream', () => {
  const clip = makeVideoFrames({ bitrateBps: 3e6, fps: 60, seconds: 2, seed: 8 });
  const channel = { seed: 4, loss: 0, corrupt: 0.02, foreignPerSecond: 200 };
  const { video, gaps, receiver } = fly(new SimulatedFlight({ clip, channel }), 2.1);
  const sent = Buffer.concat(clip);
  expect(gaps).toBe(0);
  expect(video.subarray(0, sent.length).equals(sent)).toBe(true);
  expect(receiver.stats.packets.foreign).toBeGreaterThan(100);
  expect(receiver.stats.packets.badCrc).toBeGreaterThan(2);
});

function allBytes(channel: Partial<ChannelOptions & Disturbance>, stepMs: number): string {
  const clip = makeVideoFrames({ bitrateBps: 2e6, fps: 60, seconds: 1, seed: 1 });
  const flight = new SimulatedFlight({ clip, channel });
  const lines: string[] = [];
  const take = (raw: RawFrame) =>
    void lines.push(`${raw.at} ${raw.adapter} ${Buffer.from(raw.bytes.subarray(raw.start, raw.end)).toString('hex')}`);
  for (let now = 0; now <= 1e9; now += stepMs * 1e6) flight.step(now, take);
  return lines.join('\n');
}

test('one seed gives the same frames at the same times, and another seed gives others', () => {
  const once = allBytes({ seed: 7 }, 4);
  expect(once.length).toBeGreaterThan(100_000);
  expect(allBytes({ seed: 7 }, 4)).toBe(once);
  expect(allBytes({ seed: 8 }, 4)).not.toBe(once);
});

test('mean loss and burst length are what was asked for', () => {
  const clip = makeVideoFrames({ bitrateBps: 8e6, fps: 60, seconds: 5, seed: 1 });
  const heard = (loss: number, burst: number) => {
    const flight = new SimulatedFlight({ clip, channel: { seed: 21, loss, burst, adapters: 1 } });
    const counters: number[] = [];
    const take = (raw: RawFrame) => {
      const ruby = raw.start + raw.view.getUint16(raw.start + 2, true) + 24;
      counters.push(raw.view.getUint16(ruby + 14, true));
    };
    for (let now = 0; now <= 40e9; now += 10e6) flight.step(now, take);
    let lost = 0;
    let holes = 0;
    for (let i = 1; i < counters.length; i++) {
      const gap = ((counters[i] as number) - (counters[i - 1] as number) - 1) & 0xffff;
      lost += gap;
      if (gap > 0) holes++;
    }
    return { loss: lost / (lost + counters.length), burst: lost / holes };
  };
  const mild = heard(0.03, 4);
  expect(mild.loss).toBeGreaterThan(0.024);
  expect(mild.loss).toBeLessThan(0.036);
  expect(mild.burst).toBeGreaterThan(3.4);
  expect(mild.burst).toBeLessThan(4.6);
  expect(heard(0.3, 10).loss).toBeCloseTo(0.3, 1);
});

test('telemetry says what the flight model says, within the rounding of the wire', () => {
  const clip = makeVideoFrames({ bitrateBps: 5e5, fps: 60, seconds: 1, seed: 1 });
  const { records } = fly(new SimulatedFlight({ clip, channel: PERFECT }), 42);
  const state = createFlightState();
  const units = records.filter((record) => record.kind === 'air-unit');
  expect(units.length).toBeGreaterThan(42 * 12);
  expect(units[0]?.airUnit).toBe(DEMO_AIR_UNIT.id);
  expect(units[0]?.structVersion).toBe(6);
  expect(units[0]?.values).toMatchObject({
    name: 'Spinel demo',
    version: '11.7',
    radioLinks: 1,
    frequenciesKhz: [5_805_000],
  });

  const flights = records.filter((record) => record.kind === 'flight' || record.kind === 'message');
  expect(flights.length).toBeGreaterThan(42 * 19);
  let compared = 0;
  for (const record of flights) {
    const flown = (record.kind === 'message' ? record.values['flight'] : record.values) as Record<string, number>;
    // Telemetry follows the video of a frame; find that frame by the time of arrival.
    const timeS = Math.floor((record.at / 1e9 - 0.0005) * 60) / 60;
    const near = [timeS, timeS - 1 / 60].some((at) => {
      flightAt(at, state);
      return Math.abs((flown['rollDeg'] as number) - state.rollDeg) < 0.011;
    });
    expect(near, `roll at ${timeS}`).toBe(true);
    expect(flown['pitchDeg']).toBeCloseTo(state.pitchDeg, 1);
    expect(flown['altitudeM']).toBeCloseTo(state.altitudeM, 1);
    expect(flown['groundSpeedMps']).toBeCloseTo(state.groundSpeedMps, 1);
    expect(flown['verticalSpeedMps']).toBeCloseTo(state.verticalSpeedMps, 1);
    expect(flown['distanceM']).toBeCloseTo(state.distanceHomeM, 1);
    expect(flown['voltageV']).toBeCloseTo(state.voltageV, 2);
    expect(Math.abs((flown['headingDeg'] as number) - state.headingDeg) % 359).toBeLessThan(1);
    expect(flown['armed']).toBe(state.armed);
    expect(flown['windSpeedMps']).toBeCloseTo(state.windSpeedMps, 2);
    if (record.kind === 'message') expect(record.values['text']).toBe(flightTextAt(timeS));
    compared++;
  }
  expect(compared).toBe(flights.length);
  expect(flights.filter((record) => record.kind === 'message').length).toBeGreaterThan(200);
});

test('a clip that is no H.264 stream is refused in words', () => {
  const refused = [
    new Uint8Array(0),
    Uint8Array.from([1, 2, 3]),
    new Uint8Array(5000),
    Uint8Array.from([0, 0, 0, 1, 0x41, 5, 5]),
  ];
  for (const clip of refused) {
    expect(() => new SimulatorAdapter({ clip })).toThrowError(expect.objectContaining({ code: 'clip-missing' }));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (clip) => {
      try {
        splitClip(clip);
      } catch (error) {
        expect(error).toMatchObject({ code: 'clip-missing' });
      }
    }),
  );
});

test('a clip is cut into pictures without losing a byte', () => {
  const frames = makeVideoFrames({ bitrateBps: 1e6, fps: 60, seconds: 2, seed: 3 });
  const cut = splitClip(Buffer.concat(frames));
  expect(cut.map((frame) => frame.length)).toEqual(frames.map((frame) => frame.length));
});
