/**
 * Kernel filters (classic BPF) that keep foreign frames out of our socket, so that a busy channel costs nothing.
 *
 * An instruction is 8 bytes, in the machine's byte order: code u16, jump if true u8, jump if false u8, operand u32.
 * A load past the end of the frame refuses the frame. Source: Linux Documentation/networking/filter.rst;
 * include/uapi/linux/filter.h, bpf_common.h.
 */

/** Which frames an adapter hands up. `everything` is for searching and capturing. */
export type FrameFilter = 'everything' | FrameKinds;

export interface FrameKinds {
  /** RubyFPV frames with one of these port bytes: 0xFF air to ground, 0xEF ground to air. Up to 8. */
  rubyPorts: readonly number[];
  /** wfb-ng frames of any link. */
  wfb: boolean;
}

/** What a ground station needs while it flies. */
export const RUBY_TO_GROUND: FrameFilter = { rubyPorts: [0xff], wfb: false };

export interface BpfInstruction {
  code: number;
  jt: number;
  jf: number;
  k: number;
}

/** Opcodes used. */
export const Bpf = {
  loadWord: 0x20,
  loadByte: 0x30,
  loadWordAtX: 0x40,
  loadHalfAtX: 0x48,
  loadByteAtX: 0x50,
  shiftLeft: 0x64,
  orX: 0x4c,
  toX: 0x07,
  jumpEqual: 0x15,
  return: 0x06,
} as const;

/** Operand that loads the packet's kind (PACKET_HOST, PACKET_OUTGOING) instead of its bytes: SKF_AD_OFF + SKF_AD_PKTTYPE. */
export const BPF_PACKET_TYPE = 0xfffff000 + 4;
/** `sll_pkttype` of what this machine sends. Source: include/uapi/linux/if_packet.h. */
export const PACKET_OUTGOING = 4;
/** Most bytes that a filter lets through of one frame; more than any frame has. */
export const BPF_SNAP = 0x40000;

/** Where the tests stand in the program: all of a kind's tests jump to its own end when they fail. */
const stop = (k: number): BpfInstruction => ({ code: Bpf.return, jt: 0, jf: 0, k });
const load = (code: number, k: number): BpfInstruction => ({ code, jt: 0, jf: 0, k });

/**
 * The program of a filter. Frames that this machine sends itself are always refused. Then, with the 802.11 header at the
 * length that radiotap states (little endian, bytes 2 and 3): RubyFPV frames are data frames to a station (08 01) with a
 * listed port byte and address 13:12:34:56 (rubyfpv-link.md 1.4), wfb-ng frames have address 57:42 (wfb-ng.md 2).
 */
export function filterProgram(filter: FrameFilter): BpfInstruction[] {
  const program: BpfInstruction[] = [
    load(Bpf.loadWord, BPF_PACKET_TYPE),
    { code: Bpf.jumpEqual, jt: 0, jf: 1, k: PACKET_OUTGOING },
    stop(0),
  ];
  if (filter === 'everything') return [...program, stop(BPF_SNAP)];
  program.push(
    load(Bpf.loadByte, 3),
    load(Bpf.shiftLeft, 8),
    load(Bpf.toX, 0),
    load(Bpf.loadByte, 2),
    load(Bpf.orX, 0),
    load(Bpf.toX, 0),
  );
  if (filter.wfb) {
    program.push(load(Bpf.loadHalfAtX, 10), { code: Bpf.jumpEqual, jt: 0, jf: 1, k: 0x5742 }, stop(BPF_SNAP));
  }
  if (filter.rubyPorts.length > 0) {
    program.push(
      load(Bpf.loadHalfAtX, 0),
      { code: Bpf.jumpEqual, jt: 1, jf: 0, k: 0x0801 },
      stop(0),
      load(Bpf.loadWordAtX, 10),
      { code: Bpf.jumpEqual, jt: 1, jf: 0, k: 0x13123456 },
      stop(0),
      load(Bpf.loadByteAtX, 4),
    );
    for (const port of filter.rubyPorts) {
      program.push({ code: Bpf.jumpEqual, jt: 0, jf: 1, k: port }, stop(BPF_SNAP));
    }
  }
  return [...program, stop(0)];
}

/** The program as the kernel reads it, little endian. */
export function encodeProgram(program: readonly BpfInstruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(program.length * 8));
  program.forEach(({ code, jt, jf, k }, i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jt);
    view.setUint8(i * 8 + 3, jf);
    view.setUint32(i * 8 + 4, k, true);
  });
  return new Uint8Array(view.buffer);
}
