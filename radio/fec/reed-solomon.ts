import { cauchy, inverse, multiply } from './galois.ts';
import { createKernel, type Kernel } from './kernel.ts';

/** Packet slots begin at multiples of this, and the kernel may write up to the next multiple: its longest step. */
export const SLOT_ALIGN = 64;

/** Most packets of a block, data and parity together: one bit each in a mask. */
export const MAX_PACKETS = 32;

const TABLE_LEN = 32;
const SOURCES = 256 * TABLE_LEN;
const TABLES = SOURCES + MAX_PACKETS * 4;
const SPARE = TABLES + MAX_PACKETS * 16;
const SPARE_LEN = 2048;
const FIRST_SLOT = Math.ceil((SPARE + SPARE_LEN) / SLOT_ALIGN) * SLOT_ALIGN;
const MAX_SOLVES = 2048;

/** How to make some packets of a block from others: `out[r] = sum of coefficient[r][j] * source[j]`. */
interface Solve {
  /** Packet indexes in the block. */
  sources: Uint8Array;
  outs: Uint8Array;
  /** Addresses of multiplication tables, row by row. */
  tables: Int32Array;
}

/**
 * RubyFPV's block code: systematic, Cauchy matrix over GF(2^8), so any k of the k + m packets give the block. Packets
 * lie in `bytes` from `firstSlot` on, a block's packets `stride` apart, data before parity; every address and stride is a
 * multiple of SLOT_ALIGN. What a packet is shorter than the block's size must be zero.
 *
 * Source: rubyfpv-link.md 5; speed: hot-path-choices.md 1. Plain twin: test/twins/reed-solomon.ts.
 */
export class ReedSolomon {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly firstSlot = FIRST_SLOT;
  readonly #kernel: Kernel;
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #solves = new Map<number, Solve>();

  /** Makes room for `slotBytes` bytes of packets. */
  constructor(slotBytes: number) {
    this.#kernel = createKernel(FIRST_SLOT + Math.max(slotBytes, 4 * SLOT_ALIGN));
    this.bytes = new Uint8Array(this.#kernel.buffer);
    this.view = new DataView(this.#kernel.buffer);
    this.#words = new Int32Array(this.#kernel.buffer);
    for (let coefficient = 0; coefficient < 256; coefficient++) {
      const table = coefficient * TABLE_LEN;
      for (let nibble = 0; nibble < 16; nibble++) {
        this.bytes[table + nibble] = multiply(coefficient, nibble);
        this.bytes[table + 16 + nibble] = multiply(coefficient, nibble << 4);
      }
    }
    // The first calls of a kernel are slow until the engine has optimised it: not in flight.
    for (let i = 0; i < 50; i++) {
      this.#combine(FIRST_SLOT, 0, encodeSolve(4, 4), SLOT_ALIGN);
      this.#combine(FIRST_SLOT, 0, encodeSolve(4, 1), SLOT_ALIGN);
    }
    this.bytes.fill(0, FIRST_SLOT, FIRST_SLOT + 4 * SLOT_ALIGN);
  }

  /**
   * Rebuilds the missing data packets of the block whose first packet lies at `at`. `present` has bit i set for packet
   * i; 1 <= k, k + m <= 32; `size` is at most 2048 and the stride. Returns how many were rebuilt; 0 when none is missing,
   * or when fewer than k packets are there (nothing is written then).
   */
  repair(at: number, stride: number, k: number, present: number, size: number): number {
    const key = (present >>> 0) * 64 + k;
    let solve = this.#solves.get(key);
    if (solve === undefined) {
      solve = repairSolve(k, present);
      if (solve === undefined) return 0;
      if (this.#solves.size >= MAX_SOLVES) this.#solves.clear();
      this.#solves.set(key, solve);
    }
    this.#combine(at, stride, solve, size);
    return solve.outs.length;
  }

  /** Writes the `m` parity packets of a block behind its `k` data packets. Limits as in `repair`. */
  encode(at: number, stride: number, k: number, m: number, size: number): void {
    this.#combine(at, stride, encodeSolve(k, m), size);
  }

  #combine(at: number, stride: number, solve: Solve, size: number): void {
    const { sources, outs, tables } = solve;
    const words = this.#words;
    const k = sources.length;
    const rows = outs.length;
    for (let j = 0; j < k; j++) words[SOURCES / 4 + j] = at + (sources[j] as number) * stride;
    let row = 0;
    while (rows - row >= 3) {
      for (let r = 0; r < 4; r++) {
        const from = Math.min(row + r, rows - 1) * k;
        for (let j = 0; j < k; j++) words[TABLES / 4 + j * 4 + r] = tables[from + j] as number;
      }
      const out = at + (outs[row] as number) * stride;
      const out1 = at + (outs[row + 1] as number) * stride;
      const out2 = at + (outs[row + 2] as number) * stride;
      const out3 = rows - row > 3 ? at + (outs[row + 3] as number) * stride : SPARE;
      this.#kernel.four(SOURCES, TABLES, k, size, out, out1, out2, out3);
      row += 4;
    }
    for (; row < rows; row++) {
      for (let j = 0; j < k; j++) words[TABLES / 4 + j] = tables[row * k + j] as number;
      this.#kernel.one(SOURCES, TABLES, k, size, at + (outs[row] as number) * stride);
    }
  }
}

function encodeSolve(k: number, m: number): Solve {
  const tables = new Int32Array(m * k);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < k; column++) tables[row * k + column] = cauchy(row, column) * TABLE_LEN;
  }
  return {
    sources: Uint8Array.from({ length: k }, (_, i) => i),
    outs: Uint8Array.from({ length: m }, (_, i) => k + i),
    tables,
  };
}

