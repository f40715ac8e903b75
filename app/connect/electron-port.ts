import type { Port } from '../../radio/api/port.ts';
import { isRecord } from '../../radio/api/validate.ts';

/**
 * In Electron the preload passes on two ports for each radio process, as `{ type: 'spinel:port', kind, generation }`.
 * Calls `onDoors` whenever a pair is complete. Undefined where this is not Electron.
 */
export function electronDoors(
  onDoors: (control: Port, video: MessagePort, generation: number) => void,
): (() => void) | undefined {
  if (location.protocol !== 'app:') return undefined;
  let control: { port: MessagePort; generation: number } | undefined;
  let video: { port: MessagePort; generation: number } | undefined;
  const take = (event: MessageEvent<unknown>) => {
    const [port] = event.ports;
    if (event.source !== window || !isRecord(event.data) || event.data['type'] !== 'spinel:port' || !port) return;
    const generation = Number(event.data['generation']);
    if (event.data['kind'] === 'control') control = { port, generation };
    else if (event.data['kind'] === 'video') video = { port, generation };
    if (!control || !video || control.generation !== video.generation) return;
    onDoors(messagePort(control.port), video.port, generation);
    control = video = undefined;
  };
  window.addEventListener('message', take);
  return () => window.removeEventListener('message', take);
}

function messagePort(port: MessagePort): Port {
  return {
    bufferedBytes: 0,
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.onmessage = (event) => listener(event.data);
    },
    onClose: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  };
}
