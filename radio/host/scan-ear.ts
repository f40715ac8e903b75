import type { FoundAirUnit } from '../api/contract.ts';
import type { TelemetryRecord } from '../api/telemetry.ts';
import { LinkType, type RawFrame, type RxFrame } from '../base/frame.ts';
import type { Ns } from '../base/time.ts';
import { Component, Flag, PacketType } from '../links/ruby/constants.ts';
import { RubyPort, rubyPort } from '../links/ruby/mac-header.ts';
import { createRubyHeader, readRubyHeader } from '../links/ruby/packet-header.ts';
import { RubyTelemetryReader } from '../links/ruby/telemetry.ts';
import { createRxFrame, openFrame } from '../wifi/encapsulate.ts';
import { ADDRESS_2, FCS_LEN } from '../wifi/ieee80211.ts';
import { RADIOTAP_MIN_LEN } from '../wifi/radiotap-fields.ts';
import { airtimeUs } from './scan-airtime.ts';

/** An air unit as one ear heard it on one channel. */
export interface HeardUnit {
  protocol: FoundAirUnit['protocol'];
  /** RubyFPV: the unit's id. wfb-ng: the link id. */
  id: number;
  name: string;
  version: string;
  /** Where it says that it sends, MHz; empty until it said so. */
  frequenciesMhz: number[];
  frames: number;
  videoPackets: number;
  rssiSumDbm: number;
  rssiCount: number;
  lastAt: Ns;
}

/** First two bytes of address 2 in every wfb-ng frame, and where the channel id follows. Source: wfb-ng.md 2. */
const WFB_ADDRESS = 0x5742;
const WFB_CHANNEL_ID = ADDRESS_2 + 2;
/** Packet types, first payload byte, and the shortest packet of each. Source: wfb-ng.md 4, 5. */
const WFB_DATA = 1;
const WFB_DATA_MIN_LEN = 9 + 16;
const WFB_SESSION = 2;
const WFB_SESSION_MIN_LEN = 88;
/** Radio ports up to this one carry video, those from 0x80 on come from a ground station. Source: wfb-ng.md 1. */
const WFB_LAST_VIDEO_PORT = 0x0f;
const WFB_FIRST_UP_PORT = 0x80;

/** Frame control of a beacon, and its BSSID. Source: IEEE 802.11-2020 9.3.3.2. */
const BEACON = 0x80;
const BSSID = 16;

/** Kept per visit; a hostile air does not fill our memory. */
const MAX_UNITS = 32;
const MAX_ACCESS_POINTS = 256;

/** What one interface hears on one channel. Begun anew for every visit. */
export class ScanEar {
  /** Of any kind, damaged ones included. */
  frames = 0;
  airtimeUs = 0;
  /** Of all air units. */
  videoPackets = 0;
  strongestDbm: number | undefined;
  noiseSumDbm = 0;
  noiseCount = 0;
  readonly units = new Map<string, HeardUnit>();
  readonly accessPoints = new Set<number>();
  readonly #frame = createRxFrame();
  readonly #header = createRubyHeader();
  readonly #telemetry = new RubyTelemetryReader();

  begin(): void {
    this.frames = this.airtimeUs = this.videoPackets = this.noiseSumDbm = this.noiseCount = 0;
    this.strongestDbm = undefined;
    this.units.clear();
    this.accessPoints.clear();
  }

  /** Takes any frame, of any quality. */
  hear(raw: RawFrame): void {
    const frame = this.#frame;
    const fault = openFrame(raw, frame);
    // A header that cannot be read says nothing, not even that there was a frame.
    if (fault === 'type' || fault === 'range') return;
    const length = lengthOnAir(raw);
    if (length <= 0) return;
    this.frames++;
    const { signal } = frame;
    this.airtimeUs += airtimeUs(length, signal);
    const { rssiDbm, noiseDbm } = signal;
    if (rssiDbm !== undefined && rssiDbm > (this.strongestDbm ?? Number.NEGATIVE_INFINITY)) this.strongestDbm = rssiDbm;
    if (noiseDbm !== undefined) {
      this.noiseSumDbm += noiseDbm;
      this.noiseCount++;
    }
    if (fault !== undefined) return;
    const { view, mac } = frame;
    const port = rubyPort(view, mac);
    if (port === RubyPort.toGround) this.#ruby(frame);
    else if (view.getUint16(mac + ADDRESS_2) === WFB_ADDRESS) this.#wfb(frame);
    else if (view.getUint8(mac) === BEACON && this.accessPoints.size < MAX_ACCESS_POINTS)
      this.accessPoints.add(view.getUint16(mac + BSSID) * 2 ** 32 + view.getUint32(mac + BSSID + 2));
  }

