import type { Fault } from '../../base/fault.ts';

/**
 * Statistics of an air unit: types 28, 33, 37, 38, 39, 48, 49. All functions read a body of `length` bytes at `at` and
 * return its values by name, or a fault: `short`, or `range` where a field contradicts the length.
 * Source: rubyfpv-link.md 9.7; type 33 rubyfpv-control.md 10.5.
 */
export type Statistics = Record<string, unknown>;

const u8List = (view: DataView, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => view.getUint8(at + i));

const u32Record = (view: DataView, at: number, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, view.getUint32(at + 4 * i, true)]));

/** Type 33: the RC the air unit applies. History: one entry per 500 ms, frames received and the longest gap in frames. */
export function readRcState(view: DataView, at: number, length: number): Statistics | Fault {
  if (length < 104) return 'short';
  const history = u8List(view, at + 48, 50);
  return {
    channels: Array.from({ length: 16 }, (_, i) => view.getUint16(at + 2 * i, true)),
    lostFrames: view.getUint32(at + 32, true),
    receivedFrames: view.getUint32(at + 36, true),
    failsafe: view.getUint8(at + 40) !== 0,
    failsafeCount: view.getInt32(at + 44, true),
    historyReceived: history.map((entry) => entry & 0x0f),
    historyGap: history.map((entry) => entry >> 4),
    historyIndex: view.getUint8(at + 98),
    rssiPercent: view.getUint8(at + 99) === 255 ? null : view.getUint8(at + 99),
    flags: view.getUint32(at + 100, true),
  };
}

const LOOP_COUNTERS = [
  'timeMs',
  'time2Ms',
  'counter',
  'counter2',
  'loopMinMs',
  'loopMaxMs',
  'loopAverageLocalMs',
  'totalMinMs',
  'totalMaxMs',
  'totalAverageMs',
  'nowMs',
] as const;

/** Type 28: the air unit's main loop. */
export function readLoopStatistics(view: DataView, at: number, length: number): Statistics | Fault {
  return length < 44 ? 'short' : u32Record(view, at, LOOP_COUNTERS);
}

const TX_GRAPHS = [
  'txGapMaxMs',
  'txGapMinMs',
  'txGapAverageMs',
  'packets',
  'videoGapMaxMs',
  'videoGapAverageMs',
] as const;
const TX_SLICES = 40;

/** Type 37: transmission gaps, newest first; null in a slice without packets. */
export function readTxHistory(view: DataView, at: number, length: number): Statistics | Fault {
  if (length < 5 + TX_GRAPHS.length * TX_SLICES) return 'short';
  const count = view.getUint8(at + 4);
  if (count > TX_SLICES) return 'range';
  const values: Statistics = { sliceMs: view.getInt32(at, true) };
  for (const [i, name] of TX_GRAPHS.entries()) {
    const graph: (number | null)[] = u8List(view, at + 5 + i * TX_SLICES, count);
    values[name] = name === 'packets' ? graph : graph.map((entry) => (entry === 255 ? null : entry));
  }
  return values;
}

const CARD_LEN = 580;
const CARD_COUNTERS = [
  'receivedBytes',
  'sentBytes',
  'receivedBytesPerSecond',
  'sentBytesPerSecond',
  'receivedPackets',
  'badPackets',
  'lostPackets',
  'sentPackets',
  'receivedPacketsPerSecond',
  'sentPacketsPerSecond',
  'lastReceivedMs',
  'lastSentMs',
  'nowMs',
] as const;
const CARD_HISTORIES = ['received', 'bad', 'lostVideo', 'lostData', 'gapMs'] as const;

/** Type 38: the air unit's radio cards: all of them (0xFF, count) or one (0xF0, index). */
export function readCardStatistics(view: DataView, at: number, length: number): Statistics | Fault {
  if (length < 2) return 'short';
  const kind = view.getUint8(at);
  if (kind !== 0xff && kind !== 0xf0) return 'type';
  const count = kind === 0xff ? view.getUint8(at + 1) : 1;
  if (length < 2 + count * CARD_LEN) return 'short';
  const cards = Array.from({ length: count }, (_, i) => readCard(view, at + 2 + i * CARD_LEN));
  return kind === 0xff ? { cards } : { cards, card: view.getUint8(at + 1) };
}

