import {
  IOVEC_LEN,
  type Libc,
  MMSGHDR_FLAGS,
  MMSGHDR_IOV,
  MMSGHDR_IOVLEN,
  MMSGHDR_LEN,
  MMSGHDR_RECEIVED,
  MSG_DONTWAIT,
  MSG_TRUNC,
} from './libc.ts';

/** Frames taken by one call into the kernel: 0.8 of a 16 KB access unit with its parity come as 18. */
export const BATCH = 64;
/** Longest frame with its radiotap header that is kept whole, a multiple of 16: wfb-ng's snap length is 4301. */
const SLOT_LEN = 4608;

/**
 * Memory for one batch of frames and the tables by which `recvmmsg` fills it. The kernel knows all of it by address alone, so
 * every buffer is held by a field here (hot-path-choices.md 3: collected under the kernel otherwise).
 */
export class FrameBatch {
  /** The frames' memory: slot i starts at `start(i)`. */
  readonly bytes = new Uint8Array(new ArrayBuffer(BATCH * SLOT_LEN));
  readonly view = new DataView(this.bytes.buffer);
  /** Frames that were longer than a slot, since the start; they are given cut off. */
  truncated = 0;
  readonly #libc: Libc;
  readonly #iovecs = new Uint8Array(new ArrayBuffer(BATCH * IOVEC_LEN));
  readonly #headers = new DataView(new ArrayBuffer(BATCH * MMSGHDR_LEN));
  readonly #headerBytes = new Uint8Array(this.#headers.buffer);
  readonly #address: bigint;

  constructor(libc: Libc) {
    this.#libc = libc;
    const frames = libc.addressOf(this.bytes);
    const iovecs = libc.addressOf(this.#iovecs);
    this.#address = libc.addressOf(this.#headerBytes);
    const iovecView = new DataView(this.#iovecs.buffer);
    for (let i = 0; i < BATCH; i++) {
      iovecView.setBigUint64(i * IOVEC_LEN, frames + BigInt(i * SLOT_LEN), true);
      iovecView.setBigUint64(i * IOVEC_LEN + 8, BigInt(SLOT_LEN), true);
      this.#headers.setBigUint64(i * MMSGHDR_LEN + MMSGHDR_IOV, iovecs + BigInt(i * IOVEC_LEN), true);
      this.#headers.setBigUint64(i * MMSGHDR_LEN + MMSGHDR_IOVLEN, 1n, true);
    }
  }

  /** Takes what a socket holds, without waiting; returns how many frames, or a negative error number. */
  receive(fd: number): number {
    const count = this.#libc.recvmmsg(fd, this.#address, BATCH, MSG_DONTWAIT);
    for (let i = 0; i < count; i++) {
      if (this.#headers.getInt32(i * MMSGHDR_LEN + MMSGHDR_FLAGS, true) & MSG_TRUNC) this.truncated++;
    }
    return count;
  }

  start(i: number): number {
    return i * SLOT_LEN;
  }

  end(i: number): number {
    return i * SLOT_LEN + this.#headers.getUint32(i * MMSGHDR_LEN + MMSGHDR_RECEIVED, true);
  }
}
