import { RadioError } from '../../base/errors.ts';

/*
 * The calls of the C library that raw sockets need, through koffi. Each returns what the C function does, or minus the error
 * number when it failed. Layouts and numbers are those of Linux on 64-bit little-endian machines (x86-64, ARM64, RISC-V).
 */

/** Error numbers, negative as our calls return them. Source: Linux asm-generic/errno.h. */
export const Errno = {
  perm: -1,
  intr: -4,
  io: -5,
  noSuchDeviceOrAddress: -6,
  again: -11,
  access: -13,
  busy: -16,
  noDevice: -19,
  invalid: -22,
  messageSize: -90,
  noProtocolOption: -92,
  notSupported: -95,
  networkDown: -100,
  noBuffers: -105,
} as const;

/** Source: Linux include/uapi/linux/if_packet.h, if_ether.h, asm-generic/socket.h, asm-generic/poll.h. */
export const AF_PACKET = 17;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const ETH_P_ALL = 0x0003;
export const SOL_SOCKET = 1;
export const SO_ERROR = 4;
export const SO_RCVBUF = 8;
export const SO_ATTACH_FILTER = 26;
export const SO_TIMESTAMPNS = 35;
export const SO_RCVBUFFORCE = 33;
export const SOL_PACKET = 263;
export const PACKET_STATISTICS = 6;
export const PACKET_IGNORE_OUTGOING = 23;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const POLLIN = 0x0001;
export const POLLERR = 0x0008;
export const POLLHUP = 0x0010;
export const POLLNVAL = 0x0020;

/** Sizes of the C structures, bytes. Source: Linux on LP64. */
export const SOCKADDR_LL_LEN = 20;
/** Offset of the kind of link layer in it. */
export const SOCKADDR_LL_HATYPE = 8;
export const IOVEC_LEN = 16;
export const MMSGHDR_LEN = 64;
/** One control message that holds a `struct timespec`: length, level, type, seconds, nanoseconds. */
export const CMSG_LEN = 32;
export const CMSG_TYPE = 12;
export const CMSG_SECONDS = 16;
export const CMSG_NANOSECONDS = 24;
/** Offsets in `struct mmsghdr`. */
export const MMSGHDR_IOV = 16;
export const MMSGHDR_IOVLEN = 24;
export const MMSGHDR_CONTROL = 32;
export const MMSGHDR_CONTROLLEN = 40;
export const MMSGHDR_FLAGS = 48;
export const MMSGHDR_RECEIVED = 56;

/** Pointers are addresses of memory that the caller keeps referenced, or typed arrays used during the call only. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  /** Fills `address` with what `fd` is bound to. */
  boundTo(fd: number, address: Uint8Array): number;
  close(fd: number): number;
  setOption(fd: number, level: number, name: number, value: Uint8Array): number;
  /** Fills `value`; returns how many bytes. */
  getOption(fd: number, level: number, name: number, value: Uint8Array): number;
  poll(fds: bigint, count: number, timeoutMs: number): number;
  recvmmsg(fd: number, headers: bigint, count: number, flags: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  eventfd(): number;
  read(fd: number, bytes: Uint8Array, length: number): number;
  write(fd: number, bytes: Uint8Array, length: number): number;
  /** The time of day into a `struct timespec` at `address`, as received frames are stamped with. */
  timeOfDay(address: bigint): void;
  /** 0 when there is no such interface. */
  interfaceIndex(name: string): number;
  /** Where `bytes` lie. Keeps nothing alive: the array must stay referenced for as long as the address is used. */
  addressOf(bytes: Uint8Array): bigint;
}

type Koffi = typeof import('koffi').default;

let loaded: Libc | undefined;

/**
 * Loads the C library, once per thread. Rejects with a RadioError `unsupported` where our layouts would not hold, or where
 * koffi has no binary. Loaded late: a program that uses no adapter needs no koffi.
 */
export async function loadLibc(): Promise<Libc> {
  loaded ??= bindings(await loadKoffi());
  return loaded;
}

async function loadKoffi(): Promise<Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (cause) {
    throw new RadioError('unsupported', 'Wi-Fi adapters need the npm package koffi, which does not load here.', {
      cause,
    });
  }
}

function bindings(koffi: Koffi): Libc {
  const bits64 = koffi.sizeof('void *') === 8;
  const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  if (process.platform !== 'linux' || !bits64 || !littleEndian) {
    const here = `${process.platform} ${process.arch}`;
    throw new RadioError('unsupported', `Wi-Fi adapters can be used on 64-bit Linux only; this is ${here}.`);
  }
  const c = koffi.load(null);
  const errno = () => -koffi.errno();
  const socket = c.func('int socket(int domain, int type, int protocol)');
  const bind = c.func('int bind(int fd, const void *address, uint32_t length)');
  const getsockname = c.func('int getsockname(int fd, void *address, void *length)');
  const close = c.func('int close(int fd)');
  const setsockopt = c.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)');
  const getsockopt = c.func('int getsockopt(int fd, int level, int name, void *value, void *length)');
  const poll = c.func('int poll(void *fds, unsigned long count, int timeoutMs)');
  const recvmmsg = c.func('int recvmmsg(int fd, void *headers, unsigned int count, int flags, void *timeout)');
  const send = c.func('intptr_t send(int fd, const void *bytes, size_t length, int flags)');
  const eventfd = c.func('int eventfd(unsigned int initial, int flags)');
  const read = c.func('intptr_t read(int fd, void *bytes, size_t length)');
  const write = c.func('intptr_t write(int fd, const void *bytes, size_t length)');
  const clockGettime = c.func('int clock_gettime(int clock, void *time)');
  const ifNameToIndex = c.func('unsigned int if_nametoindex(const char *name)');
  const outLength = new Uint32Array(new ArrayBuffer(4));
  const orErrno = (result: number) => (result < 0 ? errno() : result);
  return {
    socket: (domain, type, protocol) => orErrno(socket(domain, type, protocol)),
    bind: (fd, address, length) => orErrno(bind(fd, address, length)),
    boundTo: (fd, address) => {
      outLength[0] = address.length;
      return orErrno(getsockname(fd, address, outLength));
    },
    close: (fd) => orErrno(close(fd)),
    setOption: (fd, level, name, value) => orErrno(setsockopt(fd, level, name, value, value.length)),
    getOption: (fd, level, name, value) => {
      outLength[0] = value.length;
      const result = getsockopt(fd, level, name, value, outLength);
      return result < 0 ? errno() : (outLength[0] as number);
    },
    poll: (fds, count, timeoutMs) => orErrno(poll(fds, count, timeoutMs)),
    recvmmsg: (fd, headers, count, flags) => orErrno(recvmmsg(fd, headers, count, flags, null)),
    send: (fd, bytes, length, flags) => orErrno(send(fd, bytes, length, flags)),
    eventfd: () => orErrno(eventfd(0, SOCK_NONBLOCK | SOCK_CLOEXEC)),
    read: (fd, bytes, length) => orErrno(read(fd, bytes, length)),
    write: (fd, bytes, length) => orErrno(write(fd, bytes, length)),
    timeOfDay: (address) => void clockGettime(0, address),
    interfaceIndex: (name) => ifNameToIndex(name),
    addressOf: (bytes) => koffi.address(bytes),
  };
}
