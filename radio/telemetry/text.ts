/**
 * Text from the air as something safe to show: up to the first zero byte or `end`, UTF-8, what is not UTF-8 as U+FFFD,
 * control and direction-changing characters removed.
 */
export function printableText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  while (at < end) {
    const first = bytes[at] as number;
    if (first === 0) break;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const code = codePoint(bytes, at, length, end);
    if (code < 0) {
      text += '\ufffd';
      at++;
      continue;
    }
    if (isPrintable(code)) text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

/** The code point of `length` bytes at `at`, or -1 when they are not well-formed UTF-8. Source: RFC 3629. */
function codePoint(bytes: Uint8Array, at: number, length: number, end: number): number {
  const first = bytes[at] as number;
  if (length === 1) return first;
  if (first < 0xc2 || first > 0xf4 || at + length > end) return -1;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] as number;
    if ((next & 0xc0) !== 0x80) return -1;
    code = code * 64 + (next & 0x3f);
  }
  const lowest = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  if (code < lowest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return -1;
  return code;
}

/** Neither a C0 or C1 control nor a character that changes the direction or place of the text around it. */
function isPrintable(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  if (code >= 0x200b && code <= 0x200f) return false;
  if (code >= 0x2028 && code <= 0x202e) return false;
  return !(code >= 0x2060 && code <= 0x206f) && code !== 0xfeff;
}

/**
 * OSD glyph numbers as text, one character each: printable Latin-1 as it is, symbols of the OSD font as a blank, so that
 * what follows keeps its column.
 */
export function glyphText(glyphs: readonly number[]): string {
  let text = '';
  for (const glyph of glyphs) {
    const code = glyph & 0xff;
    text += isPrintable(code) ? String.fromCharCode(code) : ' ';
  }
  return text;
}

/** Lower-case hexadecimal, two digits per byte. */
export function hex(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += (bytes[i] as number).toString(16).padStart(2, '0');
  return text;
}
