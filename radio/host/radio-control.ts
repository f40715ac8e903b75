import { WifiControl } from '../adapters/interfaces/control.ts';
import type { RadioInterface } from '../api/contract.ts';

/** What the radio process asks of Wi-Fi interfaces; a seam, so that everything above it runs in tests without any. */
export interface RadioControl {
  /** Gives back what a crashed run left behind; resolves with the names. Call once, before anything is taken. */
  recover(): Promise<string[]>;
  /** All Wi-Fi interfaces of this computer. Rejects with a RadioError when not even that can be told. */
  list(): Promise<RadioInterface[]>;
  /**
   * Takes an interface for us: out of other programs' hands, monitor mode, up, tuned. Resolves with its present name. Rejects
   * with a RadioError. Safe to call again, as after it was unplugged.
   */
  prepare(name: string, frequencyMhz: number, widthMhz: number): Promise<string>;
  /** Tunes an interface that was prepared. Rejects with a RadioError. */
  tune(name: string, frequencyMhz: number, widthMhz: number): Promise<void>;
  /** Gives back what was taken, but for those named. Never rejects. */
  restore(but?: readonly string[]): Promise<void>;
}

/** The interfaces of this computer. */
export const systemRadioControl = (): RadioControl => new WifiControl();
