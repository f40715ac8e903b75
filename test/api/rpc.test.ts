import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Commands, Feeds, RadioStatus, ScanState } from '../../radio/api/contract.ts';
import { memoryPorts } from '../../radio/api/memory-port.ts';
import { connect, type Door, type PageFeed, type Service, serve } from '../../radio/api/rpc.ts';
import { RadioError } from '../../radio/base/errors.ts';
import { ns } from '../../radio/base/time.ts';

const STATUS: RadioStatus = { version: '1', generation: 1, source: { phase: 'idle' }, adaptersFound: 0 };
const SCAN: ScanState = { running: false, listening: [], channels: [], found: [], problem: '' };

class TestService implements Service {
  calls: unknown[][] = [];

  async call<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>): Promise<ReturnType<Commands[K]>> {
    this.calls.push([name, ...args]);
    if (name === 'source.close') throw new RadioError('busy', 'not now');
    const answers: { [N in keyof Commands]: ReturnType<Commands[N]> } = {
      'clock.now': ns(42),
      'source.open': { phase: 'starting', title: 'x' },
      'source.close': { phase: 'idle' },
      'radios.list': [],
      'scan.start': SCAN,
      'scan.stop': SCAN,
    };
    return answers[name];
  }

  newest<K extends PageFeed>(feed: K): Feeds[K] | undefined {
    return feed === 'status' ? (STATUS as Feeds[K]) : undefined;
  }
}

function opened(): { service: TestService; door: Door; api: ReturnType<typeof connect> } {
  const [here, there] = memoryPorts();
  const service = new TestService();
  return { service, door: serve(there, service), api: connect(here) };
}

test('a call is answered, and an error keeps its code and its sentence', async () => {
  const { api } = opened();
  expect(await api.call('clock.now')).toBe(42);
  await expect(api.call('source.close')).rejects.toMatchObject({ code: 'busy', message: 'not now' });
});

test('calls that do not fit the contract never reach the service', async () => {
  const { api, service } = opened();
  const wrong = api.call as unknown as (name: string, ...args: unknown[]) => Promise<unknown>;
  for (const call of [
    ['nothing.such'],
    ['__proto__'],
    ['clock.now', 1],
    ['source.open'],
    ['source.open', { kind: 'file' }],
    ['source.open', { kind: 'captures', files: [] }],
    ['source.open', { kind: 'captures', files: [1] }],
    ['source.open', { kind: 'demo', channel: { loss: 2 } }],
    ['source.open', { kind: 'demo', channel: { seed: 1.5 } }],
    ['source.open', { kind: 'demo', channel: { constructor: 1 } }],
    ['radios.list', 'wlan0'],
    ['scan.stop', {}],
    ['scan.start'],
    ['scan.start', { interfaces: [] }],
    ['scan.start', { interfaces: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] }],
    ['scan.start', { interfaces: ['--help'] }],
    ['scan.start', { frequenciesMhz: [] }],
    ['scan.start', { frequenciesMhz: [5825.5] }],
    ['source.open', { kind: 'radios', interfaces: ['wlan1'] }],
    ['source.open', { kind: 'radios', interfaces: ['wlan1', 'wlan1'], frequencyMhz: 5825 }],
    ['source.open', { kind: 'radios', interfaces: ['../x'], frequencyMhz: 5825 }],
    ['source.open', { kind: 'radios', interfaces: ['a name of more than 15'], frequencyMhz: 5825 }],
    ['source.open', { kind: 'radios', interfaces: ['wlan1'], frequencyMhz: 161 }],
    ['source.open', { kind: 'radios', interfaces: ['wlan1'], frequencyMhz: 5825, widthMhz: 80 }],
    ['source.open', { kind: 'radios', interfaces: ['wlan1'], frequencyMhz: 5825, airUnit: 0 }],
  ] as const) {
    await expect(wrong(...(call as [string]))).rejects.toMatchObject({ code: 'bad-argument' });
  }
  expect(service.calls).toEqual([]);
});

test('calls about radios that fit reach the service', async () => {
  const { api, service } = opened();
  const request = {
    kind: 'radios',
    interfaces: ['wlan1', 'wlx0c'],
    frequencyMhz: 5825,
    widthMhz: 10,
    airUnit: 7,
  } as const;
  await api.call('radios.list');
  await api.call('scan.start', {});
  await api.call('scan.start', { interfaces: ['wlan1'], frequenciesMhz: [2412, 5825] });
  await api.call('scan.stop');
  await api.call('source.open', { ...request, interfaces: [...request.interfaces] });
  expect(service.calls.map(([name]) => name)).toEqual([
    'radios.list',
    'scan.start',
    'scan.start',
    'scan.stop',
    'source.open',
  ]);
});

test('whoever listens gets the newest item at once and later ones as they come', async () => {
  const { api, door } = opened();
  const heard: number[] = [];
  const stop = api.on('status', (status) => heard.push(status.generation));
  await vi.waitFor(() => expect(heard).toEqual([1]));
  door.publish('status', { ...STATUS, generation: 2 });
  await vi.waitFor(() => expect(heard).toEqual([1, 2]));
  stop();
  door.publish('status', { ...STATUS, generation: 3 });
  await api.call('clock.now');
  expect(heard).toEqual([1, 2]);
});

test('a feed that nobody asked for is not sent', async () => {
  const [here, there] = memoryPorts();
  const door = serve(there, new TestService());
  const heard: unknown[] = [];
  here.onMessage((message) => heard.push(message));
  door.publish('notice', { at: ns(0), severity: 'info', text: 'x' });
  here.post({ t: 'listen', feed: 'toString' });
  await Promise.resolve();
  expect(heard).toEqual([]);
});

test('open calls fail with radio-gone when the door closes, and so do later ones', async () => {
  const [here, there] = memoryPorts();
  const api = connect(here);
  const closed = vi.fn();
  api.onClose(closed);
  const call = api.call('clock.now');
  there.close();
  await expect(call).rejects.toMatchObject({ code: 'radio-gone' });
  await expect(api.call('clock.now')).rejects.toMatchObject({ code: 'radio-gone' });
  expect(closed).toHaveBeenCalledOnce();
});

test('a call without an answer is given up after ten seconds', async () => {
  vi.useFakeTimers();
  try {
    const [here] = memoryPorts();
    const call = connect(here).call('clock.now');
    const outcome = expect(call).rejects.toMatchObject({ code: 'timeout' });
    vi.advanceTimersByTime(10_000);
    await outcome;
  } finally {
    vi.useRealTimers();
  }
});

test('no message whatever throws, on either side', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (message) => {
      const [here, there] = memoryPorts();
      serve(there, new TestService());
      connect(here);
      try {
        here.post(message);
        there.post(message);
      } catch (error) {
        // Only what cannot be copied at all.
        expect(String(error)).toContain('could not be cloned');
      }
      await Promise.resolve();
    }),
  );
});
