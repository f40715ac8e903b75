import { Component, PacketType, StreamId } from '../links/ruby/constants.ts';
import { RUBY_MAC_LEN, RubyPort, writeRubyMac } from '../links/ruby/mac-header.ts';
import { createRubyHeader, RUBY_HEADER_LEN, type RubyHeader, writeRubyHeader } from '../links/ruby/packet-header.ts';

/** Where a packet's body begins in a frame: behind the 802.11 and the Ruby header. */
export const BODY = RUBY_MAC_LEN + RUBY_HEADER_LEN;

const FAST_LINKS_ONLY = 0x0100;

/** Counters of an air unit's sending side, and the framing that uses them. Source: rubyfpv-link.md 1.3, 2.2. */
export class RubySender {
  readonly #source: number;
  readonly #header: RubyHeader = createRubyHeader();
  readonly #streams: Uint32Array;
  #link: number;

  /** The first packet of every stream, and the first on the link, carries `firstIndex`: 1 on a real air unit. */
  constructor(source: number, firstIndex = 1) {
    this.#source = source;
    this.#streams = new Uint32Array(16).fill(firstIndex);
    this.#link = firstIndex;
  }

  /**
   * Writes the 802.11 header and the Ruby header in front of a body of `length` bytes that stands at BODY in `view`. A
   * video packet's CRC covers its header alone. Returns the frame's length.
   */
  seal(view: DataView, packetType: number, length: number): number {
    const video = packetType === PacketType.videoData;
    const stream = video ? StreamId.video : packetType === PacketType.alarm ? StreamId.data : StreamId.telemetry;
    const header = this.#header;
    header.flags = video ? Component.video | 0x08 : stream === StreamId.data ? Component.ruby : Component.telemetry;
    header.packetType = packetType;
    header.streamId = stream;
    header.streamIndex = this.#streams[stream] as number;
    header.extendedFlags = video ? FAST_LINKS_ONLY : 0;
    header.totalLength = RUBY_HEADER_LEN + length;
    header.linkCounter = this.#link & 0xffff;
    header.source = this.#source;
    header.destination = 0;
    this.#streams[stream] = (header.streamIndex + 1) & 0x0fffffff;
    writeRubyMac(view, 0, RubyPort.toGround, this.#link++);
    writeRubyHeader(view, RUBY_MAC_LEN, header);
    return BODY + length;
  }
}
