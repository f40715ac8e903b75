import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { captureFile, resultFolder, spinel } from './run-spinel.ts';

// Whole decodes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const result = resultFolder();
const clean = captureFile('clean-h264.pcap');

test('help and version go to stdout', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await spinel('--version')).toMatchObject({ code: 0, stdout: Buffer.from(`${version}\n`), stderr: '' });
  for (const argv of [['--help'], [], ['decode', '--help'], ['start', '--help'], ['demo', '-h']]) {
    const { code, stdout, stderr } = await spinel(...argv);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/^(Spinel|Usage)/);
  }
});

test.each([
  [['fly'], 'unknown command fly'],
  [['--fly'], 'unknown option --fly'],
  [['decode'], 'at least one capture'],
  [['decode', clean, '--ouch', 'x'], 'unknown option --ouch'],
  [['decode', clean, '--constructor', 'x'], 'unknown option --constructor'],
  [['decode', clean, '--out'], '--out needs a value'],
  [['decode', clean, '--out', '--json', 'x'], '--out needs a value'],
  [['decode', clean, '--out', 'a', '--out=b'], '--out is given twice'],
  [['decode', clean, '--air-unit', 'mine'], '--air-unit mine'],
  [['decode', clean, '--air-unit', '0'], '--air-unit 0'],
  [['decode', clean, '--air-unit=0x100000000'], '--air-unit 0x100000000'],
  [['decode', clean, '--link', 'zigbee'], '--link zigbee'],
  [['decode', clean, '--out', '-', '--json', '-'], '--json'],
  [['decode', ...Array(9).fill(clean)], '9 captures'],
  [['start', '--port', '99999'], '--port 99999'],
  [['start', '--headless=yes'], '--headless takes no value'],
  [['start', 'clip.mp4'], 'unexpected argument clip.mp4'],
  [['start', '--play'], '--play needs at least one value'],
  [['start', '--loop'], '--loop needs --play'],
  [['demo', '--play', 'x'], 'unknown option --play'],
])('a usage error is one sentence and exit code 1: %j', async (argv, words) => {
  const { code, stdout, stderr } = await spinel(...argv);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stdout).toHaveLength(0);
});

test.each([
  ['--link', 'wfb'],
  ['--key', 'gs.key'],
  ['--link-id', '1'],
  ['--port', '0'],
  ['--payloads', 'p.bin'],
])('the wfb-ng option %s says when it comes', async (option, value) => {
  const { code, stderr } = await spinel('decode', clean, option, value);
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`${option}.* comes with wfb-ng`));
});

test('a result never overwrites a capture or another result', async () => {
  const copy = result('copy.pcap');
  writeFileSync(copy, readFileSync(clean));
  expect(await spinel('decode', copy, '--out', copy)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--out'),
  });
  expect(readFileSync(copy)).toEqual(readFileSync(clean));
  const same = result('same');
  expect(await spinel('decode', copy, '--out', same, '--json', same)).toMatchObject({ code: 1 });
});

test('a result that cannot be written is one sentence and exit code 1', async () => {
  mkdirSync(result('folder'));
  for (const path of [result('folder'), result('nowhere/file.h264')]) {
    const { code, stderr } = await spinel('decode', clean, '--out', path);
    expect(code).toBe(1);
    expect(stderr).toContain(path);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  }
  if (existsSync('/dev/full')) {
    const { code, stderr } = await spinel('decode', clean, '--out', '/dev/full');
    expect([code, stderr]).toEqual([1, 'spinel decode: /dev/full: cannot be written (the disk is full)\n']);
  }
});
