import type { TelemetryRecord } from '../../api/telemetry.ts';
import type { RxFrame } from '../../base/frame.ts';
import { type Ns, ns } from '../../base/time.ts';
import type { Link, LinkSink } from '../link.ts';
import { AdapterRecord } from './adapter-stats.ts';
import { Component, Flag, MAX_PACKET_LEN, PacketType } from './constants.ts';
import { Duplicates } from './duplicates.ts';
import { RubyPort, rubyPort } from './mac-header.ts';
import { createRubyHeader, RUBY_HEADER_LEN, type RubyHeader, readRubyHeader, rubyCrcMatches } from './packet-header.ts';
import { Scramble } from './scramble.ts';
import type { HeardAirUnit, RubyStats } from './stats.ts';
import { isTelemetryType, RubyTelemetryReader } from './telemetry.ts';
import { createVideoSegment, readVideoSegment, VIDEO_HEADER_LEN } from './video-segment.ts';
import { VideoWindow } from './video-window.ts';

export interface RubyReceiverOptions {
  /** Id of the air unit to follow; without it, the first whose video is heard. */
  airUnit?: number | undefined;
  /** How long a hole in the video may wait for late copies, ms. */
  holdMs: number;
  /** For air units that scramble; ASCII. */
  passPhrase?: string | undefined;
}

/** Air units kept in `stats.heard`; the longest silent gives way. */
const MAX_HEARD = 32;
/** Adapters told apart. */
const MAX_ADAPTERS = 8;

/**
 * The ground side of a RubyFPV link, receiving only: frames of any number of adapters in, video and telemetry of one air
 * unit out. That is `airUnit`, or the first whose video is heard; until then telemetry is given out as long as no second
 * air unit has been heard.
 *
 * Source: rubyfpv-link.md 1.4, 2, 6.
 */
export class RubyReceiver implements Link {
  readonly stats: RubyStats;
  readonly #window: VideoWindow;
  readonly #duplicates = new Duplicates();
  readonly #telemetry = new RubyTelemetryReader();
  readonly #scramble: Scramble | undefined;
  readonly #header = createRubyHeader();
  readonly #segment = createVideoSegment();
  readonly #adapters: AdapterRecord[] = [];
  /** Where scrambled packets are unscrambled: frames are lent, and not ours to change. */
  readonly #plain = new Uint8Array(MAX_PACKET_LEN);
  readonly #plainView = new DataView(this.#plain.buffer);
  #sink: LinkSink | undefined;
  #lastHeard: HeardAirUnit | undefined;

  constructor(options: RubyReceiverOptions) {
    this.stats = createStats(options.airUnit ?? 0, this.#adapters);
    this.#window = new VideoWindow(this.stats, options.holdMs);
    this.#scramble = options.passPhrase ? new Scramble(options.passPhrase) : undefined;
  }

  receive(frame: RxFrame, sink: LinkSink): void {
    const { packets } = this.stats;
    this.stats.frames++;
    const adapter = this.#adapters[frame.adapter] ?? this.#addAdapter(frame.adapter);
    adapter.frames++;
    if (rubyPort(frame.view, frame.mac) !== RubyPort.toGround) {
      packets.foreign++;
      return;
    }
    const header = this.#header;
    const fault = readRubyHeader(frame.view, frame.start, frame.end, header);
    if (fault === undefined) {
      this.#packet(frame, adapter, frame.view, frame.bytes, frame.start, sink);
    } else if (fault !== 'scrambled') {
      packets.badCrc++;
      adapter.badFrames++;
    } else if (this.#unscramble(frame)) {
      this.#packet(frame, adapter, this.#plainView, this.#plain, 0, sink);
    } else {
      packets.scrambled++;
    }
  }

  tick(now: Ns, sink: LinkSink): void {
    this.#window.tick(now, sink);
  }

  /** At the end of a capture: gives out what can be given out, and gives up the rest. */
  flush(sink: LinkSink): void {
    this.#window.flush(sink);
  }

  /** A packet towards a ground station whose check holds, at `at` of `view` and `bytes`. */
  #packet(frame: RxFrame, adapter: AdapterRecord, view: DataView, bytes: Uint8Array, at: number, sink: LinkSink): void {
    const { stats } = this;
    const header = this.#header;
    const { source, packetType } = header;
    adapter.heard(frame);
    const unit = this.#lastHeard?.id === source ? this.#lastHeard : this.#hear(source, frame.at);
    unit.lastAt = frame.at;
    const body = at + RUBY_HEADER_LEN;
    const isVideo = packetType === PacketType.videoData && (header.flags & Flag.componentMask) === Component.video;
    if (isVideo) {
      unit.videoPackets++;
      if (readVideoSegment(view, body, at + header.totalLength, this.#segment) !== undefined) {
        stats.packets.badCrc++;
        adapter.badFrames++;
        return;
      }
      if (stats.airUnit === 0) stats.airUnit = source;
    }
    if (source !== stats.airUnit && (stats.airUnit !== 0 || stats.heard.size > 1)) {
      stats.packets.foreign++;
      if (packetType === PacketType.telemetryExtended)
        this.#readTelemetry(view, bytes, at, header, frame.at, undefined);
      return;
    }
    adapter.count(header.linkCounter);
    if (
      packetType !== PacketType.pingClock &&
      packetType !== PacketType.pingClockReply &&
      this.#duplicates.seen(source, header.streamId, header.streamIndex, frame.at)
    ) {
      stats.packets.duplicates++;
      return;
    }
    stats.packets.received++;
    adapter.wins++;
    if (isVideo) this.#video(view, body + VIDEO_HEADER_LEN, header, frame.at, sink);
    else if (isTelemetryType(packetType)) this.#readTelemetry(view, bytes, at, header, frame.at, sink);
  }

  #video(view: DataView, body: number, header: RubyHeader, at: Ns, sink: LinkSink): void {
    const { packets, video } = this.stats;
    const { restarts } = video;
    const retransmitted = (header.flags & Flag.retransmitted) !== 0;
    video.packets++;
    video.lastAt = at;
    if (retransmitted) packets.retransmitted++;
    this.#window.take(view, body, this.#segment, header.streamIndex, retransmitted, at, sink);
    if (video.restarts !== restarts) this.#telemetry.forget(header.source);
  }

