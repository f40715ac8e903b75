import type { SourceRequest } from '../radio/api/contract.ts';
import { places } from './places.ts';
import { radioAnswer } from './radio-answer.ts';
import { forkRadio } from './radio-child.ts';
import { RadioProcess } from './radio-process.ts';
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

/** Serves the interface on 127.0.0.1 and keeps a radio process for it. Rejects as serveInterface does. */
export async function startHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  const own = places();
  const log = options.log ?? ((line) => process.stderr.write(`radio: ${line}\n`));
  let radio: RadioProcess | undefined;
  const server = await serveInterface({
    app: options.app ?? own.app,
    port: options.port,
    radio: () => radioAnswer(radio?.state),
  });
  radio = new RadioProcess({
    launch: () => forkRadio(options.radioEntry ?? own.radioEntry, log),
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
