/** The text of radio/fec/kernel.wasm.ts as kernel.wat gives it. */
export function assembled(): Promise<string>;
