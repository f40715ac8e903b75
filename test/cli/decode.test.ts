import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { ns } from '../../radio/base/time.ts';
import type { DecodeReport } from '../../radio/host/decode-report.ts';
import { AccessUnitAssembler } from '../../radio/video/access-units.ts';
import { captureFile, captureJson, resultFolder, spinel } from './run-spinel.ts';

// Whole decodes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const result = resultFolder();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Decoded {
  code: number;
  stderr: string;
  report: DecodeReport;
  video: Buffer;
  telemetry: Record<string, unknown>[];
}

async function decode(captures: string[], ...more: string[]): Promise<Decoded> {
  const [out, telemetry, json] = ['video', 'telemetry.jsonl', 'report.json'].map(result) as [string, string, string];
  const files = captures.map(captureFile);
  const { code, stderr } = await spinel(
    'decode',
    ...files,
    '--out',
    out,
    '--telemetry',
    telemetry,
    '--json',
    json,
    ...more,
  );
  const lines = readFileSync(telemetry, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return {
    code,
    stderr,
    report: JSON.parse(readFileSync(json, 'utf8')),
    video: readFileSync(out),
    telemetry: lines.map((line) => JSON.parse(line)),
  };
}

test.each(['clean-h264', 'lossy-two-adapters', 'lossy-h265', 'beyond-fec'])(
  '%s comes out as the reference implementation says',
  async (name) => {
    const { captures, expected, vehicleId, codec, width, height } = captureJson(name);
    const { code, stderr, report, video } = await decode(captures);
    expect([code, stderr]).toEqual([0, '']);
    expect(report.link).toBe('rubyfpv');
    expect(report.airUnits).toHaveLength(1);
    expect(report.airUnits[0]?.id).toBe(vehicleId);
    expect(report.video).toMatchObject({ codec, width, height, bytes: video.length, sha256: sha256(video) });
    expect(report.packets.recovered).toBe(expected.packetsRecoveredByFec);
    expect(report.packets.duplicates).toBe(expected.duplicatePackets);
    expect(report.blocks.lost).toBe(expected.blocksUnrecoverable);
    if (expected.everythingRecoverable) {
      expect(report.video).toMatchObject({ bytes: expected.sourceBytes, sha256: expected.sourceSha256 });
      expect(report.video?.accessUnits).toBe(expected.accessUnitsSent);
    } else {
      expect(unitsOf(video, codec)).toEqual(expected.intactSha256);
      expect(report.video?.accessUnits).toBe(expected.accessUnitsIntact);
    }
    const { packets } = report;
    expect(packets.received + packets.duplicates + packets.badCrc + packets.foreign).toBe(packets.frames);
    expect(report.adapters.map(({ capture }) => capture)).toEqual(captures);
    for (const adapter of report.adapters) {
      expect(adapter.linkFrames).toBe(adapter.frames);
      expect(adapter.rssiDbm?.min).toBeLessThanOrEqual(adapter.rssiDbm?.mean as number);
      expect(adapter.rssiDbm?.mean).toBeLessThanOrEqual(adapter.rssiDbm?.max as number);
    }
  },
);

/** Hashes of the access units that a stream of whole units consists of. */
function unitsOf(video: Uint8Array, codec: 'h264' | 'h265'): string[] {
  const hashes: string[] = [];
  const assembler = new AccessUnitAssembler((unit) => hashes.push(sha256(unit.data)));
  assembler.payload(video, 0, video.length, ns(0));
  assembler.boundary(codec, ns(0));
  assembler.flush();
  return hashes;
}

test('the order of the arguments does not change any result', async () => {
  const { captures } = captureJson('lossy-two-adapters');
  const one = await decode(captures);
  const two = await decode([...captures].reverse());
  expect(two).toEqual(one);
});

test('every telemetry packet comes out with the values that the reference names, in order of arrival', async () => {
  const { expected, sourceId } = captureJson('telemetry');
  const { code, report, telemetry, video } = await decode(['telemetry.pcap']);
  expect(code).toBe(0);
  expect(telemetry).toHaveLength(expected.length);
  expected.forEach((line: object, i: number) => {
    expect(telemetry[i]).toMatchObject({ airUnit: sourceId, ...line });
  });
  expect(report.video).toBeNull();
  expect(video).toHaveLength(0);
  expect(report.airUnits).toEqual([
    { id: sourceId, name: 'Spinel test', version: expect.any(String), videoPackets: 0 },
  ]);
});

test('a real air unit in flight comes out from its first whole block on', async () => {
  const { expected, airUnit } = captureJson('session');
  const { code, report, telemetry } = await decode(['session.pcap']);
  expect(code).toBe(0);
  expect(report.airUnits.map(({ id }) => id)).toEqual([airUnit]);
  expect(report.video).toMatchObject({ bytes: expected.videoBytes, sha256: expected.videoSha256 });
  expect(report.blocks.lost).toBe(expected.blocksLost);
  expect(report.packets.recovered).toBe(expected.packetsRecovered);
  expect(report.packets.foreign).toBeGreaterThan(0);
  expect(new Set(telemetry.map(({ airUnit }) => airUnit))).toEqual(new Set([airUnit]));
  expect(telemetry.map(({ packetType }) => packetType)).toContain(31);
});

test('results go to stdout for -, one of them; without any output option the report does', async () => {
  const { expected } = captureJson('clean-h264');
  const { code, stdout } = await spinel('decode', captureFile('clean-h264.pcap'), '--out', '-');
  expect(code).toBe(0);
  expect(sha256(stdout)).toBe(expected.sourceSha256);
  const plain = await spinel('decode', captureFile('clean-h264.pcap'));
  expect(JSON.parse(plain.stdout.toString()).video.sha256).toBe(expected.sourceSha256);
});

test('an air unit can be chosen, in decimal or hexadecimal', async () => {
  for (const id of ['305419896', '0x12345678']) {
    const { code, report } = await decode(['clean-h264.pcap'], '--air-unit', id, '--link', 'rubyfpv');
    expect([code, report.video?.accessUnits]).toEqual([0, 60]);
  }
});

test('an air unit that was not heard is nothing to decode, and leaves no file', async () => {
  const out = result('absent.h264');
  const { code, stderr } = await spinel('decode', captureFile('clean-h264.pcap'), '--air-unit', '7', '--out', out);
  expect(code).toBe(2);
  expect(stderr).toBe('spinel decode: air unit 7 was not heard, only 305419896\n');
  expect(existsSync(out)).toBe(false);
});

test('a ground station’s frames alone are nothing to decode', async () => {
  const { code, stderr } = await spinel('decode', captureFile('uplink.pcap'));
  expect(code).toBe(2);
  expect(stderr).toBe('spinel decode: no RubyFPV air unit was heard: 10 frames of a RubyFPV ground station\n');
});
