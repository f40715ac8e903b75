import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outcome, Run } from '../../radio/adapters/interfaces/command.ts';
import { WifiControl, widthArgument } from '../../radio/adapters/interfaces/control.ts';
import { refusal } from '../../radio/adapters/interfaces/refusals.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { LAB_DEV, LAPTOP_DEV, LAPTOP_PHY } from './interfaces-recorded.ts';

let root: string;
let sys: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spinel-interfaces-'));
  sys = join(root, 'sys');
  folder = join(root, 'state');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A Wi-Fi interface in our sysfs: a USB adapter, with a switch. */
function plug(name: string, phyMac: string, { up = true, soft = 0, hard = 0, driver = 'ath9k_htc' } = {}): void {
  const usb = join(sys, 'devices/usb1', name);
  const net = join(usb, `1-1:1.0/net/${name}`);
  mkdirSync(join(net, 'phy80211/rfkill0'), { recursive: true });
  mkdirSync(join(sys, 'class/net'), { recursive: true });
  mkdirSync(join(sys, 'drivers', driver), { recursive: true });
  symlinkSync(net, join(sys, 'class/net', name));
  symlinkSync(join(usb, '1-1:1.0'), join(net, 'device'));
  symlinkSync(join(sys, 'drivers', driver), join(usb, '1-1:1.0/driver'));
  const files = { 'phy80211/macaddress': phyMac, flags: up ? '0x1003' : '0x1002', mtu: '1500' };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(net, path), `${text}\n`);
  writeFileSync(join(net, 'phy80211/rfkill0/soft'), `${soft}\n`);
  writeFileSync(join(net, 'phy80211/rfkill0/hard'), `${hard}\n`);
  writeFileSync(join(usb, 'idVendor'), '0cf3\n');
  writeFileSync(join(usb, 'idProduct'), '9271\n');
}

const unplug = (name: string) => rmSync(join(sys, 'class/net', name));

/** Answers for the programs; the first that begins the command line counts. Everything else succeeds. */
function machine(answers: Record<string, Partial<Outcome>> = {}): { run: Run; ran: string[] } {
  const ran: string[] = [];
  const known: Record<string, Partial<Outcome>> = {
    ...answers,
    nmcli: answers['nmcli'] ?? { code: undefined, missing: true },
  };
  const run: Run = async (command, args) => {
    const line = [command, ...args].join(' ');
    ran.push(line);
    const found = Object.keys(known).find((start) => line.startsWith(start));
    return { code: 0, missing: false, stdout: '', stderr: '', ...(found === undefined ? {} : known[found]) };
  };
  return { run, ran };
}

const device = (name: string, type: string) =>
  `phy#0\n\tInterface ${name}\n\t\taddr 00:01:02:03:04:05\n\t\ttype ${type}\n`;
const told = (ran: string[]) => ran.filter((line) => line !== 'iw dev' && !line.startsWith('nmcli --terse'));

