import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex, printableText } from '../../radio/telemetry/text.ts';

/** What the platform's own decoder makes of the same bytes, then the same characters taken out. */
function plainTwin(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '');
}

test('any text survives but for what cannot be shown', () => {
  const codes = fc.array(fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }), fc.nat(0x2fff)));
  fc.assert(
    fc.property(codes, (list) => {
      const text = String.fromCodePoint(...list);
      const bytes = new TextEncoder().encode(text);
      expect(printableText(bytes, 0, bytes.length)).toBe(plainTwin(bytes));
    }),
    { numRuns: 300 },
  );
});

test('of broken text what is left is what the platform leaves', () => {
  const broken = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0xc0, 0xe0, 0xed, 0xa0, 0xf4, 0x90, 0x80, 0xbf, 0x41)));
  fc.assert(
    fc.property(broken, (list) => {
      const bytes = Uint8Array.from(list);
      // How many replacement characters a broken sequence becomes is a matter of taste; that there is one is not.
      const squeezed = (text: string) => text.replace(/\ufffd+/g, '\ufffd');
      expect(squeezed(printableText(bytes, 0, bytes.length))).toBe(squeezed(plainTwin(bytes)));
    }),
    { numRuns: 500 },
  );
});

test('text ends at its zero byte and at its end, whichever is first', () => {
  const bytes = new TextEncoder().encode('ab\0cd');
  expect(printableText(bytes, 0, 5)).toBe('ab');
  expect(printableText(bytes, 3, 5)).toBe('cd');
  expect(printableText(bytes, 1, 2)).toBe('b');
  expect(printableText(bytes, 5, 5)).toBe('');
});

test('hexadecimal has two digits per byte', () => {
  expect(hex(Uint8Array.of(0, 1, 0xab, 0xff), 1, 4)).toBe('01abff');
});
