import type { StateCreator } from 'zustand';
import type { AppState } from './store.ts';

/** What lies over or beside the picture; one at a time. */
export type Panel = 'none' | 'help' | 'link' | 'display';

export interface ViewSlice {
  panel: Panel;
  /** Key hints are wanted at all. */
  hints: boolean;
  openPanel(panel: Panel): void;
  /** Opens the panel, or closes it when it is open. */
  togglePanel(panel: Exclude<Panel, 'none'>): void;
  toggleHints(): void;
}

export const createViewSlice: StateCreator<AppState, [], [], ViewSlice> = (set, get) => ({
  panel: 'none',
  hints: true,
  openPanel: (panel) => set({ panel }),
  togglePanel: (panel) => set({ panel: get().panel === panel ? 'none' : panel }),
  toggleHints: () => set({ hints: !get().hints }),
});
