import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readIwDev, readIwPhy } from '../../radio/adapters/interfaces/iw-text.ts';
import { LAB_DEV, LAB_PHY, LAPTOP_DEV, LAPTOP_PHY } from './interfaces-recorded.ts';

test('interfaces are read with their radio, mode, channel and power', () => {
  expect(readIwDev(LAB_DEV)).toEqual([
    {
      phy: 1,
      name: 'gs1',
      mac: '02:00:00:00:01:00',
      mode: 'monitor',
      frequencyMhz: 2412,
      widthMhz: 20,
      txPowerDbm: 30,
    },
    {
      phy: 0,
      name: 'wlan0',
      mac: '02:00:00:00:00:00',
      mode: 'managed',
      frequencyMhz: undefined,
      widthMhz: undefined,
      txPowerDbm: 30,
    },
  ]);
});

test('interfaces without a name are left out, and the name of a network is not taken for anything else', () => {
  const found = readIwDev(LAPTOP_DEV);
  expect(found.map(({ phy, name, mode, frequencyMhz, widthMhz }) => [phy, name, mode, frequencyMhz, widthMhz])).toEqual(
    [
      [2, 'wlx00c0caaabbcc', 'monitor', 5745, 40],
      [1, 'wlan1', 'managed', undefined, undefined],
      [0, 'wlp0s20f3', 'managed', 5180, 80],
    ],
  );
  expect(found[2]?.mac).toBe('3c:58:c2:01:02:03');
});

test('a radio is read with its modes, widths and channels with their limits', () => {
  const [phy, ...others] = readIwPhy(LAB_PHY);
  expect(others).toEqual([]);
  expect(phy?.phy).toBe(1);
  expect(phy?.modes).toEqual(['IBSS', 'managed', 'AP', 'AP/VLAN', 'monitor', 'mesh point', 'P2P-device']);
  expect(phy?.widthsMhz.toSorted((a, b) => a - b)).toEqual([5, 10, 40, 160]);
  const free = { disabled: false, noTransmit: false };
  expect(phy?.channels).toEqual([
    { frequencyMhz: 2412, channel: 1, maxPowerDbm: 30, ...free },
    { frequencyMhz: 2462, channel: 11, maxPowerDbm: 30, ...free },
    { frequencyMhz: 2467, channel: 12, maxPowerDbm: null, disabled: true, noTransmit: false },
    { frequencyMhz: 5180, channel: 36, maxPowerDbm: 23, ...free },
    { frequencyMhz: 5260, channel: 52, maxPowerDbm: 24, ...free },
    { frequencyMhz: 5825, channel: 165, maxPowerDbm: 30, ...free },
    { frequencyMhz: 5845, channel: 169, maxPowerDbm: 27, disabled: false, noTransmit: true },
    { frequencyMhz: 5890, channel: 178, maxPowerDbm: null, disabled: true, noTransmit: false },
    { frequencyMhz: 902, channel: -301, maxPowerDbm: 30, ...free },
  ]);
});

test('several radios are kept apart, with the decimals and words of other versions', () => {
  const phys = readIwPhy(LAPTOP_PHY);
  expect(phys.map(({ phy, modes, channels }) => [phy, modes.includes('monitor'), channels.length])).toEqual([
    [2, true, 5],
    [1, true, 2],
    [0, false, 1],
  ]);
  expect(phys[0]?.channels[3]).toEqual({
    frequencyMhz: 5745,
    channel: 149,
    maxPowerDbm: 20,
    disabled: false,
    noTransmit: true,
  });
  expect(phys[1]?.channels[1]?.noTransmit).toBe(true);
});

test('whatever comes instead, cut or mixed, is read as what can be trusted of it', () => {
  const recorded = fc.constantFrom(LAB_DEV, LAB_PHY, LAPTOP_DEV, LAPTOP_PHY);
  const cut = fc.tuple(recorded, fc.nat(3000), fc.nat(3000)).map(([text, from, to]) => text.slice(from, to));
  const mixed = fc.array(fc.oneof(cut, fc.string({ maxLength: 80 })), { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(mixed, (text) => {
      const devices = readIwDev(text).filter(
        ({ name, mac, frequencyMhz = 0 }) =>
          !/^\S{1,15}$/.test(name) || !/^$|^(..:){5}..$/.test(mac) || !Number.isInteger(frequencyMhz),
      );
      const channels = readIwPhy(text)
        .flatMap((phy) => phy.channels)
        .filter(
          ({ frequencyMhz, channel, maxPowerDbm }) =>
            !Number.isInteger(frequencyMhz) || !Number.isInteger(channel) || !Number.isFinite(maxPowerDbm ?? 0),
        );
      expect([devices, channels]).toEqual([[], []]);
    }),
    { numRuns: 300 },
  );
}, 20_000);
