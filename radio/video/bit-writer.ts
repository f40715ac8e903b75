/**
 * Writes the bits of a NAL unit, most significant first.
 *
 * Source: ITU-T H.264 sections 7.2, 7.3.1, 7.4.1, 9.1.
 */
export class BitWriter {
  #bytes = new Uint8Array(256);
  #length = 0;
  #current = 0;
  #filled = 0;

  bit(value: number): void {
    this.#current = (this.#current << 1) | (value & 1);
    if (++this.#filled < 8) return;
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = this.#current;
    this.#current = 0;
    this.#filled = 0;
  }

  /** The low `count` bits of `value`, 0 to 32 of them. */
  bits(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.bit(Math.floor(value / 2 ** i) % 2);
  }

  /** Unsigned Exp-Golomb code of 0 to 2^32 - 2. */
  ue(value: number): void {
    const length = Math.floor(Math.log2(value + 1));
    this.bits(0, length);
    this.bits(value + 1, length + 1);
  }

  /** Signed Exp-Golomb code of -(2^31) + 1 to 2^31 - 1. */
  se(value: number): void {
    this.ue(value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** Ends the unit with a stop bit and gives its bytes, emulation prevention put in, no start code. */
  finish(): Uint8Array<ArrayBuffer> {
    this.bit(1);
    while (this.#filled !== 0) this.bit(0);
    const out = new Uint8Array(this.#length + (this.#length >> 1) + 1);
    let at = 0;
    let zeros = 0;
    for (let i = 0; i < this.#length; i++) {
      const byte = this.#bytes[i] as number;
      if (zeros === 2 && byte <= 3) {
        out[at++] = 3;
        zeros = 0;
      }
      out[at++] = byte;
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return out.slice(0, at);
  }
}
