import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkRemembered, configFolder, RadioMemory } from '../../radio/host/radios-memory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spinel-memory-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const UNIT = { protocol: 'rubyfpv', id: 4022250974, name: 'Racer', frequencyMhz: 5745 } as const;

test('channels and the air unit are there at the next start, the most recent first', () => {
  const memory = new RadioMemory(join(folder, 'new'));
  memory.channel(5805);
  memory.unit(UNIT);
  memory.channel(5805);
  // The name is not in every packet: it is not forgotten.
  memory.unit({ ...UNIT, name: '' });
  expect(new RadioMemory(join(folder, 'new')).remembered).toEqual({ channelsMhz: [5745, 5805], airUnit: UNIT });
  expect(readdirSync(join(folder, 'new'))).toEqual(['radios.json']);
});

test('only the last eight channels are kept', () => {
  const memory = new RadioMemory(folder);
  for (let mhz = 5180; mhz < 5380; mhz += 20) memory.channel(mhz);
  expect(new RadioMemory(folder).remembered.channelsMhz).toEqual([5360, 5340, 5320, 5300, 5280, 5260, 5240, 5220]);
});

test('what is known already is not written again', () => {
  const memory = new RadioMemory(folder);
  memory.unit(UNIT);
  const path = join(folder, 'radios.json');
  writeFileSync(path, 'touched');
  memory.unit(UNIT);
  expect(readFileSync(path, 'utf8')).toBe('touched');
});

test('a file that is damaged, or a folder that cannot be written, is as good as none', () => {
  writeFileSync(join(folder, 'radios.json'), '{"channelsMhz":[5825,');
  expect(new RadioMemory(folder).remembered).toEqual({ channelsMhz: [], airUnit: null });
  writeFileSync(join(folder, 'file'), '');
  const memory = new RadioMemory(join(folder, 'file'));
  memory.unit(UNIT);
  expect(memory.remembered.airUnit).toEqual(UNIT);
  mkdirSync(join(folder, 'x', 'radios.json'), { recursive: true });
  expect(new RadioMemory(join(folder, 'x')).remembered.channelsMhz).toEqual([]);
});

test('of a file that anybody may have edited only what makes sense is taken', () => {
  expect(
    checkRemembered({ channelsMhz: [5825, '5805', 161, 5825, null, 5745.5, 5745], airUnit: { ...UNIT, id: -1 } }),
  ).toEqual({ channelsMhz: [5825, 5745], airUnit: null });
  expect(checkRemembered({ airUnit: UNIT })).toEqual({ channelsMhz: [], airUnit: UNIT });
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { channelsMhz, airUnit } = checkRemembered(value);
      expect(channelsMhz.every(Number.isInteger)).toBe(true);
      expect(airUnit).toBeNull();
    }),
  );
});

test('the folder is where the desktop says, or in the home', () => {
  expect(configFolder({ XDG_CONFIG_HOME: '/x' })).toBe('/x/spinel');
  expect(configFolder({})).toMatch(/\.config\/spinel$/);
});
