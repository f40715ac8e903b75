import type { LinkType } from '../../base/frame.ts';
import { NS_PER_S } from '../../base/time.ts';
import { MAX_FRAME_LEN } from './capture.ts';
import { PCAP_HEADER_LEN, PCAP_MICROS, PCAP_NANOS, PCAP_RECORD_LEN } from './classic.ts';
import { BlockType, BYTE_ORDER_MAGIC, Option, SECTION_HEADER } from './pcapng.ts';

/** Where a writer puts its bytes; they are lent until the call returns. */
export type WriteBytes = (bytes: Uint8Array) => void;

/** Writes classic pcap, little endian. The file header is written at once. */
export class PcapWriter {
  readonly #write: WriteBytes;
  readonly #nanosPerUnit: number;
  readonly #record = new Uint8Array(PCAP_RECORD_LEN);
  readonly #view = new DataView(this.#record.buffer);

  constructor(linkType: LinkType, resolution: 'us' | 'ns', write: WriteBytes) {
    this.#write = write;
    this.#nanosPerUnit = resolution === 'ns' ? 1 : 1000;
    const header = new Uint8Array(PCAP_HEADER_LEN);
    const view = new DataView(header.buffer);
    view.setUint32(0, resolution === 'ns' ? PCAP_NANOS : PCAP_MICROS, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, MAX_FRAME_LEN, true);
    view.setUint32(20, linkType, true);
    write(header);
  }

  /** Writes frame [start, end), heard at `seconds` since 1970 plus `nanos` (0 to 999,999,999). */
  frame(bytes: Uint8Array, start: number, end: number, seconds: number, nanos: number): void {
    this.#view.setUint32(0, seconds, true);
    this.#view.setUint32(4, Math.floor(nanos / this.#nanosPerUnit), true);
    this.#view.setUint32(8, end - start, true);
    this.#view.setUint32(12, end - start, true);
    this.#write(this.#record);
    this.#write(bytes.subarray(start, end));
  }
}

/** Writes pcapng, little endian, nanoseconds: one section, one interface per link type given. */
export class PcapngWriter {
  readonly #write: WriteBytes;
  readonly #head = new Uint8Array(28);
  readonly #view = new DataView(this.#head.buffer);
  readonly #tail = new Uint8Array(7);
  readonly #tailView = new DataView(this.#tail.buffer);

  constructor(interfaces: readonly LinkType[], write: WriteBytes) {
    this.#write = write;
    const blocks = new Uint8Array(28 + interfaces.length * 32);
    const view = new DataView(blocks.buffer);
    view.setUint32(0, SECTION_HEADER, true);
    view.setUint32(4, 28, true);
    view.setUint32(8, BYTE_ORDER_MAGIC, true);
    view.setUint16(12, 1, true);
    // Section length unknown.
    view.setUint32(16, 0xffffffff, true);
    view.setUint32(20, 0xffffffff, true);
    view.setUint32(24, 28, true);
    let at = 28;
    for (const linkType of interfaces) {
      view.setUint32(at, BlockType.interface, true);
      view.setUint32(at + 4, 32, true);
      view.setUint16(at + 8, linkType, true);
      view.setUint32(at + 12, MAX_FRAME_LEN, true);
      view.setUint16(at + 16, Option.tsResolution, true);
      view.setUint16(at + 18, 1, true);
      view.setUint8(at + 20, 9);
      view.setUint32(at + 28, 32, true);
      at += 32;
    }
    write(blocks);
  }

  /** Writes frame [start, end) of interface `source`, heard at `seconds` since 1970 plus `nanos`. */
  frame(bytes: Uint8Array, start: number, end: number, seconds: number, nanos: number, source = 0): void {
    const length = end - start;
    const padding = -length & 3;
    const blockLength = 32 + length + padding;
    const ticks = BigInt(seconds) * BigInt(NS_PER_S) + BigInt(nanos);
    this.#view.setUint32(0, BlockType.enhancedPacket, true);
    this.#view.setUint32(4, blockLength, true);
    this.#view.setUint32(8, source, true);
    this.#view.setUint32(12, Number(ticks >> 32n), true);
    this.#view.setUint32(16, Number(ticks & 0xffffffffn), true);
    this.#view.setUint32(20, length, true);
    this.#view.setUint32(24, length, true);
    this.#write(this.#head);
    this.#write(bytes.subarray(start, end));
    this.#tailView.setUint32(padding, blockLength, true);
    this.#write(this.#tail.subarray(0, padding + 4));
    this.#tail.fill(0);
  }
}
