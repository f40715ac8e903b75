import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AfPacketAdapter } from '../../radio/adapters/af-packet/adapter.ts';
import { readCaptureFile } from '../../radio/adapters/pcap/file.ts';
import { LinkType } from '../../radio/base/frame.ts';
import { ns } from '../../radio/base/time.ts';
import { RubyPort } from '../../radio/links/ruby/mac-header.ts';
import { createRxFrame, openFrame } from '../../radio/wifi/encapsulate.ts';
import { TX_RADIOTAP_HT_LEN, writeTxRadiotapHt } from '../../radio/wifi/radiotap-write.ts';

/*
 * An air unit's radio in the lab: sends the frames of a capture, made by RubyFPV's own code, and hears what comes back.
 *   node air.mjs FOLDER INTERFACE CAPTURE BITS_PER_SECOND
 * Stops in the middle until FOLDER/go exists, having made FOLDER/half. At the end writes FOLDER/air.json.
 */

const [folder, name, path, rate] = process.argv.slice(2) as [string, string, string, string];
const file = (base: string) => join(folder, base);
const capture = readCaptureFile(path);
const raw = {
  bytes: capture.bytes,
  view: capture.view,
  start: 0,
  end: 0,
  linkType: LinkType.radiotap,
  at: ns(0),
  adapter: 0,
};
const opened = createRxFrame();

const uplink: string[] = [];
const adapter = new AfPacketAdapter({ interfaces: [name], filter: { rubyPorts: [RubyPort.toAir], wfb: false } });
await adapter.start({
  frame: (heard) => {
    const frame = createRxFrame();
    if (!openFrame(heard, frame)) uplink.push(Buffer.from(frame.bytes.subarray(frame.mac, frame.end)).toString('hex'));
  },
  ended: () => {},
});

let sent = 0;
let dueMs = performance.now();
for (let i = 0; i < capture.frames; i++) {
  if (i === capture.frames >> 1) {
    writeFileSync(file('half'), '');
    while (!existsSync(file('go'))) await sleep(20);
    dueMs = performance.now();
  }
  raw.start = capture.starts[i] as number;
  raw.end = capture.ends[i] as number;
  if (openFrame(raw, opened)) throw new Error('the capture holds a damaged frame');
  const frame = new Uint8Array(TX_RADIOTAP_HT_LEN + opened.end - opened.mac);
  writeTxRadiotapHt(new DataView(frame.buffer), 0, 3, 0);
  frame.set(opened.bytes.subarray(opened.mac, opened.end), TX_RADIOTAP_HT_LEN);
  while (!adapter.transmit(frame)) await sleep(5);
  sent++;
  dueMs += (frame.length * 8 * 1000) / Number(rate);
  const waitMs = dueMs - performance.now();
  if (waitMs > 1) await sleep(waitMs);
}
await sleep(500);
const [counters] = adapter.counters();
writeFileSync(file('air.json'), JSON.stringify({ sent, counters, heard: uplink.length, uplink: [...new Set(uplink)] }));
await adapter.close();
