import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findAgain, listLinuxPorts, listSerialPorts, type SerialPortInfo } from '../../radio/adapters/serial/list.ts';

const root = mkdtempSync(join(tmpdir(), 'spinel-tty-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A port as the kernel shows it: a folder of the terminal, and a device some folders below its USB device. */
function plug(name: string, usb?: Record<string, string>, type?: string): void {
  const device = join(root, 'devices', name);
  const port = join(device, '1-1:1.0', name);
  mkdirSync(port, { recursive: true });
  for (const [file, text] of Object.entries(usb ?? {})) writeFileSync(join(device, file), `${text}\n`);
  const terminal = join(root, 'tty', name);
  mkdirSync(terminal, { recursive: true });
  symlinkSync(port, join(terminal, 'device'));
  if (type !== undefined) writeFileSync(join(terminal, 'type'), `${type}\n`);
}

test('ports are named after what they say of themselves, USB ones first', () => {
  plug('ttyS0', undefined, '4');
  plug('ttyS1', undefined, '0');
  mkdirSync(join(root, 'tty', 'tty1'));
  plug('ttyUSB1', { idVendor: '10C4', idProduct: 'ea60' });
  plug('ttyUSB0', {
    idVendor: '0403',
    idProduct: '6015',
    manufacturer: 'FTDI',
    product: 'FT231X USB UART',
    serial: 'D1',
  });
  plug('ttyACM0', { idVendor: 'abcd', idProduct: '0001' });
  expect(listLinuxPorts(join(root, 'tty')).map(({ path, name, serialNumber }) => [path, name, serialNumber])).toEqual([
    ['/dev/ttyACM0', 'USB serial port (ttyACM0)', ''],
    ['/dev/ttyUSB0', 'FTDI FT231X USB UART (ttyUSB0)', 'D1'],
    ['/dev/ttyUSB1', 'Silicon Labs CP210x (ttyUSB1)', ''],
    ['/dev/ttyS0', 'Built-in port (ttyS0)', ''],
  ]);
});

test('where nothing can be listed there are no ports', async () => {
  expect(listLinuxPorts(join(root, 'absent'))).toEqual([]);
  for (const port of await listSerialPorts()) expect(port.name).toContain(port.path.split('/').pop());
});

test('a device is found again under another name, unless two could be it', () => {
  const port = (path: string, change: Partial<SerialPortInfo> = {}): SerialPortInfo => ({
    path,
    name: path,
    manufacturer: '',
    product: '',
    serialNumber: 'A',
    vendorId: '0403',
    productId: '6015',
    ...change,
  });
  const lost = port('/dev/ttyUSB0');
  expect(findAgain([port('/dev/ttyUSB3')], lost)).toBe('/dev/ttyUSB3');
  expect(findAgain([port('/dev/ttyUSB3'), port('/dev/ttyUSB0')], lost)).toBe('/dev/ttyUSB0');
  expect(findAgain([port('/dev/ttyUSB3'), port('/dev/ttyUSB4')], lost)).toBeUndefined();
  expect(findAgain([port('/dev/ttyUSB0', { serialNumber: 'B' })], lost)).toBeUndefined();
  const mute = port('/dev/ttyS0', { vendorId: '', productId: '', serialNumber: '' });
  expect(findAgain([{ ...mute, path: '/dev/ttyS1' }], mute)).toBeUndefined();
});
