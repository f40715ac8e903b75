import { parentPort, workerData } from 'node:worker_threads';
import type { AccessUnit } from '../api/access-unit.ts';
import type { LinkSnapshot, Notice, ScanState, SourceRequest, SourceState } from '../api/contract.ts';
import type { VehicleState } from '../api/telemetry.ts';
import { RadioError, type RadioErrorCode } from '../base/errors.ts';
import { type ClockZero, threadClock } from './clock.ts';
import { Pipeline } from './pipeline.ts';
import { systemRadioControl } from './radio-control.ts';
import { Radios } from './radios.ts';
import { RadioMemory } from './radios-memory.ts';
import type { SearchOptions } from './search.ts';
import { createSource, sourceTitle } from './source.ts';

/** What the link thread is told when it is made. */
export interface LinkThreadData {
  zero: ClockZero;
  resources: string;
}

export type ToLinkThread =
  | { t: 'open'; id: number; request: SourceRequest }
  | { t: 'close'; id: number }
  | { t: 'list'; id: number }
  | { t: 'search'; id: number; options: SearchOptions }
  | { t: 'end-search'; id: number }
  /** Gives everything back; nothing else is answered afterwards. */
  | { t: 'end'; id: number };

export type FromLinkThread =
  | { t: 'video'; unit: AccessUnit }
  | { t: 'telemetry'; state: VehicleState }
  | { t: 'link'; snapshot: LinkSnapshot }
  | { t: 'notice'; notice: Notice }
  | { t: 'source'; state: SourceState }
  | { t: 'scan'; state: ScanState }
  /** How many Wi-Fi interfaces can be used. */
  | { t: 'found'; usable: number }
  /** Answer to the message of that id. */
  | { t: 'done'; id: number; value: unknown }
  /** It could not be done; a RadioError in parts. */
  | { t: 'refused'; id: number; code: RadioErrorCode; message: string };

const { zero, resources } = workerData as LinkThreadData;
const clock = threadClock(zero);
if (!parentPort) throw new Error('the link thread is started by the radio process');
const port = parentPort;

const memory = new RadioMemory();
const control = systemRadioControl();
const radios = new Radios({
  control,
  clock,
  memory,
  notice: (notice) => post({ t: 'notice', notice }),
  scan: (state) => post({ t: 'scan', state }),
  found: (usable) => post({ t: 'found', usable }),
});

let pipeline: Pipeline | undefined;
/** What changes sources and radios is done one after the other, in the order it was asked for. */
let turn: Promise<unknown> = control.recover();

function post(message: FromLinkThread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function close(): Promise<SourceState> {
  await pipeline?.close();
  pipeline = undefined;
  await radios.landed();
  return { phase: 'idle' };
}

async function open(request: SourceRequest): Promise<SourceState> {
  const isRadios = request.kind === 'radios';
  await pipeline?.close();
  pipeline = undefined;
  await radios.stopSearch(isRadios ? request.interfaces : []);
  if (!isRadios) await radios.landed();
  const title = sourceTitle(request);
  post({ t: 'source', state: { phase: 'starting', title } });
  let opened: Pipeline | undefined;
  try {
    const adapter = isRadios ? radios.open(request) : createSource(request, resources, clock);
    opened = new Pipeline(
      adapter,
      clock,
      {
        // Threads of one process may hand memory over; processes may not (electron#34905).
        video: (unit) => post({ t: 'video', unit }, [unit.data.buffer]),
        telemetry: (state) => post({ t: 'telemetry', state }),
        link: (snapshot) => post({ t: 'link', snapshot }),
        notice: (notice) => post({ t: 'notice', notice }),
        ended: (reason) => post({ t: 'source', state: reason ? failed(title, reason) : ended(title) }),
        airUnit: (id, name) => {
          if (isRadios) memory.unit({ protocol: 'rubyfpv', id, name, frequencyMhz: request.frequencyMhz });
        },
      },
      isRadios ? request.airUnit : undefined,
    );
    await opened.start();
  } catch (error) {
    await opened?.close();
    await radios.landed();
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

async function changeSource(change: () => Promise<SourceState>): Promise<SourceState> {
  const state = await change();
  post({ t: 'source', state });
  return state;
}

function act(message: ToLinkThread): Promise<unknown> {
  switch (message.t) {
    case 'open':
      return changeSource(() => open(message.request));
    case 'close':
      return changeSource(close);
    case 'list':
      return radios.list();
    case 'search':
      return radios.startSearch(message.options);
    case 'end-search':
      return radios.stopSearch();
    case 'end':
      return changeSource(close).then(() => radios.close());
  }
}

async function answer(message: ToLinkThread): Promise<void> {
  const { id } = message;
  try {
    post({ t: 'done', id, value: await act(message) });
  } catch (error) {
    const code = error instanceof RadioError ? error.code : 'unsupported';
    post({ t: 'refused', id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

port.on('message', (message: ToLinkThread) => {
  // Listing changes nothing, and need not wait for a source that takes its time.
  if (message.t === 'list') void answer(message);
  else turn = turn.then(() => answer(message));
});
radios.watch();
