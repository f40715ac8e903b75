import { createRoot } from 'react-dom/client';
import type { Api, LinkSnapshot } from '../radio/api/contract.ts';
import { NS_PER_MS, type Ns, ns } from '../radio/base/time.ts';
import { followRadioClock } from './connect/clock.ts';
import { drawTime } from './osd/use-osd.ts';
import { PreviewPicture } from './preview/backgrounds.tsx';
import { cannedLink, cannedPicture, cannedTelemetry } from './preview/canned.ts';
import { Shell } from './shell.tsx';
import { putLink } from './state/link.ts';
import { putPicture } from './state/picture.ts';
import { useApp } from './state/store.ts';
import { putTelemetry } from './state/telemetry.ts';
import type { Panel } from './state/view-slice.ts';
import './styles/global.css';

/**
 * The interface with canned values, for looking at it: `preview.html?back=snow&state=flying&panel=link`. Not part of the
 * product's navigation. `state`: flying, calm, stale, old, lost, low, weak, waiting, h265, start, failed, connecting,
 * restarted. `back`: forest, snow, busy.
 */
const asked = new URLSearchParams(location.search);
const state = asked.get('state') ?? 'flying';
const back = asked.get('back') ?? 'forest';

const now = (): Ns => ns(performance.now() * NS_PER_MS + 60e9);
const api: Api = {
  call: (async (name: string) =>
    name === 'clock.now' ? now() : { phase: 'up', title: 'Demo flight', kind: 'demo' }) as Api['call'],
  on: () => () => {},
  onClose: () => {},
  close: () => {},
};
followRadioClock(api);

const frozen = state === 'stale' || state === 'old' || state === 'lost';
let last: { at: Ns; link: LinkSnapshot } | undefined;

function step(): void {
  const at = now();
  const s = performance.now() / 1000;
  putPicture(state === 'waiting' ? undefined : cannedPicture(state, performance.now()));
  if (state === 'waiting') return;
  if (state === 'old' && last !== undefined) return;
  if (state === 'lost' && last !== undefined) return;
  const link = cannedLink(state, at, s);
  last ??= { at, link };
  putLink(state === 'stale' ? { ...link, lastVideoAt: last.at } : link);
  putTelemetry(cannedTelemetry(state, at, s));
}

const app = useApp.getState();
app.setDoor(state === 'connecting' ? { phase: 'connecting', detail: '' } : { phase: 'up', api }, 1);
app.takeStatus({
  version: '0.1.0',
  generation: 1,
  adaptersFound: 0,
  source:
    state === 'failed'
      ? {
          phase: 'failed',
          title: 'flight-12.pcap',
          code: 'bad-link-type',
          reason: 'link type 1 (Ethernet) holds no radio frames',
        }
      : state === 'start' || state === 'connecting'
        ? { phase: 'idle' }
        : { phase: 'up', title: 'Demo flight', kind: 'demo' },
});
if (state === 'restarted') app.setDoor({ phase: 'up', api }, 2);
if (state === 'door-lost') app.setDoor({ phase: 'lost', detail: '' }, 1);
if (!frozen || state === 'stale') setInterval(step, 100);
app.openPanel((asked.get('panel') ?? 'none') as Panel);
// A minute of history, as if the link had been up.
for (let i = 600; i > 0; i--) putLink(cannedLink(state, ns(now() - i * 1e8), performance.now() / 1000 - i / 10));
step();
Object.assign(globalThis, { drawTime });

const root = document.getElementById('root');
if (!root) throw new Error('preview.html has no #root');
createRoot(root).render(<Shell video={<PreviewPicture name={back} />} />);
