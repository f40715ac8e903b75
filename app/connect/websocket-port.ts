import type { Port } from '../../radio/api/port.ts';

/** Opens a WebSocket that carries JSON both ways. Rejects when it cannot be opened. */
export function websocketPort(url: string): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    let onMessage: (message: unknown) => void = () => {};
    let onClose: () => void = () => {};
    let open = false;
    socket.onopen = () => {
      open = true;
      resolve({
        get bufferedBytes() {
          return socket.bufferedAmount;
        },
        post: (message) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
        },
        onMessage: (listener) => {
          onMessage = listener;
        },
        onClose: (listener) => {
          onClose = listener;
        },
        close: () => socket.close(),
      });
    };
    socket.onmessage = (event) => {
      if (typeof event.data !== 'string') return;
      let message: unknown;
      try {
        message = JSON.parse(event.data);
      } catch {
        return;
      }
      onMessage(message);
    };
    socket.onclose = () => {
      if (open) onClose();
      else reject(new Error('The radio process does not answer.'));
    };
  });
}
