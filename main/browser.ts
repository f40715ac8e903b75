import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasDisplay } from './launcher.ts';

/** Executables of browsers that decode and show video as we do it. The first one found is opened. */
const CHROMIUM_FAMILY = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'brave-browser',
  'vivaldi',
];

export const BROWSER_ADVICE =
  'Open it in Chrome, Edge or another Chromium: the picture needs WebCodecs as they have it.';

export interface BrowserPlan {
  command: string;
  args: string[];
  /** It is known to be of Chromium's family. */
  chromium: boolean;
}

/**
 * How to open `url` here, or undefined where nobody would see it: no display, no terminal, or a CI machine. `find` looks
 * an executable up.
 */
export function planBrowser(
  url: string,
  around: { platform: string; env: Record<string, string | undefined>; tty: boolean },
  find: (name: string) => string | undefined = inPath,
): BrowserPlan | undefined {
  if (!around.tty || around.env['CI'] || !hasDisplay(around)) return undefined;
  if (around.platform === 'darwin') return { command: 'open', args: [url], chromium: false };
  // `start` takes a first quoted argument for a window's title.
  if (around.platform === 'win32') return { command: 'cmd', args: ['/c', 'start', '""', url], chromium: false };
  for (const name of CHROMIUM_FAMILY) {
    const command = find(name);
    if (command !== undefined) return { command, args: [url], chromium: true };
  }
  const opener = find('xdg-open');
  return opener === undefined ? undefined : { command: opener, args: [url], chromium: false };
}

function inPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** Starts the browser and lets go of it: it stays when we end. A browser that does not start is told by `failed`. */
export function openBrowser(plan: BrowserPlan, failed: (reason: string) => void): void {
  const child = spawn(plan.command, plan.args, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true });
  child.on('error', (error) => failed(error.message));
  child.unref();
}
