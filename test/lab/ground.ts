import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AfPacketAdapter } from '../../radio/adapters/af-packet/adapter.ts';
import { WifiControl } from '../../radio/adapters/interfaces/control.ts';
import { systemClock } from '../../radio/base/time.ts';
import type { LinkSink } from '../../radio/links/link.ts';
import { RubyReceiver } from '../../radio/links/ruby/receiver.ts';
import { AccessUnitAssembler } from '../../radio/video/access-units.ts';
import { createRxFrame, openFrame } from '../../radio/wifi/encapsulate.ts';

/*
 * A ground station without an interface, run inside the lab as an ordinary user:
 *   node ground.mjs FOLDER FREQUENCY_MHZ WIDTH_MHZ INTERFACE...
 * Receives until FOLDER/stop exists, then writes FOLDER/units.h264 and FOLDER/ground.json. On the way FOLDER/progress holds how
 * many access units have come, FOLDER/changes which interfaces went and came back. A frequency in FOLDER/tune is tuned to.
 * Sends the frame in FOLDER/uplink.bin, if there, ten times a second.
 */

const [folder, firstFrequency, width, ...interfaces] = process.argv.slice(2) as [string, string, string, ...string[]];
const file = (name: string) => join(folder, name);
/** Frames of the emulated machine may wait long for a copy. */
const HOLD_MS = 300;

const units: Uint8Array[] = [];
const stream = createHash('sha256');
let streamBytes = 0;
let keyFrames = 0;
let damaged = 0;
const changes: string[] = [];
const signals: Record<number, number>[] = interfaces.map(() => ({}));

const receiver = new RubyReceiver({ holdMs: HOLD_MS });
const assembler = new AccessUnitAssembler((unit) => {
  units.push(unit.data);
  if (unit.keyFrame) keyFrames++;
  if (unit.damaged) damaged++;
});
const sink: LinkSink = {
  payload: (_stream, bytes, start, end, at) => {
    stream.update(bytes.subarray(start, end));
    streamBytes += end - start;
    assembler.payload(bytes, start, end, at);
  },
  boundary: (_stream, codec, at) => assembler.boundary(codec, at),
  gap: (_stream, at) => assembler.gap(at),
  telemetry: () => {},
  transmit: () => {},
};

const control = new WifiControl();
let frequencyMhz = Number(firstFrequency);
const frame = createRxFrame();
const perReceiver = interfaces.map(() => 0);
const adapter = new AfPacketAdapter({
  interfaces,
  prepare: (_, name) => control.prepare(name, frequencyMhz, Number(width)),
  onChange: (index, up) => {
    changes.push(`${interfaces[index]} ${up ? 'up' : 'away'}`);
    writeFileSync(file('changes'), changes.join('\n'));
  },
});

/** Follows the script outside. */
async function obey(): Promise<void> {
  writeFileSync(file('progress.new'), String(units.length));
  renameSync(file('progress.new'), file('progress'));
  if (!existsSync(file('tune'))) return;
  frequencyMhz = Number(readFileSync(file('tune'), 'utf8'));
  for (const name of interfaces) await control.tune(name, frequencyMhz, Number(width));
  rmSync(file('tune'));
}

try {
  const recovered = await control.recover();
  await adapter.start({
    frame: (raw) => {
      (perReceiver[raw.adapter] as number)++;
      if (openFrame(raw, frame)) return;
      const { rssiDbm } = frame.signal;
      const seen = signals[raw.adapter] as Record<number, number>;
      if (rssiDbm !== undefined) seen[rssiDbm] = (seen[rssiDbm] ?? 0) + 1;
      receiver.receive(frame, sink);
    },
    ended: () => {},
  });
  const uplink = existsSync(file('uplink.bin')) ? readFileSync(file('uplink.bin')) : undefined;
  let sent = 0;
  writeFileSync(file('ready'), '');
  for (let i = 0; !existsSync(file('stop')); i++) {
    await sleep(20);
    if (i % 10 === 0) await obey();
    const now = systemClock.now();
    receiver.tick(now, sink);
    assembler.tick(now);
    if (uplink && i % 5 === 0 && adapter.transmit(uplink)) sent++;
  }
  const counters = adapter.counters();
  await adapter.close();
  receiver.flush(sink);
  assembler.flush();
  writeFileSync(file('units.h264'), Buffer.concat(units));
  const { stats } = receiver;
  const result = {
    user: process.getuid?.(),
    recovered,
    units: units.length,
    keyFrames,
    damaged,
    streamBytes,
    streamSha: stream.digest('hex'),
    packets: stats.packets,
    blocks: stats.blocks,
    airUnit: stats.airUnit,
    heard: [...stats.heard.values()].map(({ name, version }) => ({ name, version })),
    perReceiver,
    wins: stats.adapters.map(({ wins }) => wins),
    counters,
    signals,
    changes,
    sent,
    list: await control.list(),
  };
  writeFileSync(file('ground.json'), JSON.stringify(result, null, 2));
} catch (error) {
  writeFileSync(file('ground.json'), JSON.stringify({ failed: (error as Error).stack }));
  process.exitCode = 1;
} finally {
  await adapter.close();
  await control.restore();
}
