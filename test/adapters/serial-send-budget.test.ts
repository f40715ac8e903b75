import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SendBudget } from '../../radio/adapters/serial/send-budget.ts';
import { msToNs } from '../../radio/base/time.ts';

test('each type waits its own time, whatever the others do', () => {
  const waits = { 3: 100, 4: 100, 7: 200, 11: 200, 25: 50, 60: 50, 31: 500, 255: 500 };
  const budget = new SendBudget(1e9);
  for (const type of Object.keys(waits)) budget.spend(Number(type), 30, msToNs(1000));
  for (const [type, wait] of Object.entries(waits)) {
    expect(budget.check(Number(type), msToNs(1000 + wait - 1))).toBe('interval');
    expect(budget.check(Number(type), msToNs(1000 + wait))).toBeUndefined();
  }
  expect(budget.check(200, msToNs(1000))).toBeUndefined();
});

test('three quarters of the air rate are used, and no more, over any second', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 64_000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 29, max: 400 })), { maxLength: 300 }),
      (airRateBps, packets) => {
        const budget = new SendBudget(airRateBps);
        const sent: { at: number; bytes: number }[] = [];
        let at = 5000;
        for (const [i, [pause, bytes]] of packets.entries()) {
          at += pause;
          // Types in turn, so that their intervals do not hold them back.
          if (budget.check(100 + (i % 100), msToNs(at)) === 'load') continue;
          budget.spend(100 + (i % 100), bytes, msToNs(at));
          sent.push({ at, bytes });
        }
        for (const [i, first] of sent.entries()) {
          // The tenth in which the second began may already be forgotten.
          const within = sent.slice(i).filter((packet) => packet.at - first.at < 900);
          const last = within.pop()?.bytes ?? 0;
          const total = within.reduce((sum, packet) => sum + packet.bytes, 0);
          expect(total).toBeLessThan((airRateBps / 8) * 0.75 + (within.length === 0 ? last : 0) + 1);
        }
      },
    ),
  );
});

test('an idle radio may send again, also after a long time', () => {
  const budget = new SendBudget(4000);
  budget.spend(50, 400, msToNs(1000));
  expect(budget.check(51, msToNs(1500))).toBe('load');
  expect(budget.check(51, msToNs(2100))).toBeUndefined();
  expect(budget.check(51, msToNs(1e9))).toBeUndefined();
});
