import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Notice, ScanState } from '../../radio/api/contract.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { clockZero, threadClock } from '../../radio/host/clock.ts';
import { Radios } from '../../radio/host/radios.ts';
import { RadioMemory } from '../../radio/host/radios-memory.ts';
import { chooseEars } from '../../radio/host/search.ts';
import { heardFrame, wfbFrame } from './air.ts';
import { channel, FakeRadios, radio } from './fake-radios.ts';

let folder: string;
let memory: RadioMemory;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spinel-radios-'));
  memory = new RadioMemory(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function opened(fake: FakeRadios) {
  const scans: ScanState[] = [];
  const notices: Notice[] = [];
  const radios = new Radios({
    control: fake,
    clock: threadClock(clockZero()),
    memory,
    notice: (notice) => notices.push(notice),
    scan: (state) => scans.push(state),
    found: () => {},
    createAdapter: fake.createAdapter,
  });
  return { radios, scans, notices };
}

const GS = ['gs1', 'gs2'];
const twoRadios = () => new FakeRadios(radio('gs1', [5805, 5825]), radio('gs2', [5805, 5825, 2412]));
const request = { kind: 'radios', interfaces: GS, frequencyMhz: 5825 } as const;

test('a search finds what is on the air, remembers its channel, and gives everything back', async () => {
  const fake = twoRadios();
  fake.air[5805] = () => heardFrame(wfbFrame(7669206, 0), -47);
  const { radios, scans } = opened(fake);
  const state = await radios.startSearch({});
  expect(state).toMatchObject({ running: true, problem: '' });
  await vi.waitFor(() => expect(scans.at(-1)?.found).toMatchObject([{ id: 7669206, frequencyMhz: 5805 }]), 4000);
  const last = await radios.stopSearch();
  expect(last).toMatchObject({ running: false, found: [{ protocol: 'wfb-ng', rssiDbm: -47, video: true }] });
  expect(scans.at(-1)).toEqual(last);
  expect(fake.taken.size).toBe(0);
  expect(fake.open).toBe(0);
  expect(new RadioMemory(folder).remembered.channelsMhz).toEqual([5805]);
});

test('opening a source ends the search, and the interfaces that both use are not given back in between', async () => {
  const fake = twoRadios();
  const { radios, scans } = opened(fake);
  await radios.startSearch({});
  await radios.stopSearch(['gs1']);
  expect(scans.at(-1)?.running).toBe(false);
  expect(fake.log.filter((line) => line.startsWith('restore'))).toEqual(['restore gs2']);
  const adapter = radios.open({ ...request, interfaces: ['gs1'], widthMhz: 10 });
  await adapter.start({ frame: () => {}, ended: () => {} });
  expect(fake.log.at(-1)).toBe('prepare gs1 5825/10');
  await adapter.close();
  await radios.landed();
  expect(fake.taken.size).toBe(0);
});

test('no search while the radios fly', async () => {
  const fake = twoRadios();
  const { radios } = opened(fake);
  const adapter = radios.open({ ...request, interfaces: [...GS] });
  await adapter.start({ frame: () => {}, ended: () => {} });
  await expect(radios.startSearch({})).rejects.toMatchObject({ code: 'busy' });
  expect([...fake.taken]).toEqual(GS);
  await adapter.close();
  await radios.close();
  expect(fake.taken.size).toBe(0);
});

test('a search that cannot open its interfaces says why and gives back what it took', async () => {
  const fake = twoRadios();
  fake.refused.set('gs2', new RadioError('no-permission', 'gs2: not without rights'));
  const { radios, scans } = opened(fake);
  await expect(radios.startSearch({})).rejects.toMatchObject({ code: 'no-permission' });
  expect(fake.taken.size).toBe(0);
  expect(scans.some(({ running }) => running)).toBe(false);
});

test('a second search takes the place of the first', async () => {
  const fake = twoRadios();
  const { radios } = opened(fake);
  await radios.startSearch({});
  const state = await radios.startSearch({ interfaces: ['gs2'], frequenciesMhz: [2412] });
  expect(state.channels.map(({ frequencyMhz }) => frequencyMhz)).toEqual([2412]);
  expect(fake.open).toBe(1);
  expect([...fake.taken]).toEqual(['gs2']);
  await radios.close();
});

test('the interfaces that can listen are chosen, and each refusal names its reason', () => {
  const all = [
    radio('wlan0', [5825], { usable: false, problem: 'wlan0: the driver has no monitor mode.' }),
    radio('wlan1', [], { channels: [channel(5805), channel(5825, { disabled: true })] }),
    radio('wlan2', [2412, 2437, 905]),
  ];
  const names = (options: Parameters<typeof chooseEars>[1]) => chooseEars(all, options).map(({ name }) => name);
  expect(names({})).toEqual(['wlan1', 'wlan2']);
  expect(names({ frequenciesMhz: [2437] })).toEqual(['wlan2']);
  expect(chooseEars(all, { interfaces: ['wlan1'] })).toEqual([{ name: 'wlan1', frequenciesMhz: [5805] }]);
  expect(chooseEars(all, { interfaces: ['wlan2'] })[0]?.frequenciesMhz).toEqual([2412, 2437]);
  expect(() => names({ interfaces: ['wlan0'] })).toThrow('wlan0: the driver has no monitor mode.');
  expect(() => names({ interfaces: ['wlan9'] })).toThrow('wlan9: there is no such Wi-Fi interface');
  expect(() => names({ frequenciesMhz: [5825] })).toThrow('5825 MHz: the regulatory domain forbids it (wlan1, wlan2)');
  expect(() => names({ frequenciesMhz: [5000] })).toThrow('5000 MHz: no channel of wlan1, wlan2');
  expect(() => chooseEars(all.slice(0, 1), {})).toThrow('wlan0: the driver has no monitor mode.');
  expect(() => chooseEars([], {})).toThrow('There is no Wi-Fi interface');
});
