import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { readAccessUnit } from '../../radio/api/wire.ts';
import { NS_PER_MS } from '../../radio/base/time.ts';

const SECONDS = 15;
const LOSSES = [0, 0.1];

/**
 * Added latency of the radio process: from the last fragment of a frame to its access unit leaving for the decoder, and to
 * its arrival in another process. The demo flight at 60 frames a second through the real process and its WebSocket.
 */
export default async function latency(print: (line: string) => void): Promise<void> {
  for (const loss of LOSSES) {
    const { leaving, arriving, units } = await measure(loss);
    print(
      `radio process, ${loss * 100} % loss in bursts, two adapters, ${units} access units: ` +
        `last fragment to leaving ${line(leaving)}; to arrival in another process ${line(arriving)}`,
    );
  }
}

function line(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

async function measure(loss: number): Promise<{ leaving: number[]; arriving: number[]; units: number }> {
  const radio = fork('dist/radio/entry.js', { stdio: 'inherit' });
  try {
    const token = 'bench';
    const listening = once(radio, 'message');
    radio.send({
      t: 'start',
      generation: 1,
      token,
      resources: `${process.cwd()}/resources`,
      appOrigins: [],
      source: { kind: 'demo', channel: { loss } },
    });
    let message = (await listening)[0] as { t: string; url?: string };
    while (message.t !== 'listening') message = (await once(radio, 'message'))[0];
    const socket = new WebSocket(`${message.url}/video?token=${token}`);
    socket.binaryType = 'arraybuffer';
    await once(socket, 'open');
    const offsetNs = await clockOffset(socket);
    const leaving: number[] = [];
    const arriving: number[] = [];
    const startedAt = performance.now();
    socket.on('message', (data, isBinary) => {
      const now = performance.now() * NS_PER_MS + offsetNs;
      const unit = isBinary ? readAccessUnit(data as ArrayBuffer) : undefined;
      // The first second is the process warming up.
      if (!unit || performance.now() - startedAt < 1000) return;
      leaving.push((unit.sentAt - unit.lastAt) / NS_PER_MS);
      arriving.push((now - unit.lastAt) / NS_PER_MS);
    });
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    socket.close();
    if (leaving.length < SECONDS * 30) throw new Error(`only ${leaving.length} access units came in ${SECONDS} s`);
    return { leaving, arriving, units: leaving.length };
  } finally {
    radio.kill();
  }
}

/** Radio clock minus ours, ns, by the quickest of many questions. */
async function clockOffset(socket: WebSocket): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let id = 0; id < 30; id++) {
    const asked = performance.now();
    const answer = new Promise<{ now: number }>((resolve) => {
      const take = (data: unknown, isBinary: boolean) => {
        if (isBinary) return;
        const message = JSON.parse(String(data));
        if (message.id !== id) return;
        socket.off('message', take);
        resolve(message);
      };
      socket.on('message', take);
    });
    socket.send(JSON.stringify({ t: 'clock', id }));
    const { now } = await answer;
    const answered = performance.now();
    if (answered - asked >= best) continue;
    best = answered - asked;
    offset = now - ((asked + answered) / 2) * NS_PER_MS;
  }
  return offset;
}
