import { RadioError } from '../../base/errors.ts';
import { encodeProgram, type FrameFilter, filterProgram } from './filter.ts';
import {
  AF_PACKET,
  Errno,
  ETH_P_ALL,
  type Libc,
  MSG_DONTWAIT,
  PACKET_IGNORE_OUTGOING,
  PACKET_STATISTICS,
  SO_ATTACH_FILTER,
  SO_ERROR,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_TIMESTAMPNS,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCKADDR_LL_HATYPE,
  SOCKADDR_LL_LEN,
  SOL_PACKET,
  SOL_SOCKET,
} from './libc.ts';

/**
 * Asked of the kernel; it doubles the figure and charges each frame with its overhead. With the default of 208 KB a burst of
 * 2000 frames left 93 (radio-lab.md).
 */
const RECEIVE_BUFFER = 8 * 1024 * 1024;

/** Link layer of an interface in monitor mode. Source: Linux include/uapi/linux/if_arp.h, ARPHRD_IEEE80211_RADIOTAP. */
const ARPHRD_RADIOTAP = 803;

/** An option switched on: a C int of 1. */
const ONE = new Uint8Array(new Int32Array([1]).buffer);

/** How a frame for the air fared. */
export type Sent =
  | 'sent'
  /** The driver's queue is full: later, perhaps. */
  | 'congested'
  /** The driver does not take it. */
  | 'refused'
  /** The interface is down or gone. */
  | 'away';

/** One raw socket on one interface in monitor mode. */
export class RawSocket {
  readonly fd: number;
  /** Receive buffer granted, bytes as the kernel counts them. */
  readonly receiveBufferBytes: number;
  /** Frames that the kernel dropped because we were too slow, since the socket was opened. */
  kernelDrops = 0;
  readonly #libc: Libc;
  readonly #statistics = new Uint32Array(new ArrayBuffer(8));
  readonly #statisticsBytes = new Uint8Array(this.#statistics.buffer);
  #closed = false;

  private constructor(libc: Libc, fd: number, receiveBufferBytes: number) {
    this.#libc = libc;
    this.fd = fd;
    this.receiveBufferBytes = receiveBufferBytes;
  }

