import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SerialPort } from 'serialport';

/** A serial port of this computer. Empty texts when it does not say. */
export interface SerialPortInfo {
  /** Such as `/dev/ttyUSB0`. */
  path: string;
  /** For people: what the device calls itself, or its chip, and where it is. */
  name: string;
  manufacturer: string;
  product: string;
  serialNumber: string;
  /** USB ids, four hexadecimal digits, lower case. */
  vendorId: string;
  productId: string;
}

/** Chips and boards that say little of themselves. Source: the USB ID repository, usb.ids. */
const KNOWN: Readonly<Record<string, string>> = {
  '0403:6001': 'FTDI FT232R',
  '0403:6010': 'FTDI FT2232',
  '0403:6015': 'FTDI FT231X',
  '0483:5740': 'STM32 flight controller',
  '067b:2303': 'Prolific PL2303',
  '10c4:ea60': 'Silicon Labs CP210x',
  '1a86:55d4': 'WCH CH9102',
  '1a86:7523': 'WCH CH340',
  '26ac:0011': 'PX4 flight controller',
  '303a:1001': 'Espressif USB serial',
};

/**
 * The serial ports of this computer, those on USB first. Never rejects: where they cannot be listed there are none. Ports
 * that only exist by name (Linux has 32 such `ttyS`) are left out.
 */
export async function listSerialPorts(): Promise<SerialPortInfo[]> {
  if (process.platform === 'linux') return listLinuxPorts('/sys/class/tty');
  try {
    return (await SerialPort.list()).map((port) => {
      const vendorId = (port.vendorId ?? '').toLowerCase();
      const productId = (port.productId ?? '').toLowerCase();
      const manufacturer = port.manufacturer ?? '';
      return named({
        path: port.path,
        manufacturer,
        product: '',
        serialNumber: port.serialNumber ?? '',
        vendorId,
        productId,
      });
    });
  } catch {
    return [];
  }
}

/** As `listSerialPorts`, from the kernel's folder of terminals. It needs no udev, unlike node-serialport's own list. */
export function listLinuxPorts(folder: string): SerialPortInfo[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const ports = names.filter((name) => isReal(folder, name)).map((name) => describe(folder, name));
  return ports.sort((a, b) => Number(a.vendorId === '') - Number(b.vendorId === '') || (a.path < b.path ? -1 : 1));
}

/** Has hardware behind it: a device, and for the names that always exist a UART that was found (`type` not 0). */
function isReal(folder: string, name: string): boolean {
  if (!existsSync(join(folder, name, 'device'))) return false;
  return textOf(join(folder, name, 'type')) !== '0';
}

function describe(folder: string, name: string): SerialPortInfo {
  const path = `/dev/${name}`;
  let at = realpathSync(join(folder, name, 'device'));
  // The USB device is some folders above its interface.
  for (let up = 0; up < 4 && !existsSync(join(at, 'idVendor')); up++) at = dirname(at);
  const text = (file: string) => textOf(join(at, file));
  return named({
    path,
    manufacturer: text('manufacturer'),
    product: text('product'),
    serialNumber: text('serial'),
    vendorId: text('idVendor').toLowerCase(),
    productId: text('idProduct').toLowerCase(),
  });
}

function named(port: Omit<SerialPortInfo, 'name'>): SerialPortInfo {
  const known = KNOWN[`${port.vendorId}:${port.productId}`];
  const place = port.path.split('/').pop();
  const told = [port.manufacturer, port.product].filter((text) => text !== '').join(' ');
  const what = told === '' ? (known ?? (port.vendorId === '' ? 'Built-in port' : 'USB serial port')) : told;
  return { ...port, name: `${what} (${place})` };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * Where a device is now that was `lost` before: at its old path, or else at another one with the same ids and serial
 * number. Undefined when it is not there, or when two devices could be it.
 */
export function findAgain(ports: readonly SerialPortInfo[], lost: SerialPortInfo): string | undefined {
  const same = ports.filter(
    (port) =>
      port.vendorId === lost.vendorId && port.productId === lost.productId && port.serialNumber === lost.serialNumber,
  );
  if (same.some((port) => port.path === lost.path)) return lost.path;
  return lost.vendorId !== '' && same.length === 1 ? same[0]?.path : undefined;
}
