import type { Api } from '../../radio/api/contract.ts';
import type { Port } from '../../radio/api/port.ts';
import { connect } from '../../radio/api/rpc.ts';
import { isRecord } from '../../radio/api/validate.ts';
import type { VideoConnection } from '../video/stats.ts';
import { clearRadioClock, followRadioClock } from './clock.ts';
import { electronDoors } from './electron-port.ts';
import { websocketPort } from './websocket-port.ts';

export type RadioConnection =
  /** Not yet, or not any more. `detail`: what the program says is wrong, empty while it just starts. */
  | { phase: 'connecting' | 'lost'; detail: string; generation: number }
  /** `generation` counts radio processes: more than 1 means that one died and was replaced. */
  | { phase: 'up'; detail: ''; generation: number; api: Api; videoConnection: VideoConnection };

/** Between two tries to reach a radio process that is gone. */
const RETRY_MS = 250;

/**
 * Keeps a door to the radio open: through the ports of Electron's preload when there is one, else through the WebSocket
 * that `/radio.json` names. When the radio process dies it says so and comes back by itself. Returns what ends it.
 */
export function connectRadio(onState: (state: RadioConnection) => void): () => void {
  let ended = false;
  let current: Api | undefined;
  let generation = 0;

  function up(port: Port, videoConnection: VideoConnection, newGeneration: number, onLost: () => void): void {
    const api = connect(port);
    current = api;
    generation = newGeneration;
    const stopClock = followRadioClock(api);
    api.onClose(() => {
      stopClock();
      clearRadioClock();
      current = undefined;
      if (ended) return;
      onState({ phase: 'lost', detail: '', generation });
      onLost();
    });
    onState({ phase: 'up', detail: '', generation, api, videoConnection });
  }

  async function tryWebsocket(): Promise<void> {
    if (ended) return;
    try {
      const answer = await findRadio();
      if (typeof answer === 'string') throw new Error(answer);
      const query = `?token=${encodeURIComponent(answer.token)}`;
      const port = await websocketPort(`${answer.url}/control${query}`);
      if (ended) return port.close();
      up(port, { kind: 'websocket', url: `${answer.url}/video${query}` }, answer.generation, () => void tryWebsocket());
    } catch (error) {
      if (ended) return;
      const phase = generation === 0 ? 'connecting' : 'lost';
      onState({ phase, detail: error instanceof Error ? error.message : '', generation });
      setTimeout(tryWebsocket, RETRY_MS);
    }
  }

  onState({ phase: 'connecting', detail: '', generation });
  const stopElectron = electronDoors((control, video, newGeneration) => {
    current?.close();
    up(control, { kind: 'port', port: video }, newGeneration, () => {});
  });
  if (!stopElectron) void tryWebsocket();
  return () => {
    ended = true;
    stopElectron?.();
    current?.close();
  };
}

/** Asks the program that served this page where its radio is; a sentence when there is none now. */
async function findRadio(): Promise<{ generation: number; url: string; token: string } | string> {
  let response: Response;
  try {
    response = await fetch('./radio.json', { cache: 'no-store' });
  } catch {
    return 'Spinel itself does not answer. Was it stopped? Start it again with npm start.';
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!isRecord(body)) return 'Spinel gave an answer that this page does not understand. Reload the page.';
  const { generation, url, token, detail } = body as Record<string, unknown>;
  if (!response.ok) return typeof detail === 'string' ? detail : 'The radio process is not running.';
  if (typeof generation !== 'number' || typeof url !== 'string' || typeof token !== 'string') {
    return 'Spinel gave an answer that this page does not understand. Reload the page.';
  }
  return { generation, url, token };
}
