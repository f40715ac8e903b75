import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { readFromRadio } from '../../main/radio-messages.ts';
import { rightfulRadio } from '../../main/radio-rights.ts';
import type { RadioStatus, SourceState } from '../../radio/api/contract.ts';
import type { Port } from '../../radio/api/port.ts';
import { connect } from '../../radio/api/rpc.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
let folder: string;

/** The real radio process and link thread, bundled as they are shipped. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spinel-process-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['radio/host/entry.ts', 'radio/host/link-thread.ts'],
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['koffi'],
    banner: {
      js: "import { createRequire as __from } from 'node:module'; const require = __from(import.meta.url);",
    },
    logLevel: 'error',
  });
  // Outside of any package, .js is CommonJS.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function websocketPort(client: WebSocket): Port {
  return {
    bufferedBytes: 0,
    post: (message) => client.send(JSON.stringify(message)),
    onMessage: (listener) => void client.on('message', (data) => listener(JSON.parse(String(data)))),
    onClose: (listener) => void client.on('close', listener),
    close: () => client.close(),
  };
}

test('a radio process with rights of its own talks over stdin and stdout, and says why it cannot fly', async () => {
  const log: string[] = [];
  const radio = rightfulRadio({ way: 'asked', command: 'env', args: [] }, join(folder, 'entry.js'), (line) =>
    log.push(line),
  );
  const ended = new Promise<string>((resolve) => radio.onExit(resolve));
  const messages: ReturnType<typeof readFromRadio>[] = [];
  radio.onMessage((message) => messages.push(readFromRadio(message)));
  const source = { kind: 'radios', interfaces: ['no-such-wifi'], frequencyMhz: 5825 } as const;
  radio.post({ t: 'start', generation: 1, token: 'x', source, resources: folder, appOrigins: [] });
  await vi.waitFor(() => expect(messages[0], log.join('\n')).toMatchObject({ t: 'listening' }), 20_000);
  expect(messages).toContainEqual({ t: 'source', request: source });

  const { url } = messages[0] as { url: string };
  const client = new WebSocket(`${url}/control?token=x`);
  await new Promise((resolve) => client.once('open', resolve));
  const api = connect(websocketPort(client));
  let status: RadioStatus | undefined;
  api.on('status', (newest) => {
    status = newest;
  });
  await vi.waitFor(() => expect(status?.source.phase).toBe('failed'), 20_000);
  const failed = status?.source as Extract<SourceState, { phase: 'failed' }>;
  expect(failed.title).toBe('no-such-wifi at 5825 MHz');
  expect(failed.reason).toContain('no-such-wifi');

  // An answer is an error with its code, and the search that never began is still told.
  await expect(api.call('scan.start', { interfaces: ['no-such-wifi'] })).rejects.toMatchObject({
    code: expect.stringMatching(/no-adapter|no-tool|unsupported/),
  });
  expect(await api.call('scan.stop')).toMatchObject({ running: false, found: [] });

  const closed = new Promise<void>((resolve) => api.onClose(resolve));
  radio.kill(false);
  expect(await ended).toBe('code 0');
  await closed;
}, 60_000);
