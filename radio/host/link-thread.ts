import { parentPort, workerData } from 'node:worker_threads';
import type { AccessUnit } from '../api/access-unit.ts';
import type { LinkSnapshot, Notice, SourceRequest, SourceState } from '../api/contract.ts';
import type { VehicleState } from '../api/telemetry.ts';
import { RadioError } from '../base/errors.ts';
import { type ClockZero, threadClock } from './clock.ts';
import { Pipeline } from './pipeline.ts';
import { createSource, sourceTitle } from './source.ts';

/** What the link thread is told when it is made. */
export interface LinkThreadData {
  zero: ClockZero;
  resources: string;
}

export type ToLinkThread = { t: 'open'; id: number; request: SourceRequest } | { t: 'close'; id: number };

export type FromLinkThread =
  | { t: 'video'; unit: AccessUnit }
  | { t: 'telemetry'; state: VehicleState }
  | { t: 'link'; snapshot: LinkSnapshot }
  | { t: 'notice'; notice: Notice }
  | { t: 'source'; state: SourceState }
  /** Answer to the message of that id. */
  | { t: 'done'; id: number; state: SourceState };

const { zero, resources } = workerData as LinkThreadData;
const clock = threadClock(zero);
if (!parentPort) throw new Error('the link thread is started by the radio process');
const port = parentPort;

let pipeline: Pipeline | undefined;
/** Opens and closes one after the other, in the order they were asked for. */
let turn: Promise<unknown> = Promise.resolve();

function post(message: FromLinkThread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function close(): Promise<SourceState> {
  await pipeline?.close();
  pipeline = undefined;
  return { phase: 'idle' };
}

async function open(request: SourceRequest): Promise<SourceState> {
  await close();
  const title = sourceTitle(request);
  post({ t: 'source', state: { phase: 'starting', title } });
  let opened: Pipeline | undefined;
  try {
    opened = new Pipeline(createSource(request, resources, clock), clock, {
      // Threads of one process may hand memory over; processes may not (electron#34905).
      video: (unit) => post({ t: 'video', unit }, [unit.data.buffer]),
      telemetry: (state) => post({ t: 'telemetry', state }),
      link: (snapshot) => post({ t: 'link', snapshot }),
      notice: (notice) => post({ t: 'notice', notice }),
      ended: (reason) => post({ t: 'source', state: reason ? failed(title, reason) : ended(title) }),
    });
    await opened.start();
  } catch (error) {
    await opened?.close();
    return failed(title, error);
  }
  pipeline = opened;
  return { phase: 'up', title, kind: request.kind };
}

function ended(title: string): SourceState {
  return { phase: 'failed', title, code: 'ended', reason: `${title} is at its end.` };
}

function failed(title: string, error: unknown): SourceState {
  const code = error instanceof RadioError ? error.code : 'unsupported';
  return { phase: 'failed', title, code, reason: error instanceof Error ? error.message : String(error) };
}

port.on('message', (message: ToLinkThread) => {
  turn = turn.then(async () => {
    const state = message.t === 'open' ? await open(message.request) : await close();
    post({ t: 'source', state });
    post({ t: 'done', id: message.id, state });
  });
});
