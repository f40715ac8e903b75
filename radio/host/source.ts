import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Adapter } from '../adapters/adapter.ts';
import { CapturePlayer } from '../adapters/pcap/player.ts';
import { SimulatorAdapter } from '../adapters/simulator/adapter.ts';
import type { RadiosRequest, SourceRequest } from '../api/contract.ts';
import { RadioError } from '../base/errors.ts';
import type { Clock } from '../base/time.ts';

/** What a source is called in the interface. */
export function sourceTitle(request: SourceRequest): string {
  if (request.kind === 'demo') return 'Demo flight';
  if (request.kind === 'radios') return `${request.interfaces.join(', ')} at ${request.frequencyMhz} MHz`;
  const [first, ...more] = request.files.map((file) => basename(file));
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

/** Makes the adapter of a source that needs no radio. Throws a RadioError `clip-missing` when the demo's clip cannot be read. */
export function createSource(request: Exclude<SourceRequest, RadiosRequest>, resources: string, clock: Clock): Adapter {
  if (request.kind === 'captures') {
    return new CapturePlayer({ files: request.files, loop: request.loop ?? false, clock });
  }
  const path = join(resources, 'clips', 'demo.h264');
  let clip: Uint8Array;
  try {
    clip = readFileSync(path);
  } catch (cause) {
    throw new RadioError('clip-missing', 'The demo flight has no picture: resources/clips/demo.h264 cannot be read.', {
      cause,
    });
  }
  return new SimulatorAdapter({ clip, channel: request.channel, clock });
}