test('a managed interface is taken from NetworkManager, tuned, and given back as it was', async () => {
  plug('wlan1', 'aa:01');
  const { run, ran } = machine({
    'nmcli --terse': { stdout: 'wlan0:connected\nwlan1:connected\n' },
    'nmcli device': {},
    'iw dev wlan1': {},
    'iw dev': { stdout: device('wlan1', 'managed') },
  });
  const control = new WifiControl({ run, sys, folder });
  expect(await control.prepare('wlan1', 5825, 20)).toBe('wlan1');
  expect(told(ran)).toEqual([
    'nmcli device set wlan1 managed no',
    'ip link set wlan1 down',
    'iw dev wlan1 set type monitor',
    'ip link set wlan1 mtu 2304',
    'ip link set wlan1 up',
    'iw dev wlan1 set freq 5825 HT20',
  ]);
  expect(readdirSync(folder)).toEqual([`interfaces-${process.pid}.json`]);
  await control.setPower('wlan1', 12.5);
  ran.length = 0;
  await control.restore(['wlan1']);
  expect(ran).toEqual([]);
  await control.restore();
  expect(ran).toEqual([
    'iw dev wlan1 set txpower auto',
    'ip link set wlan1 down',
    'iw dev wlan1 set type managed',
    'ip link set wlan1 mtu 1500',
    'ip link set wlan1 up',
    'nmcli device set wlan1 managed yes',
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

test('an interface that was in monitor mode already keeps it, and gets its channel back', async () => {
  plug('gs1', 'aa:01');
  const { run, ran } = machine({ 'iw dev gs1': {}, 'iw dev': { stdout: LAB_DEV } });
  const control = new WifiControl({ run, sys, folder });
  await control.prepare('gs1', 5825, 40);
  expect(told(ran)).toEqual(['ip link set gs1 mtu 2304', 'ip link set gs1 up', 'iw dev gs1 set freq 5825 HT40+']);
  ran.length = 0;
  await control.restore();
  expect(ran).toEqual([
    'ip link set gs1 down',
    'ip link set gs1 mtu 1500',
    'ip link set gs1 up',
    'iw dev gs1 set freq 2412',
  ]);
});

test('an interface that comes back under another name is found by its radio, and given back as it first was', async () => {
  plug('wlan1', 'aa:01');
  const first = machine({
    'iw dev wlan': {},
    'iw dev': { stdout: device('wlan1', 'monitor') + device('wlan2', 'managed') },
  });
  const control = new WifiControl({ run: first.run, sys, folder });
  await control.prepare('wlan1', 5825, 20);
  unplug('wlan1');
  await expect(control.prepare('wlan1', 5825, 20)).rejects.toThrow('wlan1: there is no such Wi-Fi interface.');
  plug('wlan7', 'aa:09');
  plug('wlan2', 'aa:01');
  expect(await control.prepare('wlan1', 5825, 20)).toBe('wlan2');
  expect(first.ran).toContain('iw dev wlan2 set type monitor');
  first.ran.length = 0;
  await control.restore();
  expect(first.ran).toEqual(['ip link set wlan2 down', 'ip link set wlan2 mtu 1500', 'ip link set wlan2 up']);
});

test('what a crashed run took is given back by the next start, what a living one took is not touched', async () => {
  plug('wlan1', 'aa:01', { up: false });
  const { run, ran } = machine();
  const taken = { name: 'wlan1', phyMac: 'aa:01', mode: 'AP', up: false, mtu: 1500, frequencyMhz: null };
  const kept = { taken: [{ ...taken, managed: false, powered: false }, { name: '--help' }] };
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'interfaces-1.json'), JSON.stringify({ pid: 1, started: 'never', ...kept }));
  writeFileSync(join(folder, 'interfaces-2.json'), '{"half a file');
  const living = process.ppid;
  const stat = readFileSync(`/proc/${living}/stat`, 'utf8');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(join(folder, `interfaces-${living}.json`), JSON.stringify({ pid: living, started, ...kept }));
  expect(await new WifiControl({ run, sys, folder }).recover()).toEqual(['wlan1']);
  expect(ran).toEqual(['ip link set wlan1 down', 'iw dev wlan1 set type __ap', 'ip link set wlan1 mtu 1500']);
  expect(readdirSync(folder)).toEqual([`interfaces-${living}.json`]);
});

test('a folder that others may write to is not believed', async () => {
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  const forged = { name: 'wlan1', phyMac: '', mode: 'managed', up: true, mtu: 1, frequencyMhz: null };
  const kept = { pid: 1, started: 'never', taken: [{ ...forged, managed: false, powered: false }] };
  writeFileSync(join(folder, 'interfaces-1.json'), JSON.stringify(kept));
  plug('wlan1', 'aa:01');
  const { run, ran } = machine({ 'iw dev': { stdout: device('wlan1', 'monitor') } });
  const control = new WifiControl({ run, sys, folder });
  expect(await control.recover()).toEqual([]);
  await expect(control.prepare('wlan1', 5825, 20)).rejects.toMatchObject({ code: 'no-permission' });
  expect(told(ran)).toEqual([]);
});

test('an interface that refuses monitor mode or the channel at first is left as it was found', async () => {
  plug('wlan1', 'aa:01');
  const refused = { code: 161, stderr: 'command failed: Operation not supported (-95)\n' };
  const { run, ran } = machine({
    'iw dev wlan1 set type monitor': refused,
    'iw dev': { stdout: device('wlan1', 'managed') },
  });
  const control = new WifiControl({ run, sys, folder });
  await expect(control.prepare('wlan1', 5825, 20)).rejects.toMatchObject({
    code: 'no-monitor',
    message:
      'wlan1 cannot be put into monitor mode: its driver refuses (command failed: Operation not supported (-95)).',
  });
  expect(ran.slice(-3)).toEqual([
    'iw dev wlan1 set type managed',
    'ip link set wlan1 mtu 1500',
    'ip link set wlan1 up',
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a silenced adapter is not touched, and the person is told what helps', async () => {
  plug('wlan1', 'aa:01', { soft: 1 });
  plug('wlan2', 'aa:02', { hard: 1 });
  const { run, ran } = machine();
  const control = new WifiControl({ run, sys, folder });
  await expect(control.prepare('wlan1', 5825, 20)).rejects.toMatchObject({
    code: 'rfkill',
    message: 'wlan1 is switched off (turn it on: rfkill unblock wifi).',
  });
  await expect(control.prepare('wlan2', 5825, 20)).rejects.toThrow('switch or key of this computer');
  expect(ran).toEqual([]);
});

test('each refusal of iw and ip becomes a code and a sentence', () => {
  const of = (stderr: string, more = {}) => {
    const attempt = { name: 'wlan1', what: 'cannot be tuned to 5825 MHz', ...more };
    return refusal('iw', { code: 255, missing: false, stdout: '', stderr }, attempt);
  };
  const channel = { channel: true };
  expect(of('kernel reports: Channel is disabled\ncommand failed: Invalid argument (-22)', channel).code).toBe(
    'regulatory',
  );
  expect(of('command failed: Device or resource busy (-16)', channel).code).toBe('busy');
  expect(of('command failed: No such device (-19)', channel).code).toBe('no-adapter');
  expect(of('command failed: Operation not possible due to RF-kill (-132)', channel).code).toBe('rfkill');
  expect(of('command failed: Unknown error 524 (-524)').code).toBe('unsupported');
  for (const stderr of ['command failed: Operation not permitted (-1)', 'RTNETLINK answers: Operation not permitted']) {
    const error = of(stderr, channel);
    expect(error.code).toBe('no-permission');
    expect(error.message).toMatch(
      /Start Spinel with them: sudo setpriv --reuid=\d+ .*--ambient-caps=-all,\+net_raw,\+net_admin .* spinel start$/,
    );
  }
  const missing = refusal('iw', { code: undefined, missing: true, stdout: '', stderr: '' }, { name: '', what: '' });
  expect([missing.code, missing.message]).toEqual([
    'no-tool',
    'The program iw is needed for Wi-Fi adapters: sudo apt install iw',
  ]);
});

test('the list says of each interface what it is and whether it can be used', async () => {
  plug('wlx00c0caaabbcc', 'aa:02', { driver: '8812au' });
  plug('wlan1', 'aa:01', { soft: 1 });
  plug('wlp0s20f3', 'aa:00', { driver: 'iwlwifi' });
  const { run } = machine({ 'iw dev': { stdout: LAPTOP_DEV }, 'iw phy': { stdout: LAPTOP_PHY } });
  const [usb, silent, card] = await new WifiControl({ run, sys, folder }).list();
  expect(usb).toMatchObject({
    name: 'wlx00c0caaabbcc',
    driver: '8812au',
    chipset: 'Qualcomm Atheros AR9271',
    usbId: '0cf3:9271',
    mode: 'monitor',
    up: true,
    monitor: true,
    usable: true,
    problem: '',
    injects: true,
    frequencyMhz: 5745,
  });
  expect(silent).toMatchObject({ usable: false, problem: 'wlan1 is switched off (turn it on: rfkill unblock wifi).' });
  expect(card?.problem).toBe('wlp0s20f3: its driver (iwlwifi) has no monitor mode. Use another adapter or driver.');
});

test('no Wi-Fi at all is an empty list, no iw an error', async () => {
  expect(await new WifiControl({ run: machine({ 'iw dev': {} }).run, sys, folder }).list()).toEqual([]);
  const { run } = machine({ iw: { code: undefined, missing: true } });
  const list = new WifiControl({ run, sys, folder }).list();
  await expect(list).rejects.toBeInstanceOf(RadioError);
  await expect(list).rejects.toMatchObject({ code: 'no-tool' });
});

test('wide channels go towards the other half of their pair', () => {
  const wide = [5180, 5200, 5220, 5500, 5520, 5745, 5765, 5825, 2412, 2437, 2447, 2472];
  expect(wide.map((mhz) => widthArgument(mhz, 40)).join(' ')).toBe(
    'HT40+ HT40- HT40+ HT40+ HT40- HT40+ HT40- HT40+ HT40+ HT40+ HT40- HT40-',
  );
  expect([5, 10, 20].map((width) => widthArgument(5825, width))).toEqual(['5MHz', '10MHz', 'HT20']);
});

test('what is no name of an interface never reaches a command line', async () => {
  const { run, ran } = machine();
  const control = new WifiControl({ run, sys, folder });
  for (const name of ['', '--help', '-w', 'a/b', 'wlan 1', 'wlan1;reboot', 'x'.repeat(16), '../wlan1']) {
    await expect(control.prepare(name, 5825, 20)).rejects.toMatchObject({ code: 'bad-argument' });
  }
  expect(ran).toEqual([]);
});
