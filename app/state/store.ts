import { create } from 'zustand';
import { createLinkSlice, type LinkSlice } from './link-slice.ts';
import { createSettingsSlice, type SettingsSlice } from './settings-slice.ts';
import { createViewSlice, type ViewSlice } from './view-slice.ts';

export type AppState = LinkSlice & SettingsSlice & ViewSlice;

/** What a person changes or reads at their own pace. Telemetry, link counters and pictures never enter it. */
export const useApp = create<AppState>()((...of) => ({
  ...createLinkSlice(...of),
  ...createSettingsSlice(...of),
  ...createViewSlice(...of),
}));
