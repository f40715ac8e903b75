import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BPF_PACKET_TYPE,
  Bpf,
  type BpfInstruction,
  encodeProgram,
  type FrameFilter,
  filterProgram,
  PACKET_OUTGOING,
  RUBY_TO_GROUND,
} from '../../radio/adapters/af-packet/filter.ts';
import { readCaptureFile } from '../../radio/adapters/pcap/file.ts';

/** What the kernel does with a program: a plain interpreter of the instructions we use. Returns the bytes let through. */
function kernel(program: readonly BpfInstruction[], frame: Uint8Array, packetType = 0): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let a = 0;
  let x = 0;
  for (let pc = 0; pc < program.length; pc++) {
    const { code, jt, jf, k } = program[pc] as BpfInstruction;
    const at = code === Bpf.loadWordAtX || code === Bpf.loadHalfAtX || code === Bpf.loadByteAtX ? x + k : k;
    const length = code === Bpf.loadWord || code === Bpf.loadWordAtX ? 4 : code === Bpf.loadHalfAtX ? 2 : 1;
    switch (code) {
      case Bpf.loadWord:
      case Bpf.loadByte:
      case Bpf.loadWordAtX:
      case Bpf.loadHalfAtX:
      case Bpf.loadByteAtX:
        if (k === BPF_PACKET_TYPE) a = packetType;
        else if (at + length > frame.length) return 0;
        else a = length === 4 ? view.getUint32(at) : length === 2 ? view.getUint16(at) : view.getUint8(at);
        break;
      case Bpf.shiftLeft:
        a = (a << k) >>> 0;
        break;
      case Bpf.orX:
        a = (a | x) >>> 0;
        break;
      case Bpf.toX:
        x = a;
        break;
      case Bpf.jumpEqual:
        pc += a === k ? jt : jf;
        break;
      case Bpf.return:
        return k;
      default:
        throw new Error(`unknown instruction ${code}`);
    }
  }
  throw new Error('the program ran past its end');
}

/** What a filter should let through, said plainly. */
function wanted(filter: FrameFilter, frame: Uint8Array): boolean {
  if (filter === 'everything') return true;
  const mac = frame.subarray((frame[2] ?? 0) | ((frame[3] ?? 0) << 8));
  if (frame.length < 4) return false;
  if (filter.wfb && mac[10] === 0x57 && mac[11] === 0x42) return true;
  const ruby = mac[0] === 0x08 && mac[1] === 0x01 && [0x13, 0x12, 0x34, 0x56].every((byte, i) => mac[10 + i] === byte);
  return ruby && filter.rubyPorts.includes(mac[4] as number);
}

function frame(radiotapLength: number, mac: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(radiotapLength + mac.length);
  bytes[2] = radiotapLength & 0xff;
  bytes[3] = radiotapLength >> 8;
  bytes.set(mac, radiotapLength);
  return bytes;
}

const RUBY = [8, 1, 0, 0, 0xff, 255, 255, 255, 255, 255, 0x13, 0x12, 0x34, 0x56, 0x78, 0x90];
const WFB = [8, 1, 0, 0, 255, 255, 255, 255, 255, 255, 0x57, 0x42, 0x75, 0x05, 0xd6, 0];
const BOTH: FrameFilter = { rubyPorts: [0xff, 0xef], wfb: true };

test('a frame passes exactly when it is of a wanted kind, whatever the length of radiotap and however it is cut or damaged', () => {
  const filters = fc.constantFrom<FrameFilter>('everything', RUBY_TO_GROUND, BOTH, { rubyPorts: [], wfb: true });
  const bytes = fc
    .tuple(fc.integer({ min: 4, max: 700 }), fc.constantFrom(RUBY, WFB), fc.nat(15), fc.nat(255), fc.nat(800))
    .map(([radiotap, mac, at, value, length]) => frame(radiotap, mac.with(at, value)).subarray(0, length + 1));
  const noise = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(filters, fc.oneof(bytes, noise), (filter, candidate) => {
      expect(kernel(filterProgram(filter), candidate) > 0).toBe(wanted(filter, candidate));
    }),
    { numRuns: 2000 },
  );
});

test('whole frames of both kinds pass where they are wanted, and a length field that lies past the end lets nothing through', () => {
  for (const length of [8, 36, 255, 256, 300]) {
    expect(kernel(filterProgram(RUBY_TO_GROUND), frame(length, RUBY))).toBeGreaterThan(5000);
    expect(kernel(filterProgram(RUBY_TO_GROUND), frame(length, WFB))).toBe(0);
    expect(kernel(filterProgram(BOTH), frame(length, WFB))).toBeGreaterThan(5000);
  }
  expect(kernel(filterProgram(RUBY_TO_GROUND), frame(36, RUBY.with(4, 0xef)))).toBe(0);
  const lying = frame(36, RUBY);
  lying[3] = 0xff;
  expect(kernel(filterProgram(BOTH), lying)).toBe(0);
});

test('frames that this machine sends never come back, with any filter', () => {
  for (const filter of ['everything', RUBY_TO_GROUND, BOTH] as const) {
    expect(kernel(filterProgram(filter), frame(36, RUBY), PACKET_OUTGOING)).toBe(0);
  }
});

test('every frame of a flight recorded from an air unit passes', () => {
  const program = filterProgram(RUBY_TO_GROUND);
  const capture = readCaptureFile(new URL('../captures/ruby/clean-h264.pcap', import.meta.url).pathname);
  let passed = 0;
  for (let i = 0; i < capture.frames; i++) {
    if (kernel(program, capture.bytes.subarray(capture.starts[i], capture.ends[i])) > 0) passed++;
  }
  expect(passed).toBe(capture.frames);
  expect(passed).toBeGreaterThan(500);
});

test('the kernel gets eight bytes per instruction, little endian', () => {
  expect([...encodeProgram([{ code: Bpf.jumpEqual, jt: 1, jf: 2, k: 0x13123456 }])]).toEqual([
    0x15, 0, 1, 2, 0x56, 0x34, 0x12, 0x13,
  ]);
});