/** Undefined when nothing is missing or too little is there. */
function repairSolve(k: number, present: number): Solve | undefined {
  const has = (packet: number) => ((present >>> packet) & 1) !== 0;
  const known: number[] = [];
  const missing: number[] = [];
  for (let column = 0; column < k; column++) (has(column) ? known : missing).push(column);
  const parity: number[] = [];
  for (let packet = k; packet < MAX_PACKETS && parity.length < missing.length; packet++) {
    if (has(packet)) parity.push(packet - k);
  }
  const e = missing.length;
  if (e === 0 || parity.length < e) return undefined;
  const solved = invert(parity.map((row) => missing.map((column) => cauchy(row, column))));
  const tables = new Int32Array(e * k);
  for (let r = 0; r < e; r++) {
    const weights = solved[r] as number[];
    known.forEach((column, j) => {
      const sum = parity.reduce((acc, row, i) => acc ^ multiply(weights[i] as number, cauchy(row, column)), 0);
      tables[r * k + j] = sum * TABLE_LEN;
    });
    for (let i = 0; i < e; i++) tables[r * k + known.length + i] = (weights[i] as number) * TABLE_LEN;
  }
  return {
    sources: Uint8Array.from([...known, ...parity.map((row) => k + row)]),
    outs: Uint8Array.from(missing),
    tables,
  };
}

/** The inverse of a square matrix by Gauss and Jordan. No pivot of a Cauchy matrix is ever zero. */
function invert(matrix: number[][]): number[][] {
  const e = matrix.length;
  const rows = matrix.map((row, r) => [...row, ...row.map((_, c) => (r === c ? 1 : 0))]);
  for (let pivot = 0; pivot < e; pivot++) {
    const scale = inverse(rows[pivot]?.[pivot] as number);
    const pivotRow = (rows[pivot] as number[]).map((value) => multiply(value, scale));
    rows[pivot] = pivotRow;
    rows.forEach((row, r) => {
      const factor = row[pivot] as number;
      if (r !== pivot && factor !== 0) rows[r] = row.map((value, c) => value ^ multiply(factor, pivotRow[c] as number));
    });
  }
  return rows.map((row) => row.slice(e));
}

let encoder: ReedSolomon | undefined;

/**
 * The `m` parity packets, `size` bytes each, of a block of 1 to 31 data packets; packets shorter than `size` count as
 * filled up with zeros. At most 32 packets in all, `size` at most 2048. The arrays are the caller's own.
 */
export function encodeParity(data: readonly Uint8Array[], size: number, m: number): Uint8Array<ArrayBuffer>[] {
  const stride = SPARE_LEN;
  encoder ??= new ReedSolomon(MAX_PACKETS * stride);
  const at = encoder.firstSlot;
  const { bytes } = encoder;
  data.forEach((packet, i) => {
    const slot = at + i * stride;
    bytes.set(packet.subarray(0, size), slot);
    bytes.fill(0, slot + Math.min(packet.length, size), slot + size);
  });
  encoder.encode(at, stride, data.length, m, size);
  return Array.from({ length: m }, (_, i) => {
    const slot = at + (data.length + i) * stride;
    return bytes.slice(slot, slot + size);
  });
}
