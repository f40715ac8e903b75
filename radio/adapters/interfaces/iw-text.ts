import type { RadioChannel } from '../../api/contract.ts';

/*
 * Readers of what `iw` prints. It says of itself that its output is not stable, so they look for single lines, skip what they
 * do not know, and give less rather than wrong. Checked against iw 5.19 in the lab and recorded outputs of others.
 */

/** One network interface, as `iw dev` lists it. */
export interface IwInterface {
  phy: number;
  name: string;
  mac: string;
  /** Such as `managed` or `monitor`. */
  mode: string;
  frequencyMhz: number | undefined;
  widthMhz: number | undefined;
  txPowerDbm: number | undefined;
}

/** One radio, as `iw phy` lists it. */
export interface IwPhy {
  phy: number;
  modes: string[];
  channels: RadioChannel[];
  /** Channel widths known to the driver beside 20 MHz. */
  widthsMhz: number[];
}

const MAX_LINES = 100_000;
const lines = (text: string) => text.split('\n', MAX_LINES);

/** Reads `iw dev`. Interfaces without a name (P2P devices) are left out. */
export function readIwDev(text: string): IwInterface[] {
  const interfaces: IwInterface[] = [];
  let phy = -1;
  let current: IwInterface | undefined;
  for (const line of lines(text)) {
    const phyLine = /^phy#(\d{1,6})$/.exec(line);
    const nameLine = /^\s+Interface (\S{1,15})$/.exec(line);
    if (phyLine) {
      phy = Number(phyLine[1]);
      current = undefined;
    } else if (nameLine && phy >= 0) {
      current = {
        phy,
        name: nameLine[1] as string,
        mac: '',
        mode: '',
        frequencyMhz: undefined,
        widthMhz: undefined,
        txPowerDbm: undefined,
      };
      interfaces.push(current);
    } else if (/^\s+Unnamed/.test(line)) {
      current = undefined;
    } else if (current) {
      readInterfaceLine(line.trim(), current);
    }
  }
  return interfaces;
}

function readInterfaceLine(line: string, to: IwInterface): void {
  const mac = /^addr ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/.exec(line);
  const mode = /^type (\S+(?: \S+)?)$/.exec(line);
  const channel = /^channel -?\d+ \((\d+(?:\.\d+)?) MHz\)(?:, width: (\d+) MHz)?/.exec(line);
  const power = /^txpower (-?\d+(?:\.\d+)?) dBm$/.exec(line);
  if (mac) to.mac = mac[1] as string;
  else if (mode) to.mode = mode[1] as string;
  else if (power) to.txPowerDbm = Number(power[1]);
  else if (channel) {
    to.frequencyMhz = Math.round(Number(channel[1]));
    to.widthMhz = channel[2] === undefined ? undefined : Number(channel[2]);
  }
}

/** Reads `iw phy`, for one radio or all. */
export function readIwPhy(text: string): IwPhy[] {
  const phys: IwPhy[] = [];
  let current: IwPhy | undefined;
  let inModes = false;
  for (const line of lines(text)) {
    const phyLine = /^Wiphy phy(\d{1,6})$/.exec(line);
    if (phyLine) {
      current = { phy: Number(phyLine[1]), modes: [], channels: [], widthsMhz: [] };
      phys.push(current);
      inModes = false;
      continue;
    }
    if (!current) continue;
    const item = /^\s+\* (.+)$/.exec(line);
    if (!item) {
      inModes = /^\s+Supported interface modes:/.test(line);
      if (/^\s+HT20\/HT40$/.test(line)) addWidth(current, 40);
      if (/^\s+Supported Channel Width: .*160/.test(line)) addWidth(current, 160);
      // A continued line of the interface combinations.
      readWidths(line, current);
    } else if (inModes) {
      current.modes.push(item[1] as string);
    } else {
      const channel = readChannel(item[1] as string);
      if (channel) current.channels.push(channel);
      else readWidths(line, current);
    }
  }
  return phys;
}

/** Narrow widths stand only in what the driver can watch for radar with. */
function readWidths(line: string, to: IwPhy): void {
  const widths = /radar detect widths: \{([^}]*)\}/.exec(line);
  if (!widths) return;
  for (const width of [5, 10]) if (new RegExp(`[ ,]${width} MHz`).test(widths[1] as string)) addWidth(to, width);
}

function addWidth(phy: IwPhy, widthMhz: number): void {
  if (!phy.widthsMhz.includes(widthMhz)) phy.widthsMhz.push(widthMhz);
}

/** Such as `5260 MHz [52] (24.0 dBm) (no IR, radar detection)`. Newer versions print `5260.0 MHz`. */
function readChannel(text: string): RadioChannel | undefined {
  const found = /^(\d+(?:\.\d+)?) MHz \[(-?\d+)\](.*)$/.exec(text);
  if (!found) return undefined;
  const [, frequency, channel, rest = ''] = found;
  const power = /\((\d+(?:\.\d+)?) dBm\)/.exec(rest);
  return {
    frequencyMhz: Math.round(Number(frequency)),
    channel: Number(channel),
    maxPowerDbm: power ? Number(power[1]) : null,
    disabled: rest.includes('disabled'),
    noTransmit: /no IR|no-IR|passive scan/i.test(rest),
  };
}
