import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { planRights, type RightsSurroundings, rightfulRadio } from '../../main/radio-rights.ts';
import { missingRights, rightsCommand, setprivArguments } from '../../radio/base/rights.ts';

const NONE = 'Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n';
const BOTH = 'Name:\tnode\nCapEff:\t0000000000003000\n';
const ALL = ['setpriv', 'pkexec', 'sudo'];

function around(more: Partial<RightsSurroundings>, programs = ALL): RightsSurroundings {
  return {
    platform: 'linux',
    uid: 1000,
    gid: 100,
    env: { DISPLAY: ':0', HOME: '/home/ada', SECRET: 'x' },
    status: NONE,
    terminal: true,
    find: (name) => (programs.includes(name) ? `/usr/bin/${name.split('/').pop()}` : undefined),
    ...more,
  };
}

const line = (more: Partial<RightsSurroundings>, programs?: string[]) => {
  const plan = planRights(around(more, programs));
  return plan.way === 'asked' ? [plan.command, ...plan.args].join(' ') : plan;
};
const AS_ADA =
  '/usr/bin/setpriv --reuid=1000 --regid=100 --init-groups --inh-caps=-all,+net_raw,+net_admin ' +
  '--ambient-caps=-all,+net_raw,+net_admin -- env HOME=/home/ada ELECTRON_RUN_AS_NODE=1';

test('a desktop asks in a window, a terminal by sudo, and both start the radio as the same person', () => {
  expect(line({})).toBe(`/usr/bin/pkexec ${AS_ADA}`);
  expect(line({ env: { HOME: '/home/ada' } })).toBe(
    `/usr/bin/sudo --prompt=Password for the Wi-Fi adapters:  ${AS_ADA}`,
  );
  expect(line({}, ['setpriv', 'sudo'])).toContain('/usr/bin/sudo');
  expect(line({}, [...ALL, '/usr/libexec/spinel-radio'])).toBe(
    '/usr/bin/pkexec /usr/bin/spinel-radio env HOME=/home/ada ELECTRON_RUN_AS_NODE=1',
  );
});

test('rights that are there are used, and root goes back to whoever called sudo', () => {
  expect(line({ status: BOTH })).toEqual({ way: 'held' });
  expect(line({ status: BOTH, uid: 0, gid: 0 })).toEqual({ way: 'held' });
  const bySudo = { SUDO_UID: '1000', SUDO_GID: '100', HOME: '/root' };
  expect(line({ status: BOTH, uid: 0, gid: 0, env: bySudo })).toBe(AS_ADA.replace(' HOME=/home/ada', ''));
});

test('where nobody can be asked, the person gets the line to type', () => {
  for (const plan of [line({ env: {}, terminal: false }), line({}, ['pkexec', 'sudo']), line({}, ['setpriv'])]) {
    expect(plan).toMatchObject({
      way: 'impossible',
      advice: expect.stringContaining(rightsCommand(1000, 100, 'spinel start')),
    });
  }
  expect(line({ platform: 'darwin' })).toEqual({
    way: 'impossible',
    advice: 'Wi-Fi adapters can be used on Linux only.',
  });
});

test('missing rights are read from whatever /proc says', () => {
  expect(missingRights(NONE)).toEqual(['CAP_NET_RAW', 'CAP_NET_ADMIN']);
  expect(missingRights('CapEff:\t0000000000001000\n')).toEqual(['CAP_NET_RAW']);
  expect(missingRights('CapEff:\t000001ffffffffff\n')).toEqual([]);
  fc.assert(fc.property(fc.string(), (text) => missingRights(text).length === 2 || /CapEff/.test(text)));
});

test.skipIf(process.getuid?.() !== 0)('setpriv takes the arguments, and gives exactly two rights', () => {
  const args = [...setprivArguments(65534, 65534), '--', 'cat', '/proc/self/status'];
  const { stdout, stderr } = spawnSync('setpriv', args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
  expect(stdout).toMatch(/^CapEff:\t0000000000003000$/m);
  expect(stdout).toMatch(/^CapAmb:\t0000000000003000$/m);
});

let folder: string | undefined;
afterEach(() => folder && rmSync(folder, { recursive: true, force: true }));

/** A radio process that answers: what rightfulRadio starts, without anything in front of it. */
function start(program: string) {
  folder = mkdtempSync(join(tmpdir(), 'spinel-rights-'));
  const entry = join(folder, 'entry.mjs');
  writeFileSync(entry, program);
  const log: string[] = [];
  const radio = rightfulRadio({ way: 'asked', command: 'env', args: [] }, entry, (text) => log.push(text));
  const messages: unknown[] = [];
  radio.onMessage((message) => messages.push(message));
  const ended = new Promise<string>((resolve) => radio.onExit(resolve));
  return { radio, log, messages, ended };
}

test('messages go both ways as lines, everything else to the log, and the end of stdin is the end', async () => {
  const { radio, log, messages, ended } = start(`
    import { createInterface } from 'node:readline';
    console.log('a line for the log');
    console.log('@spinel {"broken');
    const lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => console.log('@spinel ' + JSON.stringify({ t: 'echo', got: JSON.parse(line) })));
    lines.on('close', () => { console.error('bye'); process.exit(7); });
  `);
  radio.post({ t: 'start', token: 'line\nbreak' });
  for (let i = 0; i < 500 && messages.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(messages).toEqual([undefined, { t: 'echo', got: { t: 'start', token: 'line\nbreak' } }]);
  radio.kill(false);
  expect(await ended).toBe('code 7');
  expect(log).toEqual(['a line for the log', 'bye']);
  expect(radio.lastWords).toEqual(['bye']);
});

test('a refused password, and a program that is not there, end it with words', async () => {
  expect(await start('process.exit(126)').ended).toBe('code 126: the rights were not granted');
  const missing = rightfulRadio({ way: 'asked', command: '/no/such/program', args: [] }, 'x', () => {});
  missing.post({ t: 'start' });
  expect(await new Promise((resolve) => missing.onExit(resolve))).toBe('could not be started');
});

test('the policy names the launcher, and the launcher the same rights as we do', () => {
  const read = (file: string) => readFileSync(new URL(`../../resources/polkit/${file}`, import.meta.url), 'utf8');
  expect(read('org.spinel.radio.policy')).toContain('exec.path">/usr/libexec/spinel-radio<');
  const rights = setprivArguments(1, 1).find((argument) => argument.startsWith('--inh-caps='));
  expect(read('spinel-radio')).toContain(`rights=${rights?.slice('--inh-caps='.length)}\n`);
});
