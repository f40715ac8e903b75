import type { Fault } from '../../base/fault.ts';
import { printableText } from '../../telemetry/text.ts';
import type { UnitValues } from '../../telemetry/values.ts';

/**
 * Type 30, the air unit's account of itself and its beacon, in four layouts. They agree up to the frequencies:
 *
 *   0 flags u16 | 2 version u8 | 3 air unit u32 | 7 type u8 | 8 name char[16] | 24 links u8 | 25 frequencies u32[5 or 6]
 *
 * From there each layout follows from how many cards its lists hold and which lists it has. Behind the `size` bytes come
 * nothing, 56 bytes (clock, relay, throttle) or 56 + 20 (retransmission counters, always 0): no two layouts share a length.
 * Source: rubyfpv-link.md 9.1.
 */
interface Layout {
  structVersion: number;
  size: number;
  /** Length of the lists per link or card. */
  cards: number;
  hasSnr: boolean;
  hasPowers: boolean;
  /** Versions (high nibble major, low minor) that send it. */
  from: number;
  to: number;
}

const LAYOUTS: readonly Layout[] = [
  { structVersion: 3, size: 165, cards: 6, hasSnr: false, hasPowers: false, from: 0x00, to: 0xa4 },
  { structVersion: 4, size: 171, cards: 6, hasSnr: true, hasPowers: false, from: 0xa4, to: 0xff },
  { structVersion: 5, size: 195, cards: 6, hasSnr: true, hasPowers: true, from: 0xb2, to: 0xff },
  { structVersion: 6, size: 172, cards: 5, hasSnr: true, hasPowers: true, from: 0xb5, to: 0xff },
];

/** Bytes that may follow a layout. */
export const EXTRA_LENGTHS = [0, 56, 76] as const;
/** Smallest body of any layout. */
export const UNIT_MIN_LEN = 165;

/** What a type 30 packet says, and which layout said it. */
export interface UnitPacket {
  structVersion: number;
  values: UnitValues;
}

/**
 * Reads a type 30 body of `length` bytes at `at`. Faults: `short`, `type` (a length no layout has), `range` (a version
 * that does not send this layout, or more links than its lists hold).
 */
export function readUnit(view: DataView, bytes: Uint8Array, at: number, length: number): UnitPacket | Fault {
  if (length < UNIT_MIN_LEN) return 'short';
  const layout = LAYOUTS.find(({ size }) => EXTRA_LENGTHS.some((extra) => length === size + extra));
  if (layout === undefined) return 'type';
  const version = view.getUint8(at + 2);
  const radioLinks = view.getUint8(at + 24);
  if (version < layout.from || version > layout.to || radioLinks > layout.cards) return 'range';

  const { cards } = layout;
  const relayBits = at + 25 + 4 * cards;
  const rates = relayBits + 1;
  const counts = rates + 12;
  const cpu = counts + 6;
  const sent = cpu + 5;
  const received = sent + 8 * cards;
  const rssi = received + 4 * cards;
  const snr = rssi + cards;
  const quality = layout.hasSnr ? snr + cards : snr;
  const control = quality + cards;
  const powers = control + 3;
  const flags = powers + (layout.hasPowers ? 4 * cards : 0) + 2;
  const extra = length > layout.size ? at + layout.size : undefined;
  const hasClock = extra !== undefined && (view.getUint32(extra, true) & 2) !== 0;

  /** One value per radio link. */
  const perLink = <T>(read: (link: number) => T): T[] => Array.from({ length: radioLinks }, (_, link) => read(link));

  const values: UnitValues = {
    name: printableText(bytes, at + 8, at + 24),
    version: versionText(version),
    vehicleType: view.getUint8(at + 7) & 0x1f,
    firmwareType: view.getUint8(at + 7) >> 5,
    radioLinks,
    frequenciesKhz: perLink((link) => view.getUint32(at + 25 + 4 * link, true) & 0x7fffffff),
    relayLinks: perLink((link) => ((view.getUint8(relayBits) >> link) & 1) === 1),
    videoBitrateBps: view.getUint32(rates, true),
    totalVideoBitrateBps: view.getUint32(rates + 4, true),
    dataBitrateBps: view.getUint32(rates + 8, true),
    videoPacketsPerSecond: view.getUint16(counts, true),
    dataPacketsPerSecond: view.getUint16(counts + 2, true),
    temperatureC: view.getUint8(cpu),
    cpuLoadPercent: view.getUint8(cpu + 1),
    cpuMhz: view.getUint16(cpu + 2, true),
    throttleFlags: view.getUint8(cpu + 4),
    lastSentDatarateBps: perLink((link) => [
      view.getInt32(sent + 8 * link, true),
      view.getInt32(sent + 8 * link + 4, true),
    ]),
    lastReceivedDatarateBps: perLink((link) => view.getInt32(received + 4 * link, true)),
    uplinkRssiDbm: perLink((link) => {
      const raw = view.getUint8(rssi + link);
      return raw === 0 ? null : raw - 200;
    }),
    uplinkSnrDb: layout.hasSnr ? perLink((link) => unless255(view.getUint8(snr + link))) : perLink(() => null),
    uplinkQualityPercent: perLink((link) => view.getUint8(quality + link)),
    uplinkRcRssiPercent: unless255(view.getUint8(control)),
    mavlinkRcRssiPercent: unless255(view.getUint8(control + 1)),
    mavlinkRxRssiPercent: unless255(view.getUint8(control + 2)),
    txPowerMw: layout.hasPowers
      ? perLink((link) => view.getInt32(powers + 4 * link, true) || null)
      : perLink(() => null),
    // Only version 6 has these bits; older ones use the word for other things.
    pitMode: layout.structVersion === 6 && (view.getUint16(flags, true) & 0x08) !== 0,
    pitBecauseHot: layout.structVersion === 6 && (view.getUint16(flags, true) & 0x10) !== 0,
    rubyFlags: view.getUint16(at, true),
    airUnitTimeMs: hasClock ? view.getUint32(extra + 4, true) : null,
    relayedAirUnit: hasClock ? view.getUint32(extra + 8, true) || null : null,
    throttleInput: hasClock ? view.getUint16(extra + 12, true) : null,
    throttleOutput: hasClock ? view.getUint16(extra + 14, true) : null,
  };
  return { structVersion: layout.structVersion, values };
}

/** A version byte as people write it: 0xB7 is `11.7`. */
export const versionText = (version: number): string => `${version >> 4}.${version & 0x0f}`;

const unless255 = (value: number): number | null => (value === 255 ? null : value);
