import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { runCapture } from '../../main/cli-capture.ts';
import { runRadios } from '../../main/cli-radios.ts';
import { runScan } from '../../main/cli-scan.ts';
import { readCapture } from '../../radio/adapters/pcap/format.ts';
import { RadioMemory } from '../../radio/host/radios-memory.ts';
import { beacon, heardFrame, wfbFrame } from '../host/air.ts';
import { channel, FakeRadios, radio } from '../host/fake-radios.ts';
import { resultFolder, spinel } from './run-spinel.ts';

const result = resultFolder();

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const streams = () => ({ stdout: new Text(), stderr: new Text() });
const world = (control: FakeRadios, name: string) => ({
  control,
  memory: new RadioMemory(result(name)),
  createAdapter: control.createAdapter,
});

test('radios lists what there is, what it can do, and what is wrong with the rest', async () => {
  const out = streams();
  const fake = new FakeRadios(
    radio('wlan1', [5745, 5805, 2412], {
      channels: [channel(2412), channel(5745), channel(5805, { noTransmit: true })],
    }),
    radio('wlan0', [], {
      chipset: '',
      usbId: '',
      driver: 'iwlwifi',
      usable: false,
      problem: 'wlan0: No monitor mode.',
    }),
  );
  expect(await runRadios([], out, fake)).toBe(0);
  expect(out.stdout.text).toContain('wlan1      usable      rtl88xxau  Realtek RTL8812AU 0bda:8812');
  expect(out.stdout.text).toContain('2412 5745-5805 MHz, 1 of 3 listening only');
  expect(out.stdout.text).toContain('wlan0: No monitor mode.');
});

test('radios as JSON is the list of the contract', async () => {
  const out = streams();
  const fake = new FakeRadios(radio('wlan1', [5825]));
  expect(await runRadios(['--json'], out, fake)).toBe(0);
  expect(JSON.parse(out.stdout.text)).toEqual({ interfaces: fake.interfaces });
});

test('radios exits with 2 when none can be used, and says what to do', async () => {
  const none = streams();
  expect(await runRadios([], none, new FakeRadios())).toBe(2);
  expect(none.stderr.text).toBe('spinel radios: There is no Wi-Fi interface: plug an adapter in.\n');
  const bad = streams();
  expect(
    await runRadios(['--json'], bad, new FakeRadios(radio('w', [], { usable: false, problem: 'w: Broken.' }))),
  ).toBe(2);
  expect(JSON.parse(bad.stdout.text).interfaces).toHaveLength(1);
  expect(bad.stderr.text).toContain('w: Broken.');
});

test('scan ends after one round, prints what it found and what fills the channels', async () => {
  const fake = new FakeRadios(radio('gs1', [5805]), radio('gs2', [5180]));
  fake.air[5805] = (step) => (step % 2 ? heardFrame(wfbFrame(7669206, 0), -47) : undefined);
  fake.air[5180] = () => heardFrame(beacon('0a0000000001'), -70, -95);
  const out = streams();
  expect(await runScan([], out, world(fake, 'found'))).toBe(0);
  expect(out.stdout.text).toMatch(/PROTOCOL\s+ID\s+NAME/);
  expect(out.stdout.text).toMatch(/wfb-ng\s+7669206\s+-\s+-\s+5805 MHz\s+-47 dBm\s+\d+\s+yes/);
  expect(out.stdout.text).toMatch(/5180 MHz \(36\)\s+[\d.]+ %\s+\d+\s+-70 dBm\s+-95 dBm\s+1/);
  expect(fake.taken.size).toBe(0);
});

test('scan as JSON; nothing found is exit code 2 with a sentence of what was heard', async () => {
  const fake = new FakeRadios(radio('gs1', [5180, 5805]));
  fake.air[5180] = () => heardFrame(beacon('0a0000000001'), -70);
  const out = streams();
  expect(await runScan(['--json'], out, world(fake, 'none'))).toBe(2);
  const report = JSON.parse(out.stdout.text);
  expect(report.found).toEqual([]);
  expect(report.channels).toHaveLength(2);
  expect(out.stderr.text).toMatch(
    /^spinel scan: no air unit heard, but other Wi-Fi traffic on 1 of 2 channels \(1 access point\), most at 5180 MHz/,
  );
  const silent = streams();
  expect(await runScan(['--frequency', '5805'], silent, world(fake, 'silent'))).toBe(2);
  expect(silent.stderr.text).toContain('nothing else either on 1 channel');
});

test('capture writes every frame of every interface to one file that can be read back', async () => {
  const fake = new FakeRadios(radio('gs1', [5805]), radio('gs2', [5805]));
  const frame = heardFrame(wfbFrame(1, 0), -50);
  fake.air[5805] = () => frame;
  const out = streams();
  const path = result('air.pcapng');
  expect(await runCapture(['--out', path, '--frequency', '5805', '--seconds', '1'], out, world(fake, 'capture'))).toBe(
    0,
  );
  const told = /(\d+) frames \(gs1 (\d+), gs2 (\d+)\) in /.exec(out.stderr.text)?.slice(1).map(Number) as number[];
  const capture = readCapture('air.pcapng', new Uint8Array(readFileSync(path)));
  expect(capture.truncated).toBeFalsy();
  expect(capture.frames).toBe(told[0]);
  expect(told[0]).toBe((told[1] as number) + (told[2] as number));
  expect(told[1]).toBeGreaterThan(20);
  expect(capture.bytes.slice(capture.starts[0], capture.ends[0])).toEqual(frame.slice());
  expect(fake.taken.size).toBe(0);
  expect(fake.open).toBe(0);
});

test('capture of a silent channel is exit code 2; a folder that is missing is told before anything is touched', async () => {
  const fake = new FakeRadios(radio('gs1', [5825]));
  const out = streams();
  expect(await runCapture(['--out', result('none.pcapng'), '--seconds', '1'], out, world(fake, 'x'))).toBe(2);
  expect(out.stderr.text).toContain('no frames at all at 5825 MHz');
  await expect(runCapture(['--out', result('no/such/x')], streams(), world(fake, 'y'))).rejects.toThrow('folder');
  expect(fake.log.filter((line) => line.startsWith('prepare'))).toHaveLength(1);
});

test.each([
  [['capture'], 'capture needs --out'],
  [['scan', '--seconds', '0'], '--seconds 0'],
  [['scan', '--frequency', '161'], '--frequency 161'],
  [['radios', 'wlan0'], 'unexpected argument wlan0'],
  [['start', '--interface', 'wlan1'], '--interface needs --frequency'],
  [['start', '--air-unit', '7'], '--air-unit needs --interface'],
  [['start', '--interface', 'wlan1', '--frequency', '5825', '--width', '80'], '--width 80: must be 5, 10, 20, 40'],
  [['start', '--interface', 'wlan1', 'wlan1', '--frequency', '5825'], 'an interface is named twice'],
])('%j is a usage error that names the option', async (argv, sentence) => {
  const { code, stderr } = await spinel(...(argv as string[]));
  expect(code).toBe(1);
  expect(stderr).toContain(sentence);
});
