import { ipcRenderer } from 'electron';

/**
 * Passes each port on to the page as `{ type: 'spinel:port', kind: 'control' | 'video', generation }` with the port in
 * `event.ports[0]`, and nothing else. A new pair means a new radio process or a new page: the older ports are dead.
 */
ipcRenderer.on('spinel:port', (event, message: { kind: string; generation: number }) => {
  const { kind, generation } = message;
  window.postMessage({ type: 'spinel:port', kind, generation }, window.location.origin, [...event.ports]);
});
