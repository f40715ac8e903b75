import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cauchy, inverse, multiply } from '../../radio/fec/galois.ts';
import { encodeParity, MAX_PACKETS, ReedSolomon } from '../../radio/fec/reed-solomon.ts';
import { assembled } from '../../resources/fec/assemble.mjs';
import { plainInverse, plainMultiply, plainParity, plainRepair } from '../twins/reed-solomon.ts';

interface Vector {
  data: number;
  ec: number;
  size: number;
  dataPackets: string[];
  ecPackets: string[];
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../captures/ruby/fec-vectors.json', import.meta.url), 'utf8'),
);
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (packet: Uint8Array) => Buffer.from(packet).toString('hex');

test('the kernel checked in is the one its source assembles to', async () => {
  expect(readFileSync(new URL('../../radio/fec/kernel.wasm.ts', import.meta.url), 'utf8')).toBe(await assembled());
});

test('the field agrees with multiplication bit by bit', () => {
  for (let a = 0; a < 256; a++) {
    for (let b = 0; b < 256; b++) if (multiply(a, b) !== plainMultiply(a, b)) expect.fail(`${a} * ${b}`);
    if (a > 0) expect(inverse(a)).toBe(plainInverse(a));
  }
});

test('the first rows of the matrix are those of rubyfpv-link.md 13.4', () => {
  const row = (r: number) => Array.from({ length: 8 }, (_, c) => cauchy(r, c));
  expect(row(0)).toEqual([0x1b, 0x54, 0xa1, 0x1d, 0x7c, 0xcc, 0xe4, 0xb0]);
  expect(row(1)).toEqual([0x54, 0x1b, 0x1d, 0xa1, 0xcc, 0x7c, 0xb0, 0xe4]);
  expect(row(2)).toEqual([0xa1, 0x1d, 0x1b, 0x54, 0xe4, 0xb0, 0x7c, 0xcc]);
  expect(encodeParity(['01020304', '10203040', 'ff00807f'].map(bytes), 4, 2).map(hex)).toEqual([
    '3964089d',
    '3def3021',
  ]);
});

test.each(vectors)('parity of RubyFPV for $data + $ec packets of $size bytes', (vector) => {
  expect(encodeParity(vector.dataPackets.map(bytes), vector.size, vector.ec).map(hex)).toEqual(vector.ecPackets);
});

/** A block's shape, a seed for its bytes, and which packets arrive. */
const block = fc
  .record({
    k: fc.integer({ min: 1, max: 16 }),
    m: fc.integer({ min: 0, max: 16 }),
    size: fc.integer({ min: 1, max: 160 }),
  })
  .chain(({ k, m, size }) =>
    fc.record({
      k: fc.constant(k),
      m: fc.constant(m),
      size: fc.constant(size),
      data: fc.array(fc.uint8Array({ maxLength: size }), { minLength: k, maxLength: k }),
      present: fc.array(fc.boolean(), { minLength: k + m, maxLength: k + m }),
    }),
  );

test('encoding and repair agree with the plain twin, and repair writes only what is missing', () => {
  const stride = 256;
  const code = new ReedSolomon(MAX_PACKETS * stride);
  fc.assert(
    fc.property(block, ({ k, m, size, data, present }) => {
      const parity = encodeParity(data, size, m);
      expect(parity.map(hex)).toEqual(plainParity(data, size, m).map(hex));
      const packets = [...data, ...parity].map((packet, i) => (present[i] ? packet : undefined));
      code.bytes.fill(0, code.firstSlot);
      let mask = 0;
      packets.forEach((packet, i) => {
        if (packet === undefined) return;
        code.bytes.set(packet, code.firstSlot + i * stride);
        mask |= 1 << i;
      });
      const repaired = code.repair(code.firstSlot, stride, k, mask, size);
      const slot = (i: number) =>
        hex(code.bytes.slice(code.firstSlot + i * stride, code.firstSlot + i * stride + size));
      const expected = plainRepair(packets, k, size);
      if (expected === undefined) {
        expect(repaired).toBe(0);
      } else {
        expect(repaired).toBe(packets.slice(0, k).filter((packet) => packet === undefined).length);
        expect(expected.map((_, i) => slot(i))).toEqual(expected.map(hex));
      }
      packets.slice(k).forEach((packet, i) => {
        const zeros = '00'.repeat(size);
        expect(slot(k + i)).toBe(packet ? hex(packet) : zeros);
      });
    }),
    { numRuns: 60 },
  );
});
