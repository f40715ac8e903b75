import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinkType, type RawFrame } from '../../radio/base/frame.ts';
import { ns } from '../../radio/base/time.ts';
import { createRxFrame, openFrame } from '../../radio/wifi/encapsulate.ts';
import { ADDRESS_1, ADDRESS_2, addressPrefix } from '../../radio/wifi/ieee80211.ts';

const HEADER = '08010000ffffffffffff131234567890131234567890a01b';

function raw(text: string, linkType: LinkType, before = 0): RawFrame {
  const frame = Buffer.from(text.replace(/\s/g, ''), 'hex');
  const bytes = new Uint8Array(before + frame.length);
  bytes.set(frame, before);
  return { bytes, view: new DataView(bytes.buffer), start: before, end: bytes.length, linkType, at: ns(7), adapter: 3 };
}

test('a radiotap frame opens to its 802.11 header and payload', () => {
  const out = createRxFrame();
  const frame = raw(`00000900 20000000 C4 ${HEADER} AABBCC`, LinkType.radiotap, 5);
  expect(openFrame(frame, out)).toBeUndefined();
  expect(out).toMatchObject({ mac: 14, start: 38, end: 41, at: 7, adapter: 3 });
  expect(out.bytes).toBe(frame.bytes);
  expect(out.signal.rssiDbm).toBe(-60);
  expect(addressPrefix(out.view, out.mac, ADDRESS_1)).toBe(0xffffffff);
  expect(addressPrefix(out.view, out.mac, ADDRESS_2)).toBe(0x13123456);
});

test('an FCS is cut off when the flags tell of one, and only then', () => {
  const out = createRxFrame();
  openFrame(raw(`00000900 02000000 10 ${HEADER} AABBCC 01020304`, LinkType.radiotap), out);
  expect(out.end - out.start).toBe(3);
  openFrame(raw(`00000900 02000000 00 ${HEADER} AABBCC 01020304`, LinkType.radiotap), out);
  expect(out.end - out.start).toBe(7);
});

test('a frame that the adapter marked as damaged is a bad-fcs fault', () => {
  expect(openFrame(raw(`00000900 02000000 50 ${HEADER} AABBCC`, LinkType.radiotap), createRxFrame())).toBe('bad-fcs');
});

test('a bare 802.11 frame has no signal, also after one that had', () => {
  const out = createRxFrame();
  openFrame(raw(`00000900 20000000 C4 ${HEADER}`, LinkType.radiotap), out);
  expect(openFrame(raw(HEADER, LinkType.ieee80211), out)).toBeUndefined();
  expect(out).toMatchObject({ mac: 0, start: 24, end: 24 });
  expect(out.signal).toMatchObject({ rssiDbm: undefined, antennas: 0 });
});

test('signals of two frames do not mix when both are open', () => {
  const [one, two] = [createRxFrame(), createRxFrame()];
  openFrame(raw(`00000900 20000000 C4 ${HEADER}`, LinkType.radiotap), one);
  openFrame(raw(`00000900 20000000 B0 ${HEADER}`, LinkType.radiotap), two);
  expect([one.signal.rssiDbm, two.signal.rssiDbm]).toEqual([-60, -80]);
});

test('every truncation is short, FCS or not', () => {
  for (const flags of ['00', '10']) {
    const frame = raw(`00000900 02000000 ${flags} ${HEADER}`, LinkType.radiotap);
    const whole = 33 + (flags === '10' ? 4 : 0);
    for (let end = 0; end < whole && end <= frame.bytes.length; end++) {
      expect(openFrame({ ...frame, end }, createRxFrame())).toBe('short');
    }
  }
});

test('another link type is a fault', () => {
  expect(openFrame(raw(HEADER, 1 as LinkType), createRxFrame())).toBe('type');
});

test('noise never throws, and what opens lies within the frame', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(105 as const, 127 as const), (noise, linkType) => {
      const out = createRxFrame();
      const frame = raw(Buffer.from(noise).toString('hex'), linkType, 3);
      if (openFrame(frame, out) !== undefined) return;
      expect(out.mac).toBeGreaterThanOrEqual(3);
      expect(out.end).toBeGreaterThanOrEqual(out.start);
      expect(out.end).toBeLessThanOrEqual(frame.end);
    }),
    { numRuns: 300 },
  );
});
