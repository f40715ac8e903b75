import { RadioError } from '../../base/errors.ts';
import { openPort } from './port.ts';
import { type AtTiming, type SikIdentity, SikModem } from './sik-at.ts';
import type { SikReadout } from './sik-parameters.ts';

/** Speeds at which a SiK radio is looked for. Source: rubyfpv-control.md 13.1. */
export const SIK_BAUD_RATES: readonly number[] = [115_200, 57_600];

export interface SikProbe {
  baudRate: number;
  identity: SikIdentity;
  parameters: SikReadout;
}

/**
 * Looks for a SiK radio on a port that a person has named: `+++` can upset other devices. `lastGood` is tried first.
 * Rejects with the RadioErrors of `openPort`, or of `SikModem` when none is found at any speed.
 */
export async function probeSik(path: string, lastGood?: number, timing?: Partial<AtTiming>): Promise<SikProbe> {
  const rates = new Set(lastGood === undefined ? SIK_BAUD_RATES : [lastGood, ...SIK_BAUD_RATES]);
  let failure: RadioError | undefined;
  for (const baudRate of rates) {
    try {
      return await askAt(path, baudRate, timing);
    } catch (error) {
      // Only silence and gibberish may be another speed.
      if (!(error instanceof RadioError) || (error.code !== 'timeout' && error.code !== 'unsupported')) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function askAt(path: string, baudRate: number, timing: Partial<AtTiming> = {}): Promise<SikProbe> {
  const port = await openPort(path, baudRate, {
    bytes: (bytes) => modem.receive(bytes),
    gone: (reason) => modem.fail(reason),
  });
  const modem: SikModem = new SikModem({ path, write: (bytes) => port.write(bytes) }, timing);
  try {
    return { baudRate, identity: await modem.identify(), parameters: await modem.readParameters() };
  } finally {
    await modem.leave().catch(() => {});
    await port.close();
  }
}
