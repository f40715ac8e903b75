import { RUBY_HEADER_LEN } from './packet-header.ts';

/**
 * RubyFPV's scrambling: every byte after the header XORed with the pass phrase, over and over, beginning anew in every
 * packet. The air unit keeps the phrase in blocks of 8 bytes, and their zero padding is part of it. It hides nothing from
 * anybody who wants to look. Source: rubyfpv-control.md 2.1.
 */
export class Scramble {
  readonly #key: readonly number[];

  /** `passPhrase` is plain ASCII, not empty. */
  constructor(passPhrase: string) {
    const key = Array.from(passPhrase, (char) => char.charCodeAt(0) & 0xff);
    while (key.length % 8 !== 0) key.push(0);
    this.#key = key;
  }

  /** Copies the packet [at, at + length) to the beginning of `out`, its body scrambled or unscrambled. */
  copy(bytes: Uint8Array, at: number, length: number, out: Uint8Array): void {
    const key = this.#key;
    for (let i = 0; i < length; i++) {
      const mask = i < RUBY_HEADER_LEN ? 0 : (key[(i - RUBY_HEADER_LEN) % key.length] as number);
      out[i] = (bytes[at + i] as number) ^ mask;
    }
  }
}
