import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCaptureFile } from '../../../radio/adapters/pcap/file.ts';
import { MergedCaptures } from '../../../radio/adapters/pcap/merge.ts';
import { msToNs } from '../../../radio/base/time.ts';
import { RubyReceiver } from '../../../radio/links/ruby/receiver.ts';
import { createRxFrame, openFrame } from '../../../radio/wifi/encapsulate.ts';
import { RecordingSink, sha256 } from './recording-sink.ts';

const CAPTURES = new URL('../../captures/ruby/', import.meta.url);
const json = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, CAPTURES), 'utf8'));

/** Plays captures into a receiver, ticking every 4 ms. */
function play(files: readonly string[], holdMs = 100) {
  const receiver = new RubyReceiver({ holdMs });
  const sink = new RecordingSink();
  const captures = new MergedCaptures(files.map((file) => readCaptureFile(new URL(file, CAPTURES).pathname)));
  const frame = createRxFrame();
  let ticked = 0;
  for (let raw = captures.next(); raw !== undefined; raw = captures.next()) {
    if (raw.at - ticked > msToNs(4)) {
      receiver.tick(raw.at, sink);
      ticked = raw.at;
    }
    expect(openFrame(raw, frame)).toBeUndefined();
    receiver.receive(frame, sink);
  }
  receiver.flush(sink);
  return { sink, stats: receiver.stats };
}

test.each(['clean-h264', 'lossy-h265', 'lossy-two-adapters'])('%s gives the source stream, bit by bit', (name) => {
  const { captures, expected, codec, vehicleId, scheme } = json(name);
  const { sink, stats } = play(captures);
  expect(sink.bytes).toBe(expected.sourceBytes);
  expect(sink.sha256()).toBe(expected.sourceSha256);
  expect(sink.gaps).toEqual([]);
  expect(sink.frames.every((frame) => frame.whole && frame.codec === codec)).toBe(true);
  expect(sink.frames.length).toBe(expected.accessUnitsSent);
  expect(sink.open).toBe(0);
  expect(stats.airUnit).toBe(vehicleId);
  expect(stats.packets.recovered).toBe(expected.packetsRecoveredByFec);
  expect(stats.packets.duplicates).toBe(expected.duplicatePackets);
  expect(stats.blocks.lost).toBe(0);
  expect(stats.packets.lost).toBe(0);
  expect(stats.packets.badCrc + stats.packets.foreign).toBe(0);
  expect(stats.video.packetSize).toBe(scheme.packetSize);
  expect(stats.video.bytes).toBe(expected.sourceBytes);
  expect(stats.video.restarts).toBe(0);
  const wins = stats.adapters.reduce((sum, adapter) => sum + adapter.wins, 0);
  expect(wins).toBe(stats.packets.received);
  expect(stats.adapters.length).toBe(captures.length);
});

test('losses beyond the parity cost their frames, and nothing of them but their beginning comes out', () => {
  const { captures, expected } = json('beyond-fec');
  const { sink, stats } = play(captures);
  expect(sink.whole.map(sha256)).toEqual(expected.intactSha256);
  expect(stats.blocks.lost).toBe(expected.blocksUnrecoverable);
  expect(stats.packets.recovered).toBe(expected.packetsRecoveredByFec);
  expect(stats.packets.duplicates).toBe(expected.duplicatePackets);
  expect(sink.frames.length + sink.gaps.length).toBeGreaterThanOrEqual(expected.accessUnitsSent);
});

test('a flight with retransmissions, pairing and commands gives its video from the first whole block on', () => {
  const { captures, expected, airUnit } = json('session');
  const { sink, stats } = play(captures);
  expect(sink.bytes).toBe(expected.videoBytes);
  expect(sink.sha256()).toBe(expected.videoSha256);
  expect(stats.blocks.lost).toBe(expected.blocksLost);
  expect(stats.packets.recovered).toBe(expected.packetsRecovered);
  expect(stats.packets.retransmitted).toBe(6);
  expect(stats.packets.badCrc).toBe(0);
  expect(stats.airUnit).toBe(airUnit);
  expect(stats.heard.get(airUnit)).toMatchObject({ version: '11.7' });
  expect(sink.records.length).toBeGreaterThan(10);
  expect(sink.records.every((record) => record.airUnit === airUnit)).toBe(true);
});

test('telemetry without any video is given out', () => {
  const { sink, stats } = play(['telemetry.pcap']);
  expect(sink.records.length).toBe(json('telemetry').expected.length);
  expect(stats.airUnit).toBe(0);
  expect(stats.heard.get(305419896)).toMatchObject({ name: 'Spinel test', videoPackets: 0 });
});

test('what ground stations send is foreign', () => {
  const { sink, stats } = play(['uplink.pcap']);
  expect(sink.records).toEqual([]);
  expect(stats.packets.foreign).toBe(stats.frames);
  expect(stats.packets.received).toBe(0);
});
