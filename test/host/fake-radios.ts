import type { Adapter, AdapterEvents } from '../../radio/adapters/adapter.ts';
import type { AfPacketOptions } from '../../radio/adapters/af-packet/adapter.ts';
import type { RadioChannel, RadioInterface } from '../../radio/api/contract.ts';
import { RadioError } from '../../radio/base/errors.ts';
import type { RadioControl } from '../../radio/host/radio-control.ts';
import { channelOf } from '../../radio/wifi/channels.ts';
import { rawFrame } from './air.ts';

export function channel(frequencyMhz: number, more: Partial<RadioChannel> = {}): RadioChannel {
  return {
    channel: channelOf(frequencyMhz) ?? 0,
    frequencyMhz,
    maxPowerDbm: 20,
    disabled: false,
    noTransmit: false,
    ...more,
  };
}

export function radio(name: string, frequenciesMhz: number[], more: Partial<RadioInterface> = {}): RadioInterface {
  return {
    name,
    driver: 'rtl88xxau',
    chipset: 'Realtek RTL8812AU',
    usbId: '0bda:8812',
    mac: '02:00:00:00:00:00',
    mode: 'managed',
    up: true,
    monitor: true,
    usable: true,
    problem: '',
    channels: frequenciesMhz.map((mhz) => channel(mhz)),
    ...more,
  };
}

/** Interfaces that exist only here, and the air around them: what is heard on a channel every 5 ms. */
export class FakeRadios implements RadioControl {
  interfaces: RadioInterface[];
  air: Record<number, (step: number) => Uint8Array | undefined> = {};
  /** Taken and not yet given back. */
  readonly taken = new Set<string>();
  readonly tuned = new Map<string, number>();
  readonly log: string[] = [];
  /** Rejection of `prepare` by interface. */
  readonly refused = new Map<string, RadioError>();
  /** Adapters that are open now. */
  open = 0;

  constructor(...interfaces: RadioInterface[]) {
    this.interfaces = interfaces;
  }

  async recover(): Promise<string[]> {
    return [];
  }

  async list(): Promise<RadioInterface[]> {
    return this.interfaces;
  }

  async prepare(name: string, frequencyMhz: number, widthMhz: number): Promise<string> {
    const refused = this.refused.get(name);
    if (refused) throw refused;
    this.taken.add(name);
    this.log.push(`prepare ${name} ${frequencyMhz}/${widthMhz}`);
    this.tuned.set(name, frequencyMhz);
    return name;
  }

  async tune(name: string, frequencyMhz: number, widthMhz: number): Promise<void> {
    if (!this.taken.has(name)) throw new RadioError('no-adapter', `${name} was not prepared`);
    this.log.push(`tune ${name} ${frequencyMhz}/${widthMhz}`);
    this.tuned.set(name, frequencyMhz);
  }

  async restore(but: readonly string[] = []): Promise<void> {
    for (const name of [...this.taken]) {
      if (but.includes(name)) continue;
      this.taken.delete(name);
      this.log.push(`restore ${name}`);
    }
  }

  /** In place of raw sockets. */
  readonly createAdapter = (options: AfPacketOptions): Adapter => {
    let timer: ReturnType<typeof setInterval> | undefined;
    let step = 0;
    const hear = (events: AdapterEvents) => {
      step++;
      for (const [adapter, name] of options.interfaces.entries()) {
        const frame = this.air[this.tuned.get(name) ?? 0]?.(step);
        const at = options.clock?.now();
        if (frame && at !== undefined) events.frame(rawFrame(frame, at, adapter));
      }
    };
    return {
      receivers: options.interfaces,
      transmit: () => false,
      start: async (events) => {
        for (const [i, name] of options.interfaces.entries()) await options.prepare?.(i, name);
        this.open++;
        timer = setInterval(() => hear(events), 5);
      },
      close: async () => {
        if (timer !== undefined) this.open--;
        clearInterval(timer);
        timer = undefined;
      },
    };
  };
}
