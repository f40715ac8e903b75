import type { RxFrame } from '../../../radio/base/frame.ts';
import { type Ns, ns } from '../../../radio/base/time.ts';
import { encodeParity } from '../../../radio/fec/reed-solomon.ts';
import { Component, Flag, PacketType, StreamId } from '../../../radio/links/ruby/constants.ts';
import { RUBY_MAC_LEN, RubyPort, writeRubyMac } from '../../../radio/links/ruby/mac-header.ts';
import { createRubyHeader, RUBY_HEADER_LEN, writeRubyHeader } from '../../../radio/links/ruby/packet-header.ts';
import {
  createVideoSegment,
  DEBUG_TIMES_LEN,
  VIDEO_HEADER_LEN,
  VIDEO_PREFIX_LEN,
  VideoStatus,
  writeVideoSegment,
} from '../../../radio/links/ruby/video-segment.ts';
import { createRxFrame } from '../../../radio/wifi/encapsulate.ts';

/** A Ruby packet in its 802.11 frame, without radiotap. */
export type AirFrame = Uint8Array<ArrayBuffer>;

export interface AirUnitShape {
  source: number;
  /** 1 H264, 2 H265. */
  type: number;
  k: number;
  m: number;
  packetSize: number;
  debugTimes: boolean;
}

const BODY = RUBY_MAC_LEN + RUBY_HEADER_LEN + VIDEO_HEADER_LEN;

/** Cuts frames into packets as rubyfpv-link.md 4.5 says; for tests, so every counter may be set. */
export class TestAirUnit {
  shape: AirUnitShape;
  block = 0;
  frame = 0;
  streamIndex = 0;
  linkCounter = 0;

  constructor(shape: Partial<AirUnitShape> = {}) {
    this.shape = { source: 0x12345678, type: 1, k: 8, m: 4, packetSize: 1100, debugTimes: false, ...shape };
  }

  /** All packets of one frame, in the order they are sent. */
  packets(video: Uint8Array): AirFrame[] {
    const { k: k0, m: m0, packetSize } = this.shape;
    const room = packetSize - VIDEO_PREFIX_LEN;
    const total = Math.ceil(video.length / room);
    const blocks: { first: number; k: number; m: number }[] = [];
    for (let first = 0; first < total; ) {
      const left = total - first;
      const stretched = k0 < left && left < k0 + 5 && left < 16;
      let k = stretched ? left : k0;
      let m = stretched ? Math.floor((k * m0) / k0) : m0;
      if (left < k) {
        m = m0 === 0 || left === 1 ? 0 : Math.min(left, Math.max(1, Math.ceil(left * (m / k) + 0.001)));
        k = left;
      }
      blocks.push({ first, k, m });
      first += k;
    }
    this.frame = (this.frame + 1) & 0xffff;
    const out: AirFrame[] = [];
    let toCome = blocks.reduce((sum, { k, m }) => sum + k + m, 0);
    for (const { first, k, m } of blocks) {
      const data = Array.from({ length: k }, (_, i) => {
        const bytes = video.subarray((first + i) * room, (first + i + 1) * room);
        const packet = new Uint8Array(VIDEO_PREFIX_LEN + bytes.length);
        new DataView(packet.buffer).setUint16(0, bytes.length, true);
        packet.set(bytes, VIDEO_PREFIX_LEN);
        return packet;
      });
      const parity = encodeParity(data, packetSize, m);
      [...data, ...parity].forEach((body, packet) => {
        const number = Math.min(first + packet, first + k - 1);
        const last = number === total - 1;
        toCome--;
        let status = toCome & 0xff;
        if (first + packet === 0) status |= VideoStatus.frameStart;
        if (last) status |= VideoStatus.frameEnd;
        if (toCome === 0) status |= VideoStatus.lastOfFrame;
        const numbers = (number & 0xff) | (Math.min(total, 255) << 8);
        const frame = this.#packet(body, { packet, k, m, status, numbers });
        out.push(frame);
        if (k === 1 && m === 0) out.push(this.repeat(frame, false));
      });
      this.block++;
    }
    return out;
  }

  /** The packet once more under a new index: a resend when `retransmitted`, else as blocks of one are sent. */
  repeat(frame: AirFrame, retransmitted: boolean): AirFrame {
    const copy = frame.slice();
    const view = new DataView(copy.buffer);
    const at = RUBY_MAC_LEN;
    const header = createRubyHeader();
    header.flags = view.getUint8(at + 4) | (retransmitted ? Flag.retransmitted | Flag.highPriority : 0);
    header.packetType = PacketType.videoData;
    header.totalLength = copy.length - RUBY_MAC_LEN;
    header.source = this.shape.source;
    this.#number(header);
    writeRubyHeader(view, at, header);
    return copy;
  }

  #packet(
    body: Uint8Array,
    place: { packet: number; k: number; m: number; status: number; numbers: number },
  ): AirFrame {
    const { type, packetSize, source, debugTimes } = this.shape;
    const debug = debugTimes && place.packet < place.k && body.length === packetSize;
    const frame = new Uint8Array(BODY + body.length + (debug ? DEBUG_TIMES_LEN : 0)).fill(0xdb);
    const view = new DataView(frame.buffer);
    frame.set(body, BODY);
    const segment = createVideoSegment();
    segment.type = type;
    segment.status = place.status | (debug ? VideoStatus.debugTimes : 0);
    segment.block = this.block;
    segment.packet = place.packet;
    segment.packetSize = packetSize;
    segment.k = place.k;
    segment.m = place.m;
    segment.frame = this.frame;
    segment.frameNumbers = place.numbers;
    segment.keyframeIntervalMs = 500;
    segment.bitrateBps = 6_000_000;
    writeVideoSegment(view, RUBY_MAC_LEN + RUBY_HEADER_LEN, segment);
    const header = createRubyHeader();
    header.flags = Component.video | Flag.headerCrcOnly;
    header.packetType = PacketType.videoData;
    header.totalLength = frame.length - RUBY_MAC_LEN;
    header.source = source;
    this.#number(header);
    writeRubyHeader(view, RUBY_MAC_LEN, header);
    writeRubyMac(view, 0, RubyPort.toGround, this.linkCounter);
    return frame;
  }

  #number(header: ReturnType<typeof createRubyHeader>): void {
    this.streamIndex = (this.streamIndex + 1) & 0x0fffffff;
    this.linkCounter = (this.linkCounter + 1) & 0xffff;
    header.streamId = StreamId.video;
    header.streamIndex = this.streamIndex;
    header.linkCounter = this.linkCounter;
  }
}

/** The frame as an adapter's `openFrame` would give it. */
export function heard(frame: AirFrame, at: number, adapter = 0): RxFrame {
  const out = createRxFrame();
  out.bytes = frame;
  out.view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  out.mac = 0;
  out.start = RUBY_MAC_LEN;
  out.end = frame.length;
  out.at = ns(at) as Ns;
  out.adapter = adapter;
  return out;
}