  /**
   * Opens one on interface `name`. Throws a RadioError: `no-permission`, `no-adapter` (no such interface, or down),
   * `no-monitor` (not in monitor mode), `unsupported`. `anyKind` accepts interfaces that are not in monitor mode: benches
   * use a veth pair.
   */
  static open(libc: Libc, name: string, filter: FrameFilter, anyKind = false): RawSocket {
    const index = libc.interfaceIndex(name);
    if (index === 0) throw new RadioError('no-adapter', `${name}: there is no such network interface.`);
    // Protocol 0 hears nothing until it is bound: no foreign frame comes in before the filter.
    const fd = libc.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd === Errno.perm || fd === Errno.access) {
      throw new RadioError('no-permission', `${name}: raw sockets need the right CAP_NET_RAW.`);
    }
    if (fd < 0) throw new RadioError('unsupported', `${name}: no raw socket can be opened (error ${-fd}).`);
    try {
      attach(libc, fd, name, filter);
      const granted = enlarge(libc, fd);
      libc.setOption(fd, SOL_SOCKET, SO_TIMESTAMPNS, ONE);
      bind(libc, fd, name, index);
      if (!anyKind) checkMonitorMode(libc, fd, name);
      return new RawSocket(libc, fd, granted);
    } catch (error) {
      libc.close(fd);
      throw error;
    }
  }

  /** Changes what is heard from now on. Throws a RadioError `unsupported`. */
  setFilter(name: string, filter: FrameFilter): void {
    attach(this.#libc, this.fd, name, filter);
  }

  /** Gives one frame, with its radiotap header, to the driver. Never waits. */
  send(frame: Uint8Array): Sent {
    const result = this.#libc.send(this.fd, frame, frame.length, MSG_DONTWAIT);
    if (result >= 0) return 'sent';
    if (result === Errno.noBuffers || result === Errno.again) return 'congested';
    if (result === Errno.networkDown || result === Errno.noDevice || result === Errno.noSuchDeviceOrAddress)
      return 'away';
    return 'refused';
  }

  /** Asks the kernel how many frames it dropped, and adds them to `kernelDrops`. */
  readStatistics(): void {
    if (this.#closed) return;
    // The kernel starts from zero at each reading.
    if (this.#libc.getOption(this.fd, SOL_PACKET, PACKET_STATISTICS, this.#statisticsBytes) >= 8) {
      this.kernelDrops += this.#statistics[1] as number;
    }
  }

  /** The error that waits on the socket, as a negative number, or 0. Reading it clears it. */
  takeError(): number {
    return takeError(this.#libc, this.fd);
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.readStatistics();
    this.#closed = true;
    this.#libc.close(this.fd);
  }
}

function takeError(libc: Libc, fd: number): number {
  const value = new Int32Array(new ArrayBuffer(4));
  libc.getOption(fd, SOL_SOCKET, SO_ERROR, new Uint8Array(value.buffer));
  return -(value[0] as number);
}

function attach(libc: Libc, fd: number, name: string, filter: FrameFilter): void {
  const program = encodeProgram(filterProgram(filter));
  // struct sock_fprog: count u16, then the address of the instructions, which `program` keeps until the call returns.
  const fprog = new DataView(new ArrayBuffer(16));
  fprog.setUint16(0, program.length / 8, true);
  fprog.setBigUint64(8, libc.addressOf(program), true);
  const result = libc.setOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, new Uint8Array(fprog.buffer));
  if (result < 0 || program.length === 0) {
    throw new RadioError('unsupported', `${name}: the kernel refuses our filter (error ${-result}).`);
  }
}

/** Returns what was granted. More than the system's limit (net.core.rmem_max) takes CAP_NET_ADMIN. */
function enlarge(libc: Libc, fd: number): number {
  const value = new Int32Array(new ArrayBuffer(4));
  const bytes = new Uint8Array(value.buffer);
  value[0] = RECEIVE_BUFFER;
  if (libc.setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes) < 0) libc.setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes);
  libc.getOption(fd, SOL_SOCKET, SO_RCVBUF, bytes);
  return value[0] as number;
}

function bind(libc: Libc, fd: number, name: string, index: number): void {
  // Since Linux 4.20; the filter refuses outgoing frames on any kernel.
  libc.setOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, ONE);
  // struct sockaddr_ll: family u16, protocol u16 big endian, interface index i32, the rest for sending by address.
  const address = new DataView(new ArrayBuffer(SOCKADDR_LL_LEN));
  address.setUint16(0, AF_PACKET, true);
  address.setUint16(2, ETH_P_ALL, false);
  address.setInt32(4, index, true);
  const result = libc.bind(fd, new Uint8Array(address.buffer), SOCKADDR_LL_LEN);
  if (result === Errno.noDevice) throw new RadioError('no-adapter', `${name} went away.`);
  if (result < 0) throw new RadioError('unsupported', `${name}: cannot listen on it (error ${-result}).`);
  // The kernel binds to an interface that is down, and tells by the socket's error.
  if (takeError(libc, fd) === Errno.networkDown) throw new RadioError('no-adapter', `${name} is down.`);
}

/** The kernel would let any kind of interface pass. */
function checkMonitorMode(libc: Libc, fd: number, name: string): void {
  const address = new DataView(new ArrayBuffer(SOCKADDR_LL_LEN));
  libc.boundTo(fd, new Uint8Array(address.buffer));
  const hardwareType = address.getUint16(SOCKADDR_LL_HATYPE, true);
  if (hardwareType !== ARPHRD_RADIOTAP) throw new RadioError('no-monitor', `${name} is not in monitor mode.`);
}