function readCard(view: DataView, at: number): Statistics {
  const card: Statistics = {
    localLink: view.getInt32(at, true),
    airUnitLink: view.getInt32(at + 4, true),
    frequencyKhz: view.getUint32(at + 8, true),
    receives: view.getUint8(at + 12) !== 0,
    transmits: view.getUint8(at + 13) !== 0,
    antennas: view.getInt32(at + 16, true),
    signal: readSignal(view, at + 20),
    videoSignal: readSignal(view, at + 84),
    dataSignal: readSignal(view, at + 148),
    lastLinkCounter: view.getUint32(at + 232, true),
    ...u32Record(view, at + 236, CARD_COUNTERS),
    qualityPercent: view.getInt32(at + 304, true),
    relativeQuality: view.getInt32(at + 308, true),
    historyIndex: view.getUint8(at + 312),
  };
  for (const [i, name] of CARD_HISTORIES.entries()) card[`${name}History`] = u8List(view, at + 313 + 50 * i, 50);
  return card;
}

const SIGNAL_VALUES = [
  'rssi',
  'rssiMin',
  'rssiMax',
  'noise',
  'noiseMin',
  'noiseMax',
  'snr',
  'snrMin',
  'snrMax',
] as const;

/** dBm and dB; 1000 means never heard. */
function readSignal(view: DataView, at: number): Record<string, number | null> {
  const signal: Record<string, number | null> = {};
  for (const [i, name] of SIGNAL_VALUES.entries()) {
    const raw = view.getInt32(at + 4 + 4 * i, true);
    signal[`${name}${name.startsWith('snr') ? 'Db' : 'Dbm'}`] = raw === 1000 ? null : raw;
  }
  return signal;
}

const BITRATE_POINTS = 70;

/** Type 39: video bitrate over time. In 11.7 the air unit leaves the points unfilled. */
export function readBitrateHistory(view: DataView, at: number, length: number): Statistics | Fault {
  if (length < 20 + 16 * BITRATE_POINTS) return 'short';
  const count = view.getUint8(at + 12);
  if (count > BITRATE_POINTS) return 'range';
  return {
    sliceMs: view.getUint32(at, true),
    currentPoint: view.getUint8(at + 13),
    overflow: view.getUint8(at + 14),
    targetBps: view.getUint32(at + 16, true),
    points: Array.from({ length: count }, (_, i) => {
      const point = at + 20 + 16 * i;
      return {
        datarateMbps: view.getUint8(point),
        qp: view.getUint8(point + 1),
        profileKbps: view.getUint16(point + 2, true),
        targetKbps: view.getUint16(point + 4, true),
        videoKbps: view.getUint16(point + 6, true),
        averageKbps: view.getUint16(point + 8, true),
        totalKbps: view.getUint16(point + 10, true),
        level: view.getUint8(point + 12),
      };
    }),
  };
}

const RX_SLICES = 100;

/** Type 48: what one card of the air unit received: packet type 0 is missing packets, 255 a second's boundary. */
export function readRxHistory(view: DataView, at: number, length: number): Statistics | Fault {
  if (length < 212) return 'short';
  return {
    card: view.getUint32(at, true),
    packetTypes: u8List(view, at + 4, RX_SLICES),
    packetCounts: u8List(view, at + 4 + RX_SLICES, RX_SLICES),
    currentSlice: view.getInt32(at + 204, true),
    timeMs: view.getUint32(at + 208, true),
  };
}

const RELAY_CARDS = 5;

/** Type 49: how a relay hears the air unit it relays, per card. */
export function readRelayRadio(view: DataView, at: number, length: number): Statistics | Fault {
  if (length < 55) return 'short';
  const perCard = <T>(read: (card: number) => T): T[] => Array.from({ length: RELAY_CARDS }, (_, card) => read(card));
  return {
    lastReceivedDatarateBps: perCard((card) => [
      view.getInt32(at + 8 * card, true),
      view.getInt32(at + 8 * card + 4, true),
    ]),
    rssiDbm: perCard((card) => (view.getUint8(at + 40 + card) === 0 ? null : view.getUint8(at + 40 + card) - 200)),
    snrDb: perCard((card) => (view.getUint8(at + 45 + card) === 255 ? null : view.getUint8(at + 45 + card))),
    qualityPercent: perCard((card) => view.getUint8(at + 50 + card)),
  };
}