  #readTelemetry(
    view: DataView,
    bytes: Uint8Array,
    at: number,
    header: RubyHeader,
    when: Ns,
    sink: LinkSink | undefined,
  ): void {
    this.#sink = sink;
    this.#telemetry.read(view, bytes, at, header, when, this.#record);
    this.#sink = undefined;
  }

  /** Made once, so that a packet costs no closure. */
  readonly #record = (record: TelemetryRecord): void => {
    if (record.kind === 'air-unit') {
      const unit = this.stats.heard.get(record.airUnit);
      const { name, version } = record.values;
      if (unit && typeof name === 'string') unit.name = name;
      if (unit && typeof version === 'string') unit.version = version;
    }
    this.#sink?.telemetry(record);
  };

  #unscramble(frame: RxFrame): boolean {
    if (this.#scramble === undefined) return false;
    this.#scramble.copy(frame.bytes, frame.start, this.#header.totalLength, this.#plain);
    return rubyCrcMatches(this.#plainView, 0);
  }

  #hear(id: number, at: Ns): HeardAirUnit {
    const { heard, airUnit } = this.stats;
    let unit = heard.get(id);
    if (unit === undefined) {
      if (heard.size >= MAX_HEARD) {
        let oldest: HeardAirUnit | undefined;
        for (const other of heard.values()) {
          if (other.id !== airUnit && (oldest === undefined || other.lastAt < oldest.lastAt)) oldest = other;
        }
        if (oldest) heard.delete(oldest.id);
      }
      unit = { id, name: '', version: '', videoPackets: 0, lastAt: at };
      heard.set(id, unit);
    }
    this.#lastHeard = unit;
    return unit;
  }

  /** Entries up to `index`, so that the list has no holes. */
  #addAdapter(index: number): AdapterRecord {
    const last = Math.min(Math.max(index, 0), MAX_ADAPTERS - 1);
    while (this.#adapters.length <= last) this.#adapters.push(new AdapterRecord());
    return this.#adapters[last] as AdapterRecord;
  }
}

function createStats(airUnit: number, adapters: RubyStats['adapters']): RubyStats {
  return {
    airUnit,
    heard: new Map(),
    frames: 0,
    packets: {
      received: 0,
      duplicates: 0,
      badCrc: 0,
      foreign: 0,
      lost: 0,
      recovered: 0,
      scrambled: 0,
      retransmitted: 0,
    },
    blocks: { complete: 0, recovered: 0, lost: 0 },
    adapters,
    video: {
      packets: 0,
      bytes: 0,
      k: 0,
      m: 0,
      packetSize: 0,
      keyframeIntervalMs: 0,
      bitrateBps: 0,
      profile: 0,
      lastAt: ns(0),
      restarts: 0,
    },
  };
}
