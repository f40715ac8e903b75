import { createRoot } from 'react-dom/client';
import { VideoView } from '../../app/video/video-view.tsx';

/** A page with nothing but the picture. `?video=` names the feed's WebSocket; `&canvas` takes the generator away. */
const query = new URLSearchParams(location.search);
if (query.has('canvas')) Object.defineProperty(window, 'MediaStreamTrackGenerator', { value: undefined });
const connection = { kind: 'websocket', url: query.get('video') as string } as const;
document.body.style.cssText = 'margin: 0; width: 1280px; height: 720px; position: relative';
createRoot(document.body).render(
  <VideoView
    connection={connection}
    onStats={(stats) => {
      document.body.dataset['stats'] = JSON.stringify(stats);
    }}
  />,
);
