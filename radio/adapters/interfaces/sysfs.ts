import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What the kernel says about one Wi-Fi interface; empty strings where it says nothing. */
export interface SysfsInterface {
  driver: string;
  /** Such as `0bda:8812`; empty when it is not on USB. */
  usbId: string;
  up: boolean;
  mtu: number;
  /** The radio's own address, which no program changes; it tells a radio again that comes back under another name. */
  phyMac: string;
  rfkill: 'hard' | 'soft' | undefined;
}

const IFF_UP = 0x1;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function linkName(path: string): string {
  try {
    return basename(readlinkSync(path));
  } catch {
    return '';
  }
}

/** Reads below `root`, which is `/sys` but in tests. Source: Linux Documentation/ABI/testing/sysfs-class-net, -rfkill. */
export function readSysfs(root: string, name: string): SysfsInterface {
  const net = join(root, 'class/net', name);
  const device = join(net, 'device');
  // A USB adapter's interface lies inside the folder of its USB device.
  let usb = '';
  try {
    const above = dirname(realpathSync(device));
    if (existsSync(join(above, 'idVendor'))) usb = `${read(join(above, 'idVendor'))}:${read(join(above, 'idProduct'))}`;
  } catch {}
  return {
    driver: linkName(join(device, 'driver')),
    usbId: usb,
    up: (Number(read(join(net, 'flags'))) & IFF_UP) !== 0,
    mtu: Number(read(join(net, 'mtu'))) || 0,
    phyMac: read(join(net, 'phy80211/macaddress')),
    rfkill: rfkillOf(join(net, 'phy80211')),
  };
}

function rfkillOf(phy: string): SysfsInterface['rfkill'] {
  let switches: string[] = [];
  try {
    switches = readdirSync(phy).filter((entry) => /^rfkill\d+$/.test(entry));
  } catch {}
  if (switches.some((entry) => read(join(phy, entry, 'hard')) === '1')) return 'hard';
  if (switches.some((entry) => read(join(phy, entry, 'soft')) === '1')) return 'soft';
  return undefined;
}

/** Names of the network interfaces that have a radio behind them. */
export function wifiNames(root: string): string[] {
  const folder = join(root, 'class/net');
  try {
    return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'phy80211')));
  } catch {
    return [];
  }
}
