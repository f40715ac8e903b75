import { LinkType, type RawFrame } from '../../radio/base/frame.ts';
import { ns } from '../../radio/base/time.ts';
import type { LinkSink } from '../../radio/links/link.ts';
import { RubyReceiver } from '../../radio/links/ruby/receiver.ts';
import { createRxFrame, openFrame } from '../../radio/wifi/encapsulate.ts';
import { TestAirUnit } from '../links/ruby/air-unit.ts';

const BITRATE = 20_000_000;
const FPS = 60;
const SECONDS = 60;
/** Radiotap of a receiving card: flags, rate, channel, signal, antenna (rubyfpv-link.md 13.3). */
const RADIOTAP = [0, 0, 16, 0, 0x2e, 8, 0, 0, 0, 0x18, 0xad, 0x16, 0x40, 1, 0xd2, 0];

/** Counts what it is given; keeps nothing. */
class CountingSink implements LinkSink {
  bytes = 0;
  frames = 0;
  gaps = 0;
  payload(_stream: 'video', _bytes: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
  }
  boundary(): void {
    this.frames++;
  }
  gap(): void {
    this.gaps++;
  }
  telemetry(): void {}
  transmit(): void {}
}

/** A second of flight, whose numbers are moved on to make the next. */
class Flight {
  readonly raws: RawFrame[] = [];
  readonly blocks: number;

  constructor(loss: number) {
    const unit = new TestAirUnit();
    let seed = 1;
    for (let i = 0; i < FPS; i++) {
      const video = new Uint8Array(BITRATE / FPS / 8).fill(i);
      for (const frame of unit.packets(video)) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        if ((seed >>> 8) % 1000 < loss * 1000) continue;
        const bytes = new Uint8Array([...RADIOTAP, ...frame]);
        const view = new DataView(bytes.buffer);
        const at = ns((i / FPS) * 1e9);
        this.raws.push({ bytes, view, start: 0, end: bytes.length, linkType: LinkType.radiotap, at, adapter: 0 });
      }
    }
    this.blocks = unit.block;
  }
}

/**
 * The receive path: raw frame with radiotap, through `openFrame` and the receiver, to a sink. Every second of flight is a
 * new air unit's, because moving all counters on would be part of what is measured.
 */
export default async function bench(print: (line: string) => void): Promise<void> {
  for (const loss of [0, 0.1]) {
    const { raws } = new Flight(loss);
    const frame = createRxFrame();
    const results: number[] = [];
    for (let round = 0; round < 30; round++) {
      const receiver = new RubyReceiver({ holdMs: 12 });
      const sink = new CountingSink();
      const cpu = process.cpuUsage();
      for (const raw of raws) {
        if (openFrame(raw, frame) === undefined) receiver.receive(frame, sink);
      }
      const { user, system } = process.cpuUsage(cpu);
      results.push((user + system) / raws.length);
      if (loss === 0 && sink.bytes !== Math.floor(BITRATE / FPS / 8) * FPS)
        throw new Error(`${sink.bytes} bytes came out`);
    }
    results.sort((a, b) => a - b);
    const best = results[0] as number;
    const median = results[results.length >> 1] as number;
    const rate = Math.round(1e6 / median).toLocaleString('en');
    print(`loss ${loss * 100} %: ${best.toFixed(2)} / ${median.toFixed(2)} µs CPU per packet (${rate} packets/s)`);
  }
  memory(print);
}

/** Heap and resident memory over a minute at 20 Mbit/s, as fast as it goes. */
function memory(print: (line: string) => void): void {
  const receiver = new RubyReceiver({ holdMs: 12 });
  const sink = new CountingSink();
  const frame = createRxFrame();
  const { raws } = new Flight(0.1);
  const gc = (globalThis as { gc?: () => void }).gc ?? (() => {});
  const used = () => {
    gc();
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 };
  };
  let start = used();
  for (let second = 0; second < SECONDS; second++) {
    for (const raw of raws) {
      const at = raw.at;
      raw.at = ns(at + second * 2e9);
      if (openFrame(raw, frame) === undefined) receiver.receive(frame, sink);
      raw.at = at;
    }
    if (second === 5) start = used();
  }
  const end = used();
  print(
    `memory from second 5 to ${SECONDS}: heap ${start.heap.toFixed(1)} to ${end.heap.toFixed(1)} MiB, ` +
      `resident ${start.rss.toFixed(0)} to ${end.rss.toFixed(0)} MiB, ${sink.frames} frames`,
  );
}
