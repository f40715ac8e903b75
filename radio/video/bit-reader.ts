/**
 * Bits of a NAL unit, most significant first, with emulation prevention bytes taken out on the way.
 *
 * Source: ITU-T H.264 sections 7.2, 7.3.1, 9.1; H.265 has the same rules.
 */
export class BitReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #zeros = 0;
  #current = 0;
  #left = 0;
  /** Bits read so far, emulation prevention not counted. */
  position = 0;
  /** More was read than is there, or a code was longer than any legal one; all reads since gave 0. */
  overrun = false;

  /** Starts over at bytes [start, end), which must be the inside of one NAL unit. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#zeros = 0;
    this.#left = 0;
    this.position = 0;
    this.overrun = false;
  }

  /** The next bit, 0 or 1. */
  bit(): number {
    if (this.#left === 0 && !this.#load()) return 0;
    this.#left--;
    this.position++;
    return (this.#current >> this.#left) & 1;
  }

  /** The next bit as a flag. */
  flag(): boolean {
    return this.bit() === 1;
  }

  /** The next `count` bits as an unsigned number, 0 to 32 of them. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    for (let i = 0; i < count && !this.overrun; i++) this.bit();
  }

  /** Unsigned Exp-Golomb code, 0 to 2^32 - 2. */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (this.overrun || ++zeros > 31) {
        this.overrun = true;
        return 0;
      }
    }
    const value = 2 ** zeros - 1 + this.bits(zeros);
    return this.overrun ? 0 : value;
  }

  /** Signed Exp-Golomb code. */
  se(): number {
    const code = this.ue();
    if (code === 0) return 0;
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  #load(): boolean {
    if (this.overrun || this.#at >= this.#end) {
      this.overrun = true;
      return false;
    }
    let byte = this.#bytes[this.#at++] as number;
    if (this.#zeros >= 2 && byte === 3) {
      this.#zeros = 0;
      if (this.#at >= this.#end) {
        this.overrun = true;
        return false;
      }
      byte = this.#bytes[this.#at++] as number;
    }
    this.#zeros = byte === 0 ? this.#zeros + 1 : 0;
    this.#current = byte;
    this.#left = 8;
    return true;
  }
}
