import type { SourceRequest } from '../radio/api/contract.ts';
import { places } from './places.ts';
import { radioAnswer } from './radio-answer.ts';
import { forkRadio } from './radio-child.ts';
import { RadioProcess } from './radio-process.ts';
import { planRights, rightfulRadio, rightsSurroundings } from './radio-rights.ts';
import { serveInterface } from './web-server.ts';

export interface HeadlessOptions {
  /** 1 to 65535: this one or an error. Undefined: 8360 or the next free one. */
  port?: number | undefined;
  /** Opened at once; undefined waits for the person's choice. */
  source?: SourceRequest | undefined;
  /** Gets what the radio process writes and how it fares; default stderr. */
  log?: (line: string) => void;
  /** For tests: another program instead of the radio, another folder instead of the interface. */
  radioEntry?: string;
  app?: string;
}

export interface Headless {
  /** Such as `http://127.0.0.1:8360/`. */
  url: string;
  /** Ends server and radio process. */
  close(): Promise<void>;
  /** Process id of the radio of now. */
  radioPid(): number | undefined;
}

/** A radio that waits for its person to type a password may take this long to be ready. */
const PASSWORD_MS = 180_000;

/** Serves the interface on 127.0.0.1 and keeps a radio process for it. Rejects as serveInterface does. */
export async function startHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  const own = places();
  const log = options.log ?? ((line) => process.stderr.write(`radio: ${line}\n`));
  const entry = options.radioEntry ?? own.radioEntry;
  // Only Wi-Fi adapters take rights; nobody is asked for a password to watch a capture.
  const rights = options.source?.kind === 'radios' ? planRights(rightsSurroundings()) : undefined;
  let radio: RadioProcess | undefined;
  const server = await serveInterface({
    app: options.app ?? own.app,
    port: options.port,
    radio: () => radioAnswer(radio?.state),
  });
  radio = new RadioProcess({
    launch: () => (rights?.way === 'asked' ? rightfulRadio(rights, entry, log) : forkRadio(entry, log)),
    ...(rights?.way === 'asked' && { pace: { answerMs: PASSWORD_MS } }),
    source: options.source,
    resources: own.resources,
    appOrigins: server.origins,
    log,
  });
  radio.start();
  return {
    url: server.url,
    radioPid: () => radio.pid,
    close: async () => {
      await Promise.all([radio.close(), server.close()]);
    },
  };
}
