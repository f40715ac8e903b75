import type { RadioInterface } from '../../api/contract.ts';
import { chipsetOf } from './chipsets.ts';
import type { Run } from './command.ts';
import { type IwInterface, type IwPhy, readIwDev, readIwPhy } from './iw-text.ts';
import { refusal, silenced } from './refusals.ts';
import { readSysfs, type SysfsInterface } from './sysfs.ts';

/** A Wi-Fi interface with what only the adapters' side needs. */
export interface WifiInterface extends RadioInterface {
  phy: number;
  /** Tuned to; undefined when it is not. */
  frequencyMhz: number | undefined;
  /** Channel widths known to its driver, 20 included. */
  widthsMhz: number[];
  /** Its driver is known to send frames of ours (true) or not to (false); undefined when only trying tells. */
  injects: boolean | undefined;
}

/** Drivers tried by FPV projects. Source: wfb-ng and RubyFPV hardware lists; mac80211 drivers send in monitor mode. */
const INJECTS: Record<string, boolean> = {
  ath9k_htc: true,
  ath9k: true,
  rt2800usb: true,
  mt7601u: true,
  mt76x0u: true,
  mt76x2u: true,
  mt7921u: true,
  rtl88xxau_wfb: true,
  rtl88xxau: true,
  rtl8812au: true,
  '8812au': true,
  rtl88x2eu: true,
  rtl88x2bu: true,
  mac80211_hwsim: true,
  brcmfmac: false,
};

/**
 * All Wi-Fi interfaces of this computer, usable or not. `sys` is `/sys` but in tests. Rejects with a RadioError: `no-tool`
 * without `iw`, or what it says.
 */
export async function listInterfaces(run: Run, sys: string): Promise<WifiInterface[]> {
  const attempt = { name: 'Wi-Fi interfaces', what: 'cannot be listed' };
  const dev = await run('iw', ['dev']);
  if (dev.code !== 0) throw refusal('iw', dev, attempt);
  const interfaces = readIwDev(dev.stdout);
  if (interfaces.length === 0) return [];
  const phy = await run('iw', ['phy']);
  if (phy.code !== 0) throw refusal('iw', phy, attempt);
  const phys = readIwPhy(phy.stdout);
  return interfaces.map((one) =>
    describe(
      one,
      phys.find((candidate) => candidate.phy === one.phy),
      readSysfs(sys, one.name),
    ),
  );
}

function describe(one: IwInterface, phy: IwPhy | undefined, kernel: SysfsInterface): WifiInterface {
  const channels = phy?.channels ?? [];
  const monitor = phy?.modes.includes('monitor') ?? false;
  const found: WifiInterface = {
    name: one.name,
    phy: one.phy,
    driver: kernel.driver,
    chipset: chipsetOf(kernel.usbId, kernel.driver),
    usbId: kernel.usbId,
    mac: one.mac,
    mode: one.mode,
    up: kernel.up,
    frequencyMhz: one.frequencyMhz,
    monitor,
    injects: INJECTS[kernel.driver.toLowerCase()],
    usable: true,
    problem: '',
    channels,
    widthsMhz: [20, ...(phy?.widthsMhz ?? [])].sort((a, b) => a - b),
  };
  found.problem = problemOf(found, kernel.rfkill);
  found.usable = found.problem === '';
  return found;
}

function problemOf(found: WifiInterface, rfkill: SysfsInterface['rfkill']): string {
  if (rfkill !== undefined) return silenced(found.name, rfkill).message;
  if (!found.monitor) {
    const driver = found.driver ? `its driver (${found.driver})` : 'its driver';
    return `${found.name}: ${driver} has no monitor mode. Use another adapter or driver.`;
  }
  if (found.channels.every((channel) => channel.disabled)) {
    return `${found.name}: the regulatory domain allows it no channel. Set yours, such as: sudo iw reg set US`;
  }
  return '';
}
