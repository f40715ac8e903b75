import { NS_PER_S } from '../../base/time.ts';
import {
  CMSG_LEN,
  CMSG_NANOSECONDS,
  CMSG_SECONDS,
  CMSG_TYPE,
  IOVEC_LEN,
  type Libc,
  MMSGHDR_CONTROL,
  MMSGHDR_CONTROLLEN,
  MMSGHDR_FLAGS,
  MMSGHDR_IOV,
  MMSGHDR_IOVLEN,
  MMSGHDR_LEN,
  MMSGHDR_RECEIVED,
  MSG_DONTWAIT,
  MSG_TRUNC,
  SO_TIMESTAMPNS,
} from './libc.ts';

/** Frames taken by one call into the kernel: 0.8 of a 16 KB access unit with its parity come as 18. */
const BATCH = 64;
/** Longest frame with its radiotap header that is kept whole, a multiple of 16: wfb-ng's snap length is 4301. */
const SLOT_LEN = 4608;
/** A frame that seems to have waited longer has a stamp from before the computer's clock was set. */
const MAX_AGE_NS = 5 * NS_PER_S;

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
  readonly #controls = new DataView(new ArrayBuffer(BATCH * CMSG_LEN));
  readonly #controlBytes = new Uint8Array(this.#controls.buffer);
  readonly #now = new DataView(new ArrayBuffer(16));
  readonly #nowBytes = new Uint8Array(this.#now.buffer);
  readonly #nowAddress: bigint;
  readonly #address: bigint;

  constructor(libc: Libc) {
    this.#libc = libc;
    const frames = libc.addressOf(this.bytes);
    const iovecs = libc.addressOf(this.#iovecs);
    this.#address = libc.addressOf(this.#headerBytes);
    const controls = libc.addressOf(this.#controlBytes);
    this.#nowAddress = libc.addressOf(this.#nowBytes);
    const iovecView = new DataView(this.#iovecs.buffer);
    for (let i = 0; i < BATCH; i++) {
      iovecView.setBigUint64(i * IOVEC_LEN, frames + BigInt(i * SLOT_LEN), true);
      iovecView.setBigUint64(i * IOVEC_LEN + 8, BigInt(SLOT_LEN), true);
      this.#headers.setBigUint64(i * MMSGHDR_LEN + MMSGHDR_IOV, iovecs + BigInt(i * IOVEC_LEN), true);
      this.#headers.setBigUint64(i * MMSGHDR_LEN + MMSGHDR_IOVLEN, 1n, true);
      this.#headers.setBigUint64(i * MMSGHDR_LEN + MMSGHDR_CONTROL, controls + BigInt(i * CMSG_LEN), true);
      this.#headers.setUint32(i * MMSGHDR_LEN + MMSGHDR_CONTROLLEN, CMSG_LEN, true);
    }
  }

  /** Takes what a socket holds, without waiting; returns how many frames, or a negative error number. */
  receive(fd: number): number {
    const count = this.#libc.recvmmsg(fd, this.#address, BATCH, MSG_DONTWAIT);
    if (count > 0) this.#libc.timeOfDay(this.#nowAddress);
    for (let i = 0; i < count; i++) {
      if (this.#headers.getInt32(i * MMSGHDR_LEN + MMSGHDR_FLAGS, true) & MSG_TRUNC) this.truncated++;
    }
    return count;
  }

  /**
   * How long frame `i` had waited in the kernel when the batch was taken, ns; 0 when that is unknown. To be asked once for each
   * frame: it also makes the slot ready for the next batch.
   */
  age(i: number): number {
    const header = i * MMSGHDR_LEN + MMSGHDR_CONTROLLEN;
    const stamped = this.#headers.getUint32(header, true) >= CMSG_LEN;
    this.#headers.setUint32(header, CMSG_LEN, true);
    const control = i * CMSG_LEN;
    if (!stamped || this.#controls.getInt32(control + CMSG_TYPE, true) !== SO_TIMESTAMPNS) return 0;
    // The low 32 bits of the seconds are enough for a difference.
    const seconds = (this.#now.getInt32(0, true) - this.#controls.getInt32(control + CMSG_SECONDS, true)) | 0;
    const nanoseconds = this.#now.getInt32(8, true) - this.#controls.getInt32(control + CMSG_NANOSECONDS, true);
    const age = seconds * NS_PER_S + nanoseconds;
    return age >= 0 && age <= MAX_AGE_NS ? age : 0;
  }

  start(i: number): number {
    return i * SLOT_LEN;
  }

  end(i: number): number {
    return i * SLOT_LEN + this.#headers.getUint32(i * MMSGHDR_LEN + MMSGHDR_RECEIVED, true);
  }
}