  #ruby(frame: RxFrame): void {
    const header = this.#header;
    const fault = readRubyHeader(frame.view, frame.start, frame.end, header);
    if (fault !== undefined && fault !== 'scrambled') return;
    const unit = this.#unit('rubyfpv', header.source, frame);
    if (unit === undefined) return;
    if (header.packetType === PacketType.videoData && (header.flags & Flag.componentMask) === Component.video) {
      unit.videoPackets++;
      this.videoPackets++;
    } else if (header.packetType === PacketType.telemetryExtended && fault === undefined) {
      this.#telemetry.read(frame.view, frame.bytes, frame.start, header, frame.at, this.#record);
    }
  }

  readonly #record = ({ airUnit, values }: TelemetryRecord): void => {
    const unit = this.units.get(unitKey('rubyfpv', airUnit));
    if (unit === undefined) return;
    const { name, version, frequenciesKhz } = values;
    if (typeof name === 'string') unit.name = name;
    if (typeof version === 'string') unit.version = version;
    if (Array.isArray(frequenciesKhz)) unit.frequenciesMhz = frequenciesKhz.map(asMhz);
  };

  #wfb(frame: RxFrame): void {
    const { view, mac, start, end } = frame;
    const length = end - start;
    const packetType = length > 0 ? view.getUint8(start) : 0;
    const isData = packetType === WFB_DATA && length >= WFB_DATA_MIN_LEN;
    if (!isData && !(packetType === WFB_SESSION && length >= WFB_SESSION_MIN_LEN)) return;
    const channelId = view.getUint32(mac + WFB_CHANNEL_ID);
    const port = channelId & 0xff;
    if (port >= WFB_FIRST_UP_PORT) return;
    const unit = this.#unit('wfb-ng', channelId >>> 8, frame);
    if (unit === undefined || !isData || port > WFB_LAST_VIDEO_PORT) return;
    unit.videoPackets++;
    this.videoPackets++;
  }

  /** The unit's entry, with this frame counted; undefined when there are too many. */
  #unit(protocol: HeardUnit['protocol'], id: number, frame: RxFrame): HeardUnit | undefined {
    const key = unitKey(protocol, id);
    let unit = this.units.get(key);
    if (unit === undefined) {
      if (this.units.size >= MAX_UNITS) return undefined;
      unit = {
        protocol,
        id,
        name: '',
        version: '',
        frequenciesMhz: [],
        frames: 0,
        videoPackets: 0,
        rssiSumDbm: 0,
        rssiCount: 0,
        lastAt: frame.at,
      };
      this.units.set(key, unit);
    }
    unit.frames++;
    unit.lastAt = frame.at;
    const { rssiDbm } = frame.signal;
    if (rssiDbm !== undefined) {
      unit.rssiSumDbm += rssiDbm;
      unit.rssiCount++;
    }
    return unit;
  }
}

export const unitKey = (protocol: HeardUnit['protocol'], id: number): string => `${protocol} ${id}`;

/** Old units give MHz. Source: rubyfpv-control.md 3.2. */
const asMhz = (value: number): number => (value < 10_000 ? value : Math.round(value / 1000));

/** Bytes from 802.11 header to FCS. Radiotap's length and flags have been checked, or there is none. */
function lengthOnAir(raw: RawFrame): number {
  if (raw.linkType !== LinkType.radiotap) return raw.end - raw.start + FCS_LEN;
  if (raw.end - raw.start < RADIOTAP_MIN_LEN) return 0;
  return raw.end - raw.start - raw.view.getUint16(raw.start + 2, true) + FCS_LEN;
}
