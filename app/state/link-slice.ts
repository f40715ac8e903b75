import type { StateCreator } from 'zustand';
import type { Api, RadioStatus, SourceRequest, SourceState } from '../../radio/api/contract.ts';
import { RadioError } from '../../radio/base/errors.ts';
import type { VideoConnection } from '../video/stats.ts';
import { words } from '../words.ts';
import type { AppState } from './store.ts';

/** The door to the radio process. */
export type DoorState =
  | { phase: 'connecting'; detail: string }
  | { phase: 'up'; api: Api }
  | { phase: 'lost'; detail: string };

export interface LinkSlice {
  door: DoorState;
  /** The video feed of the newest radio process. Stays while it is away, so that its last picture does. */
  video: VideoConnection | undefined;
  source: SourceState;
  version: string;
  adaptersFound: number;
  /** Counts radio processes since the program started; 0 until the first has spoken. */
  generation: number;
  /** The radio process was replaced by a new one, and no picture has come since. */
  restarted: boolean;
  /** `generation`: of the radio process behind the door. */
  setDoor(door: DoorState, generation: number, video?: VideoConnection): void;
  takeStatus(status: RadioStatus): void;
  /** A picture came after a restart. */
  pictureReturned(): void;
  openSource(request: SourceRequest): Promise<void>;
  closeSource(): Promise<void>;
}

const failed = (title: string, error: unknown): SourceState => ({
  phase: 'failed',
  title,
  code: error instanceof RadioError ? error.code : 'radio-gone',
  reason: error instanceof Error ? error.message : String(error),
});

function titleOf(request: SourceRequest): string {
  if (request.kind === 'demo') return words.demoFlight;
  return (request.kind === 'captures' ? request.files : request.interfaces).join(', ');
}

export const createLinkSlice: StateCreator<AppState, [], [], LinkSlice> = (set, get) => ({
  door: { phase: 'connecting', detail: '' },
  video: undefined,
  source: { phase: 'idle' },
  version: '',
  adaptersFound: 0,
  generation: 0,
  restarted: false,
  setDoor: (door, generation, video) => {
    const before = get().generation;
    if (door.phase !== 'up') return set({ door });
    set({ door, generation, video, restarted: get().restarted || (before !== 0 && generation !== before) });
  },
  takeStatus: ({ version, source, adaptersFound }) => set({ version, source, adaptersFound }),
  pictureReturned: () => {
    if (get().restarted) set({ restarted: false });
  },
  openSource: async (request) => {
    const { door } = get();
    if (door.phase !== 'up') return;
    const title = titleOf(request);
    set({ source: { phase: 'starting', title } });
    try {
      set({ source: await door.api.call('source.open', request) });
    } catch (error) {
      set({ source: failed(title, error) });
    }
  },
  closeSource: async () => {
    const { door } = get();
    if (door.phase !== 'up') return;
    try {
      set({ source: await door.api.call('source.close') });
    } catch (error) {
      set({ source: failed('', error) });
    }
  },
});
