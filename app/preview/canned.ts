import type { LinkSnapshot } from '../../radio/api/contract.ts';
import type { VehicleState } from '../../radio/api/telemetry.ts';
import { type Ns, ns } from '../../radio/base/time.ts';
import type { Picture } from '../state/picture.ts';

const UNKNOWN = ns(0);

/** A fixed-wing aircraft in cruise; roll 8 right and pitch 4 up as the backgrounds are drawn. */
export function cannedTelemetry(state: string, at: Ns, s: number): VehicleState {
  const low = state === 'low';
  const drift = state === 'calm' ? 0 : s;
  return {
    airUnit: 217310,
    name: 'Talon 900',
    version: '11.7',
    unitAt: at,
    temperatureC: 61,
    cpuLoadPercent: 34,
    videoBitrateBps: 6_800_000,
    totalVideoBitrateBps: 9_600_000,
    uplinkRssiDbm: -61,
    uplinkQualityPercent: 98,
    frequenciesKhz: [5_745_000],
    flightAt: at,
    armed: true,
    flightMode: 'cruise',
    armTimeS: 462 + Math.floor(drift),
    throttlePercent: 44,
    voltageV: low ? 13.7 : 15.1 + 0.06 * Math.sin(drift * 5),
    currentA: 11.4 + Math.sin(drift * 3) * 0.3,
    consumedMah: 1320,
    cells: 4,
    altitudeM: 124.4 + Math.sin(drift / 3),
    altitudeAboveSeaM: 512,
    distanceM: 1840 + drift * 3,
    totalDistanceM: 6210 + drift * 20,
    verticalSpeedMps: 2.4,
    airspeedMps: 22.5,
    groundSpeedMps: 21.7,
    rollDeg: 8,
    pitchDeg: 4,
    headingDeg: Math.round((287 + drift * 0.5) % 360),
    attitudeAt: at,
    satellites: state === 'low' ? 5 : 14,
    gpsFix: state === 'low' ? 2 : 3,
    hdop: 0.9,
    latitudeDeg: 47.4,
    longitudeDeg: 8.5,
    homeLatitudeDeg: 47.39,
    homeLongitudeDeg: 8.51,
    homeBearingDeg: state === 'weak' ? 120 : 263,
    rcRssiPercent: 99,
    windHeadingDeg: null,
    windSpeedMps: null,
    message: '',
    messageAt: UNKNOWN,
    alarms: [],
  };
}

const antenna = (index: number, rssiDbm: number) => ({ antenna: index, rssiDbm, noiseDbm: -95 });

/** Two adapters with two antennas each, one of them weak in the state that asks for it. */
export function cannedLink(state: string, at: Ns, s: number): LinkSnapshot {
  const fade = 3 * Math.sin(s / 4) + 2 * Math.sin(s * 1.7);
  const weak = state === 'weak' ? -79 : -66 + fade;
  const adapter = (name: string, dbm: [number, number], wins: number) => ({
    name,
    rssiDbm: Math.max(...dbm),
    noiseDbm: -95,
    snrDb: 95 + Math.max(...dbm),
    antennas: [antenna(0, dbm[0]), antenna(1, dbm[1])],
    framesPerSecond: 812,
    frames: 410_233,
    linkFrames: 400_120,
    badFrames: 81,
    wins,
    lossPercent: name === 'wlan1' ? 0.8 : 3.4,
    rate: 'MCS 3',
  });
  return {
    at,
    protocol: 'rubyfpv',
    airUnit: 217310,
    adapters: [adapter('wlan1', [-48 + fade, -61 - fade], 240_000), adapter('wlan2', [weak, -58], 160_000)],
    packets: { received: 400_120, duplicates: 371_902, badCrc: 81, foreign: 2_411, lost: 12, recovered: 3_190 },
    blocks: { complete: 48_801, recovered: 1_204, lost: 4 },
    accessUnits: { complete: 27_701, damaged: 3, keyFrames: 461 },
    videoBitrateBps: 6_800_000 + 500_000 * Math.sin(s * 0.7),
    framesPerSecond: 60,
    qualityPercent: state === 'low' ? 84 : Math.min(100, 97.5 + fade / 2),
    lossPercent: 1.2,
    recoveredPercent: 1.1,
    codec: 'H.264',
    width: 1280,
    height: 720,
    fec: { k: 8, m: 4 },
    keyframeIntervalMs: 1000,
    linkLatencyMs: { p50: 0.2, p99: 2.1 },
    lastVideoAt: at,
  };
}

export function cannedPicture(state: string, nowMs: number): Picture {
  const stale = state === 'stale' || state === 'lost';
  return {
    width: 1280,
    height: 720,
    codec: state === 'h265' ? 'H.265' : 'H.264',
    unsupported: state === 'h265',
    decodedPerSecond: 60,
    presentedPerSecond: 60,
    dropped: 2,
    rebuilds: 0,
    lastShownMs: stale ? 200 : nowMs,
    stages: [
      { p50: 0.3, p95: 2.4 },
      { p50: 0.8, p95: 1.9 },
      { p50: 4.2, p95: 6.8 },
      { p50: 9.1, p95: 17.2 },
    ],
    total: { p50: 14.6, p95: 26.1 },
  };
}
