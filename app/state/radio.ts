import { connectRadio } from '../connect/connect.ts';
import { putLink } from './link.ts';
import { startPicture } from './picture.ts';
import { useApp } from './store.ts';
import { putTelemetry } from './telemetry.ts';

/** Another source: nothing of the old one may be taken for it. */
function forget(): void {
  putTelemetry(undefined);
  putLink(undefined);
  startPicture(performance.now());
}

/** Opens the door to the radio and lets what it tells into the store and the newest frames. Returns what ends it. */
export function startRadio(): () => void {
  return connectRadio((state) => {
    const { setDoor, takeStatus } = useApp.getState();
    if (state.phase !== 'up') return setDoor({ phase: state.phase, detail: state.detail }, state.generation);
    const { api, videoConnection, generation } = state;
    // Times of the new process are on another clock: nothing of the old one may be compared with them.
    putTelemetry(undefined);
    putLink(undefined);
    api.on('status', (status) => {
      const { source, restarted } = useApp.getState();
      // After a restart the last picture stays, dimmed and with its age, until the new process has one.
      if (!restarted && source.phase !== 'starting' && status.source.phase !== source.phase) forget();
      takeStatus(status);
    });
    api.on('telemetry', putTelemetry);
    api.on('link', putLink);
    setDoor({ phase: 'up', api }, generation, videoConnection);
  });
}
