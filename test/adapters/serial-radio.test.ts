import { spawn } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { SerialRadioAdapter, type SerialRadioOptions } from '../../radio/adapters/serial/adapter.ts';
import { openError } from '../../radio/adapters/serial/port.ts';
import { probeSik } from '../../radio/adapters/serial/sik-probe.ts';
import { RadioError } from '../../radio/base/errors.ts';
import type { RawFrame } from '../../radio/base/frame.ts';
import { TestClock } from '../../radio/base/time.ts';
import { RUBY_MAC_LEN, RubyPort, rubyPort, writeRubyMac } from '../../radio/links/ruby/mac-header.ts';
import { createRubyHeader, RUBY_HEADER_LEN, writeRubyHeader } from '../../radio/links/ruby/packet-header.ts';
import { SliceReader, SliceWriter } from '../../radio/links/ruby/serial-slices.ts';
import { createRxFrame, openFrame } from '../../radio/wifi/encapsulate.ts';
import { SimulatedModem } from './serial-modem.ts';
import { type FarEnd, noPty, plugIn, ptyFolder, until } from './serial-pty.ts';

const RADIOTAP_LEN = 13;
/** The silence is five times what the simulated modem wants: it must last on a busy machine. */
const AT_TIMING = { guardMs: 200, enterMs: 1500, enterSilentMs: 800, answerMs: 800, quietMs: 60, rebootMs: 60 };

/** A frame for the air around a packet of `packetType`: radiotap, 802.11 header, packet. */
function frameOf(packetType: number, body: Uint8Array, change: { flags?: number; extendedFlags?: number } = {}) {
  const frame = new Uint8Array(RADIOTAP_LEN + RUBY_MAC_LEN + RUBY_HEADER_LEN + body.length);
  const view = new DataView(frame.buffer);
  view.setUint16(2, RADIOTAP_LEN, true);
  writeRubyMac(view, RADIOTAP_LEN, RubyPort.toAir, 1);
  const at = RADIOTAP_LEN + RUBY_MAC_LEN;
  frame.set(body, at + RUBY_HEADER_LEN);
  const totalLength = frame.length - at;
  writeRubyHeader(view, at, { ...createRubyHeader(), flags: 5, packetType, totalLength, ...change });
  return frame;
}

const packetIn = (frame: Uint8Array) => hex(frame.subarray(RADIOTAP_LEN + RUBY_MAC_LEN));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const opened: { close(): Promise<void> }[] = [];
const plugged: FarEnd[] = [];
afterEach(async () => {
  for (const item of opened.splice(0)) await item.close();
  for (const item of plugged.splice(0)) await item.unplug();
});

async function terminal(path: string): Promise<FarEnd> {
  const end = await plugIn(path);
  plugged.push(end);
  return end;
}

function radioAt(path: string, options: Partial<SerialRadioOptions> = {}) {
  const adapter = new SerialRadioAdapter({ path, baudRate: 57_600, kind: 'sik', atTiming: AT_TIMING, ...options });
  opened.push(adapter);
  const heard: string[] = [];
  const frames: { port: number | undefined; sequence: number }[] = [];
  const opening = createRxFrame();
  const events = {
    frame: (raw: RawFrame) => {
      expect(openFrame(raw, opening)).toBeUndefined();
      heard.push(hex(opening.bytes.subarray(opening.start, opening.end)));
      frames.push({ port: rubyPort(raw.view, raw.start), sequence: raw.view.getUint16(22, true) >> 4 });
    },
    ended: () => expect.unreachable('a serial radio never ends'),
  };
  return { adapter, heard, frames, events };
}

async function refusal(work: Promise<unknown>): Promise<RadioError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RadioError);
  return error as RadioError;
}

const folder = ptyFolder();
const named = (name: string) => join(folder, name);
if (noPty) console.warn(noPty);

