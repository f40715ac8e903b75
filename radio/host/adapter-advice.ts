import type { AdapterSnapshot } from '../api/contract.ts';
import { msToNs, type Ns, ns } from '../base/time.ts';

/** A trouble must last this long to be told, and be gone this long to be forgotten. */
const HOLD_NS = msToNs(3000);
const FORGET_NS = msToNs(2000);
/** An antenna this far under its sister is broken, loose or turned away, dB. */
const WEAK_ANTENNA_DB = 15;
/** Losses that are this adapter's own: it loses so much while the others lose so little, percent. */
const HIGH_LOSS = 20;
const LOW_LOSS = 5;
/** The thermal noise of 20 MHz is -101 dBm; with this much more, range is a quarter. */
const HIGH_NOISE_DBM = -85;
/** Receivers distort above this. */
const TOO_STRONG_DBM = -15;
/** Share of the newest value in a smoothed one: about a second at ten snapshots a second. */
const SMOOTHING = 0.1;

/** True after it was so for three seconds, false after it was not for two. */
class Lasting {
  #shown = false;
  #changedAt: Ns | undefined;

  watch(is: boolean, now: Ns): boolean {
    if (is === this.#shown) {
      this.#changedAt = undefined;
    } else {
      this.#changedAt ??= now;
      if (now - this.#changedAt >= (is ? HOLD_NS : FORGET_NS)) {
        this.#shown = is;
        this.#changedAt = undefined;
      }
    }
    return this.#shown;
  }
}

/** One adapter's troubles. */
class Patient {
  readonly weak = new Lasting();
  readonly lossy = new Lasting();
  readonly noisy = new Lasting();
  readonly tooStrong = new Lasting();
  /** Smoothed signal by place in the snapshot's antennas. */
  readonly antennasDbm: (number | undefined)[] = [];
  linkFrames = 0;
  heardAt: Ns;

  constructor(now: Ns) {
    this.heardAt = now;
  }
}

/** Says in words what is wrong with an adapter and what to do, by comparing it with itself and with the others. */
export class AdapterAdvice {
  readonly #patients: Patient[] = [];
  /** When any adapter last heard the link; 0 before. */
  #heardAt = ns(0);

  /** The advice for each adapter, empty when nothing is wrong. Call with every snapshot. */
  update(adapters: readonly AdapterSnapshot[], now: Ns): string[] {
    for (const [i, adapter] of adapters.entries()) {
      this.#patients[i] ??= new Patient(now);
      const patient = this.#patients[i];
      if (adapter.linkFrames !== patient.linkFrames) {
        patient.linkFrames = adapter.linkFrames;
        patient.heardAt = now;
        this.#heardAt = now;
      }
      for (const [k, { rssiDbm }] of adapter.antennas.entries()) {
        if (rssiDbm === null) continue;
        const before = patient.antennasDbm[k] ?? rssiDbm;
        patient.antennasDbm[k] = before + (rssiDbm - before) * SMOOTHING;
      }
    }
    return adapters.map((adapter, i) => this.#advise(adapter, i, adapters, now));
  }

  #advise(adapter: AdapterSnapshot, index: number, adapters: readonly AdapterSnapshot[], now: Ns): string {
    const patient = this.#patients[index];
    const silent = now - patient.heardAt >= HOLD_NS;
    const othersHear = this.#heardAt !== 0 && now - this.#heardAt < HOLD_NS;
    const weak = weakestAntenna(patient.antennasDbm);
    const isWeak = patient.weak.watch(!silent && weak !== undefined && weak.underDb > WEAK_ANTENNA_DB, now);
    const othersLose = Math.max(...adapters.filter((_, i) => i !== index).map(({ lossPercent }) => lossPercent));
    const isLossy = patient.lossy.watch(
      adapters.length > 1 && !silent && adapter.lossPercent > HIGH_LOSS && othersLose < LOW_LOSS,
      now,
    );
    const isNoisy = patient.noisy.watch(
      holds(adapter.noiseDbm, (dbm) => dbm > HIGH_NOISE_DBM),
      now,
    );
    const isTooStrong = patient.tooStrong.watch(
      holds(adapter.rssiDbm, (dbm) => dbm > TOO_STRONG_DBM),
      now,
    );

    if (silent) return othersHear ? 'hears nothing: antenna, channel or driver' : '';
    if (isWeak && weak !== undefined) {
      const number = adapter.antennas[weak.place]?.antenna ?? weak.place;
      return `antenna ${number} is ${Math.round(weak.underDb)} dB weaker than the other: connector or direction`;
    }
    if (isLossy)
      return `loses ${Math.round(adapter.lossPercent)} % while others do not: its antenna, USB port or cable`;
    if (isTooStrong) return 'signal too strong: more distance or less power';
    if (isNoisy) return `much noise (${adapter.noiseDbm} dBm): another transmitter, or USB 3 beside it`;
    return '';
  }
}

function holds(value: number | null, test: (value: number) => boolean): boolean {
  return value !== null && test(value);
}

/** The weakest antenna and how far it is under the best one. */
function weakestAntenna(dbm: readonly (number | undefined)[]): { place: number; underDb: number } | undefined {
  let place = -1;
  let worst = Number.POSITIVE_INFINITY;
  let best = Number.NEGATIVE_INFINITY;
  for (const [i, value] of dbm.entries()) {
    if (value === undefined) continue;
    if (value > best) best = value;
    if (value < worst) {
      worst = value;
      place = i;
    }
  }
  return place < 0 ? undefined : { place, underDb: best - worst };
}
