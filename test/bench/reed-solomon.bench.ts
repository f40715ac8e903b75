import { encodeParity, ReedSolomon, SLOT_ALIGN } from '../../radio/fec/reed-solomon.ts';
import { plainRepair } from '../twins/reed-solomon.ts';

const K = 8;
const M = 4;
const SIZE = 1100;
const STRIDE = Math.ceil(SIZE / SLOT_ALIGN) * SLOT_ALIGN;
const ROUNDS = 25;
const BLOCKS = 600;

/** Minimum and median µs per call, over rounds of `calls`. */
function time(calls: number, rounds: number, work: () => void): string {
  const results: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) work();
    results.push(((performance.now() - start) * 1000) / calls);
  }
  results.sort((a, b) => a - b);
  return `${results[0]?.toFixed(1)} / ${results[rounds >> 1]?.toFixed(1)} µs`;
}

/** Reed-Solomon on a block of 8 + 4 packets of 1100 bytes, minimum / median; the twin shows what the kernel is worth. */
export default async function bench(print: (line: string) => void): Promise<void> {
  const data = Array.from({ length: K }, (_, i) =>
    Uint8Array.from({ length: SIZE }, (_, at) => (at * 31 + i * 7) & 255),
  );
  const parity = encodeParity(data, SIZE, M);
  const code = new ReedSolomon((K + M) * STRIDE);
  const at = code.firstSlot;
  [...data, ...parity].forEach((packet, i) => {
    code.bytes.set(packet, at + i * STRIDE);
  });
  const all = (1 << (K + M)) - 1;
  print(`repair 1 of 8 + 4 x 1100 B: ${time(BLOCKS, ROUNDS, () => code.repair(at, STRIDE, K, all & ~0b1000, SIZE))}`);
  print(`repair 4 of 8 + 4 x 1100 B: ${time(BLOCKS, ROUNDS, () => code.repair(at, STRIDE, K, all & ~0b1111, SIZE))}`);
  print(`encode 8 + 4 x 1100 B:      ${time(BLOCKS, ROUNDS, () => code.encode(at, STRIDE, K, M, SIZE))}`);
  const packets = [...data, ...parity].map((packet, i) => (i < 4 ? undefined : packet));
  print(`repair 4, plain twin:       ${time(1, 5, () => plainRepair(packets, K, SIZE))}`);
}