describe.skipIf(noPty)('a serial radio', { timeout: 20_000 }, () => {
  test('hears packets as frames of RubyFPV, through noise and damage', async () => {
    const far = await terminal(named('hears'));
    const { adapter, heard, frames, events } = radioAt(far.path);
    await adapter.start(events);
    const writer = new SliceWriter(24, true);
    const sent = [1, 2, 3, 4].map((i) =>
      frameOf(30 + i, new Uint8Array(20 * i).fill(i)).subarray(RADIOTAP_LEN + RUBY_MAC_LEN),
    );
    for (const [i, packet] of sent.entries()) {
      const wire = writer.wire.slice(0, writer.write(packet, 0, packet.length));
      if (i === 1) wire[30] = (wire[30] as number) ^ 0x40;
      far.write('noise \x0f\xaa');
      far.write(wire);
    }
    await until(() => heard.length === 3);
    expect(heard).toEqual([sent[0], sent[2], sent[3]].map((packet) => hex(packet as Uint8Array)));
    expect(frames).toEqual([0, 1, 2].map((sequence) => ({ port: RubyPort.toGround, sequence })));
    expect(adapter.counts.received).toMatchObject({ packets: 3, gaps: 1 });
    expect(adapter.counts.received.noise).toBeGreaterThan(20);
  });

  test('sends what it is given, slice by slice, and another radio hears it', async () => {
    const far = await terminal(named('sends'));
    const { adapter, events } = radioAt(far.path);
    await adapter.start(events);
    const reader = new SliceReader();
    const heard: string[] = [];
    far.onBytes = (bytes) =>
      reader.push(bytes, 0, bytes.length, (at, end) => heard.push(hex(reader.bytes.subarray(at, end))));
    const frames = [3, 7, 11, 60].map((type) => frameOf(type, new Uint8Array(100).fill(type)));
    expect(frames.map((frame) => adapter.transmit(frame))).toEqual([true, true, true, true]);
    await until(() => heard.length === 4);
    expect(heard).toEqual(frames.map(packetIn));
    expect(reader.counts).toMatchObject({ gaps: 0, noise: 0, slices: 4 * 7 });
    expect(adapter.counts).toMatchObject({ sentPackets: 4, sentBytes: 4 * (124 + 7 * 5) });
  });

  test('two radios on one wire understand each other, whatever they say', async () => {
    const [near, other] = [await terminal(named('duo-a')), await terminal(named('duo-b'))];
    near.onBytes = (bytes) => other.write(bytes);
    const clock = new TestClock();
    const ground = radioAt(near.path, { clock, kind: 'elrs', airRateBps: 1e9 });
    const air = radioAt(other.path, { end: 'air', kind: 'elrs' });
    await ground.adapter.start(ground.events);
    await air.adapter.start(air.events);
    await fc.assert(
      fc.asyncProperty(fc.nat(255), fc.uint8Array({ maxLength: 300 }), async (packetType, body) => {
        air.heard.length = 0;
        clock.advance(1000);
        const frame = frameOf(packetType, body);
        expect(ground.adapter.transmit(frame)).toBe(true);
        await until(() => air.heard.length > 0);
        expect(air.heard).toEqual([packetIn(frame)]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
    expect(air.frames[0]?.port).toBe(RubyPort.toAir);
  });

  test('drops what comes before its time, and more than the air can carry', async () => {
    const far = await terminal(named('limits'));
    const clock = new TestClock();
    const { adapter, events } = radioAt(far.path, { clock, airRateBps: 4000 });
    await adapter.start(events);
    clock.advance(10_000);
    const ping = frameOf(3, new Uint8Array(0));
    const send = (frame: Uint8Array) => adapter.transmit(frame);
    expect([send(ping), send(ping)]).toEqual([true, false]);
    clock.advance(99);
    expect(send(ping)).toBe(false);
    clock.advance(1);
    expect(send(ping)).toBe(true);
    expect(adapter.counts.refused).toMatchObject({ interval: 2, load: 0 });
    // 375 bytes in a second are three quarters of 4000 bit/s.
    const big = new Uint8Array(280);
    expect(send(frameOf(50, big))).toBe(true);
    expect(send(frameOf(51, new Uint8Array(0)))).toBe(false);
    expect(adapter.counts.refused.load).toBe(1);
    clock.advance(1100);
    expect(send(frameOf(51, new Uint8Array(0)))).toBe(true);
  });

  test('refuses frames that have no way over serial', async () => {
    const far = await terminal(named('foreign'));
    const { adapter, events } = radioAt(far.path);
    await adapter.start(events);
    const good = frameOf(20, new Uint8Array(30));
    const wrongMac = good.with(RADIOTAP_LEN, 0x80);
    const wrongCrc = good.with(good.length - 1, 1);
    const scrambled = frameOf(20, new Uint8Array(30), { flags: 5 | 0x40 });
    const headerCrc = frameOf(20, new Uint8Array(30), { flags: 5 | 0x08 });
    const fastOnly = frameOf(20, new Uint8Array(30), { extendedFlags: 0x0100 });
    const refused = [wrongMac, wrongCrc, scrambled, headerCrc, fastOnly];
    expect(refused.map((frame) => adapter.transmit(frame))).toEqual(refused.map(() => false));
    for (let length = 0; length < good.length; length++) expect(adapter.transmit(good.subarray(0, length))).toBe(false);
    expect(adapter.counts.refused.foreign).toBe(refused.length + good.length);
    expect(adapter.transmit(frameOf(21, new Uint8Array(Buffer.from('+++'))))).toBe(false);
    expect(adapter.counts.refused.modemWords).toBe(1);
    expect(adapter.transmit(good)).toBe(true);
  });

  test('sets its modem up in the middle of a flight and flies on', async () => {
    const far = await terminal(named('modem'));
    const modem = new SimulatedModem((text) => far.write(Buffer.from(text, 'latin1')), 40);
    far.onBytes = (bytes) => modem.hear(bytes);
    const { adapter, heard, events } = radioAt(far.path);
    await adapter.start(events);
    expect(adapter.transmit(frameOf(3, new Uint8Array(0)))).toBe(true);
    const setUp = adapter.withModem((sik) => sik.apply({ netId: 27, minFrequencyKhz: 433_500 }));
    expect(adapter.transmit(frameOf(7, new Uint8Array(0)))).toBe(false);
    expect((await refusal(adapter.withModem(async () => {}))).code).toBe('busy');
    expect(await setUp).toEqual(['netId', 'minFrequencyKhz']);
    expect(modem.registers[3]).toBe(27);
    await until(() => !modem.commandMode);
    const before = modem.aired.length;
    expect(adapter.transmit(frameOf(7, new Uint8Array(0)))).toBe(true);
    await until(() => modem.aired.length === before + 24 + 2 * 5);
    const writer = new SliceWriter(24, true);
    const packet = frameOf(31, new Uint8Array(84)).subarray(RADIOTAP_LEN + RUBY_MAC_LEN);
    far.write(writer.wire.slice(0, writer.write(packet, 0, packet.length)));
    await until(() => heard.length === 1);
    // No answer of the modem was taken for a packet, or left in the way of one.
    expect(adapter.counts.received.noise).toBe(0);
  });

  test('a modem is looked for at the speed that was good before, then at the usual ones', async () => {
    const far = await terminal(named('probe'));
    const modem = new SimulatedModem((text) => far.write(Buffer.from(text, 'latin1')), 40, { silent: true });
    const speeds: number[] = [];
    far.onBytes = (bytes) => {
      if (String(bytes) === '+++') speeds.push(speeds.length);
      // Deaf at the first speed.
      modem.faults.silent = speeds.length < 2;
      modem.hear(bytes);
    };
    const probe = await probeSik(far.path, 38_400, AT_TIMING);
    expect(probe).toMatchObject({ baudRate: 115_200, identity: { bandMhz: 433 }, parameters: { netId: 25 } });
    await until(() => !modem.commandMode);
    modem.faults.silent = true;
    far.onBytes = () => {};
    expect((await refusal(probeSik(far.path, undefined, AT_TIMING))).code).toBe('timeout');
    expect((await refusal(probeSik(named('absent'), undefined, AT_TIMING))).code).toBe('no-adapter');
  });

  test('flies on after a modem that talks garbage', async () => {
    const far = await terminal(named('garbage'));
    const modem = new SimulatedModem((text) => far.write(Buffer.from(text, 'latin1')), 40, {
      garbage: '\xff\x00~~\r\n',
    });
    far.onBytes = (bytes) => modem.hear(bytes);
    const { adapter, events } = radioAt(far.path);
    await adapter.start(events);
    const error = await refusal(adapter.withModem((sik) => sik.readParameters()));
    expect([error.code, error.message]).toEqual(['unsupported', expect.stringContaining('no SiK modem')]);
    expect(adapter.transmit(frameOf(3, new Uint8Array(0)))).toBe(true);
  });

  test('waits for a radio that was unplugged, and takes it back', async () => {
    const first = await terminal(named('gone'));
    const states: (string | undefined)[] = [];
    const { adapter, heard, events } = radioAt(first.path, {
      reopenMs: 30,
      onState: (reason) => states.push(reason?.code),
    });
    await adapter.start(events);
    const packet = frameOf(31, new Uint8Array(84)).subarray(RADIOTAP_LEN + RUBY_MAC_LEN);
    const writer = new SliceWriter(24, true);
    const wire = writer.wire.slice(0, writer.write(packet, 0, packet.length));
    first.write(wire.subarray(0, 40));
    await until(() => adapter.counts.received.slices === 1);
    await first.unplug();
    await until(() => states.length === 1);
    expect(states).toEqual(['radio-gone']);
    expect(adapter.transmit(frameOf(3, new Uint8Array(0)))).toBe(false);
    expect(adapter.counts.refused.closed).toBe(1);
    expect((await refusal(adapter.withModem(async () => {}))).code).not.toBe('busy');
    await until(() => adapter.lost?.code === 'no-adapter');
    const second = await terminal(named('gone'));
    await until(() => states.length === 2);
    expect(states).toEqual(['radio-gone', undefined]);
    expect(adapter.lost).toBeUndefined();
    expect(adapter.counts.reopened).toBe(1);
    second.write(wire);
    await until(() => heard.length === 1);
    expect(adapter.transmit(frameOf(3, new Uint8Array(0)))).toBe(true);
  });

  test('a modem unplugged while it is set up ends that with the reason', async () => {
    const far = await terminal(named('gone-at'));
    const { adapter, events } = radioAt(far.path, { reopenMs: 30 });
    await adapter.start(events);
    const setUp = refusal(adapter.withModem((sik) => sik.readParameters()));
    await far.unplug();
    expect((await setUp).code).toBe('radio-gone');
  });

  test('says that the port is not there, is no port, or is taken', async () => {
    const start = (path: string) => {
      const { adapter, events } = radioAt(path);
      return refusal(adapter.start(events));
    };
    expect(await start(named('absent'))).toMatchObject({
      code: 'no-adapter',
      message: expect.stringContaining('there is no such port'),
    });
    expect((await start('/dev/null')).code).toBe('bad-argument');
    const far = await terminal(named('taken'));
    const first = radioAt(far.path);
    await first.adapter.start(first.events);
    expect(await start(far.path)).toMatchObject({ code: 'busy', message: expect.stringContaining('in use by') });
    await first.adapter.close();
    const next = radioAt(far.path);
    await next.adapter.start(next.events);
  });

  test('names the program that has locked the port', async () => {
    const far = await terminal(named('locked'));
    const program = spawn('flock', ['-x', far.path, '-c', 'echo locked; sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    opened.push({
      // It and its child.
      close: async () => void process.kill(-(program.pid as number)),
    });
    await new Promise((resolve) => program.stdout.once('data', resolve));
    const { adapter, events } = radioAt(far.path);
    expect(await refusal(adapter.start(events))).toMatchObject({
      code: 'busy',
      message: expect.stringMatching(/in use by (flock|sh|sleep) \(process \d+\)/),
    });
  });

  test('close is for ever, also while it waits for a radio', async () => {
    const far = await terminal(named('closing'));
    const { adapter, events } = radioAt(far.path, { reopenMs: 20 });
    await adapter.start(events);
    await far.unplug();
    await until(() => adapter.lost !== undefined);
    await adapter.close();
    await adapter.close();
    await terminal(named('closing'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(adapter.counts.reopened).toBe(0);
    expect(adapter.transmit(frameOf(3, new Uint8Array(0)))).toBe(false);
  });
});

test('an error of opening a port says what to do', () => {
  const told = (text: string) => openError('/dev/ttyUSB9', new Error(text));
  expect(told('Error: No such file or directory, cannot open /dev/ttyUSB9').code).toBe('no-adapter');
  expect(told('Error Permission denied Cannot open /dev/ttyUSB9')).toMatchObject({
    code: 'no-permission',
    message: expect.stringContaining('sudo usermod -aG dialout $USER'),
  });
  // TIOCEXCL of another program, and its lock.
  expect(told('Error Device or resource busy Cannot open /dev/ttyUSB9').code).toBe('busy');
  expect(told('Error Resource temporarily unavailable Cannot lock port').code).toBe('busy');
  expect(told('Error: Inappropriate ioctl for device, cannot open').code).toBe('bad-argument');
  expect(told('Error Input/output error').code).toBe('radio-gone');
});
