import { RadioError } from '../../base/errors.ts';
import { type Capture, FrameIndex } from './capture.ts';
import { readClassic } from './classic.ts';
import { readPcapng, SECTION_HEADER } from './pcapng.ts';

export type { Capture, CaptureTime } from './capture.ts';

/**
 * Indexes a capture file: classic pcap (both byte orders, micro- and nanoseconds) or pcapng. A damaged or cut file is
 * read to its last whole frame and says so in `truncated` and `reason`. `bytes` is kept, not copied.
 *
 * Throws a RadioError with a whole sentence: `not-a-capture`, or `bad-link-type` when nothing in it is 802.11.
 */
export function readCapture(name: string, bytes: Uint8Array): Capture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 0) throw new RadioError('not-a-capture', `${name}: the file is empty`);
  const index = new FrameIndex();
  const magic = bytes.length < 4 ? 0 : view.getUint32(0);
  if (magic === SECTION_HEADER) readPcapng(name, view, index);
  else if (!readClassic(name, view, index)) throw notACapture(name, magic);
  return index.finish(name, bytes, view);
}

function notACapture(name: string, magic: number): RadioError {
  const packed = magic >>> 16 === 0x1f8b || magic === 0x28b52ffd;
  const advice = packed ? 'is compressed; unpack it first' : 'is not a pcap or pcapng capture';
  return new RadioError('not-a-capture', `${name}: the file ${advice}`);
}
