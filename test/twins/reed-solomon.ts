/** The plain twin of radio/fec: multiplication bit by bit, one byte at a time, nothing remembered. */

export function plainMultiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    if (b & (1 << bit)) product ^= a << bit;
  }
  for (let bit = 14; bit >= 8; bit--) {
    if (product & (1 << bit)) product ^= 0x11d << (bit - 8);
  }
  return product;
}

export function plainInverse(a: number): number {
  for (let b = 1; b < 256; b++) if (plainMultiply(a, b) === 1) return b;
  throw new Error('zero has no inverse');
}

const coefficient = (row: number, column: number) => plainInverse((128 + row) ^ column);

/** Parity packets of `data`, each `size` bytes. */
export function plainParity(data: readonly Uint8Array[], size: number, m: number): Uint8Array[] {
  return Array.from({ length: m }, (_, row) => {
    const factors = data.map((_, column) => coefficient(row, column));
    return Uint8Array.from({ length: size }, (_, at) =>
      data.reduce((sum, packet, column) => sum ^ plainMultiply(factors[column] as number, packet[at] ?? 0), 0),
    );
  });
}

/** All data packets of a block from those there (undefined: lost); undefined when fewer than k are there. */
export function plainRepair(
  packets: readonly (Uint8Array | undefined)[],
  k: number,
  size: number,
): Uint8Array[] | undefined {
  const rows: number[][] = [];
  const values: Uint8Array[] = [];
  packets.forEach((packet, index) => {
    if (packet === undefined || rows.length === k) return;
    rows.push(Array.from({ length: k }, (_, c) => (index < k ? Number(index === c) : coefficient(index - k, c))));
    values.push(Uint8Array.from({ length: size }, (_, at) => packet[at] ?? 0));
  });
  if (rows.length < k) return undefined;
  for (let c = 0; c < k; c++) {
    const pivot = rows.findIndex((row, r) => r >= c && row[c] !== 0);
    [rows[c], rows[pivot]] = [rows[pivot] as number[], rows[c] as number[]];
    [values[c], values[pivot]] = [values[pivot] as Uint8Array, values[c] as Uint8Array];
    const scale = plainInverse(rows[c]?.[c] as number);
    rows[c] = (rows[c] as number[]).map((value) => plainMultiply(value, scale));
    values[c] = (values[c] as Uint8Array).map((value) => plainMultiply(value, scale));
    for (let r = 0; r < k; r++) {
      const factor = rows[r]?.[c] as number;
      if (r === c || factor === 0) continue;
      rows[r] = (rows[r] as number[]).map((value, i) => value ^ plainMultiply(factor, rows[c]?.[i] as number));
      values[r] = (values[r] as Uint8Array).map((value, i) => value ^ plainMultiply(factor, values[c]?.[i] as number));
    }
  }
  return values;
}
