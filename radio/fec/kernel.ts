import { KERNEL_WASM } from './kernel.wasm.ts';

/** What we use of WebAssembly and base64: language-wide, but in no TypeScript library without a DOM. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};
declare function atob(text: string): string;

/** See kernel.wat. All addresses are multiples of 16 in the kernel's memory. */
interface KernelExports {
  four(
    sources: number,
    tables: number,
    k: number,
    length: number,
    out0: number,
    out1: number,
    out2: number,
    out3: number,
  ): void;
  one(sources: number, tables: number, k: number, length: number, out: number): void;
}

export interface Kernel extends KernelExports {
  /** The kernel's whole memory; it never grows. */
  readonly buffer: ArrayBuffer;
}

const PAGE = 65_536;
let module: object | undefined;

/** A kernel with at least `bytes` of memory of its own. Compiling it the first time takes about a millisecond. */
export function createKernel(bytes: number): Kernel {
  module ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_WASM), (char) => char.charCodeAt(0)));
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { four, one } = new WebAssembly.Instance(module, { radio: { memory } }).exports as KernelExports;
  return { buffer: memory.buffer, four, one };
}
