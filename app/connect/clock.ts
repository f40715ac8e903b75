import type { Api } from '../../radio/api/contract.ts';
import { NS_PER_MS, type Ns, ns } from '../../radio/base/time.ts';

/** Pings at the start, of which the quickest counts. */
const FIRST_PINGS = 8;
/** Between two later looks; two crystals part by less than 0.1 ms in it. */
const LOOK_MS = 2_000;

let offsetNs: number | undefined;

/** Now on the radio's clock, from which the times in its messages come; undefined until the clocks were compared. */
export function radioNow(): Ns | undefined {
  return offsetNs === undefined ? undefined : ns(performance.now() * NS_PER_MS + offsetNs);
}

/** Forgets the radio's clock: the next radio process has another zero. */
export function clearRadioClock(): void {
  offsetNs = undefined;
}

/** Keeps the radio's clock in sight. Returns what stops it. */
export function followRadioClock(api: Api): () => void {
  let stopped = false;
  async function look(pings: number): Promise<void> {
    let bestMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < pings; i++) {
      const asked = performance.now();
      const now = await api.call('clock.now');
      const answered = performance.now();
      if (stopped) return;
      if (answered - asked >= bestMs) continue;
      bestMs = answered - asked;
      offsetNs = now - ((asked + answered) / 2) * NS_PER_MS;
    }
  }
  // A call fails only when the door closes, and that is told elsewhere.
  const guarded = (pings: number) => void look(pings).catch(() => {});
  guarded(FIRST_PINGS);
  const timer = setInterval(() => guarded(2), LOOK_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
