import type { AccessUnit } from '../../radio/api/access-unit.ts';
import { readAccessUnit } from '../../radio/api/wire.ts';
import { type Clock, type Ns, ns } from '../../radio/base/time.ts';
import type { ClockOffset } from './latency.ts';
import type { VideoConnection } from './stats.ts';

const FIRST_PINGS = 20;
const FIRST_PING_MS = 25;
const PING_MS = 1_000;

export interface FeedListener {
  unit(unit: AccessUnit, receivedAt: Ns): void;
  /** The connection ended by itself. */
  lost(): void;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** An access unit that came as an object over a MessagePort; undefined when it is not one. */
export function checkedUnit(value: unknown): AccessUnit | undefined {
  if (!isRecord(value)) return undefined;
  const unit = value as Partial<AccessUnit>;
  const numbers = [unit.sequence, unit.width, unit.height, unit.firstAt, unit.lastAt, unit.completeAt, unit.sentAt];
  if (!(unit.data instanceof Uint8Array) || unit.data.length === 0) return undefined;
  if (unit.codec !== 'h264' && unit.codec !== 'h265') return undefined;
  if (typeof unit.codecString !== 'string' || numbers.some((number) => typeof number !== 'number')) return undefined;
  return unit as AccessUnit;
}

/** Opens the radio's video feed and keeps `offset` up to date. Returns what closes it. */
export function openFeed(
  connection: VideoConnection,
  clock: Clock,
  offset: ClockOffset,
  listener: FeedListener,
): () => void {
  const asked = new Map<number, Ns>();
  let pings = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function ping(send: (message: { t: 'clock'; id: number }) => void): void {
    const id = ++pings;
    if (asked.size > 8) asked.clear();
    asked.set(id, clock.now());
    send({ t: 'clock', id });
    timer = setTimeout(() => ping(send), pings < FIRST_PINGS ? FIRST_PING_MS : PING_MS);
  }
  function answered(message: unknown, now: Ns): void {
    if (!isRecord(message) || message['t'] !== 'clock') return;
    const since = asked.get(Number(message['id']));
    asked.delete(Number(message['id']));
    if (since !== undefined && typeof message['now'] === 'number') offset.add(since, now, ns(message['now']));
  }

  if (connection.kind === 'port') {
    const { port } = connection;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const now = clock.now();
      if (!isRecord(data)) return;
      const unit = data['t'] === 'video' ? checkedUnit(data['unit']) : undefined;
      if (unit) listener.unit(unit, now);
      else answered(data, now);
    };
    port.addEventListener('close', () => listener.lost());
    ping((message) => port.postMessage(message));
    return () => {
      clearTimeout(timer);
      port.onmessage = null;
      port.close();
    };
  }

  const socket = new WebSocket(connection.url);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => ping((message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message)));
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    const now = clock.now();
    if (data instanceof ArrayBuffer) {
      const unit = readAccessUnit(data);
      if (unit) listener.unit(unit, now);
    } else if (typeof data === 'string') {
      try {
        answered(JSON.parse(data), now);
      } catch {
        // Not JSON: nothing of ours.
      }
    }
  };
  socket.onclose = () => {
    clearTimeout(timer);
    listener.lost();
  };
  return () => {
    clearTimeout(timer);
    socket.onclose = null;
    socket.close();
  };
}
