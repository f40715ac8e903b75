import type { ChannelActivity, FoundAirUnit } from '../api/contract.ts';
import { NS_PER_S } from '../base/time.ts';
import { channelOf } from '../wifi/channels.ts';
import { type HeardUnit, type ScanEar, unitKey } from './scan-ear.ts';

/** Found units kept; a hostile air does not fill our memory. */
const MAX_FOUND = 64;
/** Below this a frequency that an air unit names is a serial radio's. */
const LOWEST_WIFI_MHZ = 2000;

/** A found unit, and how sure its frequency is. */
interface Finding {
  unit: FoundAirUnit;
  /** It said itself that it sends there: strong units are heard on neighbouring channels too. */
  told: boolean;
}

/** What a search has learned so far: the channels in a fixed order, and the air units. */
export class ScanFindings {
  readonly #channels = new Map<number, ChannelActivity>();
  readonly #found = new Map<string, Finding>();

  constructor(order: readonly number[]) {
    for (const frequencyMhz of [...order].sort((a, b) => a - b)) {
      this.#channels.set(frequencyMhz, {
        frequencyMhz,
        channel: channelOf(frequencyMhz) ?? 0,
        visits: 0,
        framesPerSecond: 0,
        occupancyPercent: 0,
        rssiDbm: null,
        noiseDbm: null,
        accessPoints: 0,
      });
    }
  }

  get channels(): ChannelActivity[] {
    return [...this.#channels.values()].map((channel) => ({ ...channel }));
  }

  /** Those with video first, then by signal. */
  get found(): FoundAirUnit[] {
    return [...this.#found.values()]
      .map(({ unit }) => ({ ...unit }))
      .sort((a, b) => Number(b.video) - Number(a.video) || (b.rssiDbm ?? -200) - (a.rssiDbm ?? -200));
  }

  /** Takes what `ear` heard in `elapsedNs` of its `visits`th visit to a channel; may be told again as the visit goes on. */
  take(frequencyMhz: number, visits: number, ear: ScanEar, elapsedNs: number): void {
    const seconds = elapsedNs / NS_PER_S;
    const channel = this.#channels.get(frequencyMhz);
    if (channel === undefined || seconds <= 0) return;
    channel.visits = visits;
    channel.framesPerSecond = Math.round(ear.frames / seconds);
    channel.occupancyPercent = Math.min(100, Math.round((ear.airtimeUs / (seconds * 1e6)) * 1000) / 10);
    channel.rssiDbm = ear.strongestDbm ?? null;
    channel.noiseDbm = ear.noiseCount > 0 ? Math.round(ear.noiseSumDbm / ear.noiseCount) : null;
    channel.accessPoints = ear.accessPoints.size;
    for (const unit of ear.units.values()) this.#takeUnit(unit, frequencyMhz, seconds);
  }

  #takeUnit(heard: HeardUnit, heardMhz: number, seconds: number): void {
    const key = unitKey(heard.protocol, heard.id);
    const known = this.#found.get(key);
    if (known === undefined && this.#found.size >= MAX_FOUND) return;
    const told = nearest(heard.frequenciesMhz, heardMhz);
    const rssiDbm = heard.rssiCount > 0 ? Math.round(heard.rssiSumDbm / heard.rssiCount) : null;
    const unit: FoundAirUnit = {
      protocol: heard.protocol,
      id: heard.id,
      name: heard.name || (known?.unit.name ?? ''),
      version: heard.version || (known?.unit.version ?? ''),
      frequencyMhz: told ?? heardMhz,
      rssiDbm,
      framesPerSecond: Math.round(heard.frames / seconds),
      video: heard.videoPackets > 0 || (known?.unit.video ?? false),
      lastAt: heard.lastAt,
    };
    if (known === undefined) {
      this.#found.set(key, { unit, told: told !== undefined });
      return;
    }
    const samePlace = unit.frequencyMhz === known.unit.frequencyMhz;
    const better = told !== undefined || (!known.told && (rssiDbm ?? -200) > (known.unit.rssiDbm ?? -200));
    if (samePlace || better) {
      known.unit = unit;
      known.told ||= told !== undefined;
    } else {
      const { name, version, video, lastAt } = unit;
      known.unit = { ...known.unit, name, version, video, lastAt };
    }
  }
}

/** Of what a unit says about its links, the Wi-Fi frequency next to the one it was heard on. */
function nearest(toldMhz: readonly number[], heardMhz: number): number | undefined {
  let best: number | undefined;
  for (const mhz of toldMhz) {
    if (mhz < LOWEST_WIFI_MHZ) continue;
    if (best === undefined || Math.abs(mhz - heardMhz) < Math.abs(best - heardMhz)) best = mhz;
  }
  return best;
}
