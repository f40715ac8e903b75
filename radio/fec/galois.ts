/**
 * The field GF(2^8) with polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11D) and generator 2. Source: rubyfpv-link.md 5.
 */
const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  EXP[power] = value;
  EXP[power + 255] = value;
  LOG[value] = power;
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
}

/** The product of `a` and `b`, each 0 to 255. */
export function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return EXP[(LOG[a] as number) + (LOG[b] as number)] as number;
}

/** The number whose product with `a` is 1; `a` is 1 to 255. */
export function inverse(a: number): number {
  return EXP[255 - (LOG[a] as number)] as number;
}

/** RubyFPV's Cauchy matrix: what data packet `column` contributes to parity packet `row`, each 0 to 127. */
export function cauchy(row: number, column: number): number {
  return inverse((128 + row) ^ column);
}
