import { expect, test } from 'vitest';
import { channelOrder, ScanPlan } from '../../radio/host/scan-plan.ts';

test('a first round looks where air units were, then where they come from the factory, then on their bands', () => {
  expect(channelOrder([2412, 2437, 5180, 5240, 5745, 5765, 5805, 5825, 5230, 6135, 5875], [5765, 5180])).toEqual([
    5765, 5180, 5825, 5805, 5745, 2437, 5240, 2412, 5875, 5230, 6135,
  ]);
});

test('several ears share the channels and never meet while another is left', () => {
  const plan = new ScanPlan([[5745, 5805, 5825], [5745, 5805, 5825], [2412]], []);
  expect([plan.next(0), plan.next(1), plan.next(2)]).toEqual([5825, 5805, 2412]);
  expect(plan.next(0)).toBe(5745);
  // All have had their visit: a second round begins, but not where the other listens.
  expect(plan.next(1)).toBe(5825);
  expect(plan.next(0)).toBe(5805);
  expect(plan.next(2)).toBe(2412);
});

test('more ears than channels listen together', () => {
  const plan = new ScanPlan([[5825], [5825]], []);
  expect([plan.next(0), plan.next(1)]).toEqual([5825, 5825]);
});

test('a refused channel is left to those that can be tuned to it', () => {
  const plan = new ScanPlan([[5805, 5825], [5825]], []);
  expect(plan.next(0)).toBe(5825);
  plan.refuse(0, 5825);
  expect(plan.visits(5825)).toBe(0);
  expect(plan.next(0)).toBe(5805);
  expect(plan.next(1)).toBe(5825);
  expect(plan.next(0)).toBe(5805);
});

test('a round is finished when the last visit is over, whatever nobody can be tuned to', () => {
  const plan = new ScanPlan([[5805, 5825, 5745]], []);
  plan.next(0);
  plan.next(0);
  expect(plan.next(0)).toBe(5745);
  expect(plan.finished(1)).toBe(false);
  plan.refuse(0, 5745);
  expect(plan.finished(1)).toBe(true);
  expect(plan.finished(2)).toBe(false);
  plan.retire(0);
  expect(plan.next(0)).toBeUndefined();
  expect(plan.finished(9)).toBe(true);
});
