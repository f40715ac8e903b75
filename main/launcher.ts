/** What the choice of a window depends on. Everything that touches the machine is asked for, so tests can answer. */
export interface Surroundings {
  platform: string;
  env: Record<string, string | undefined>;
  /** 0 is the superuser; undefined on Windows. */
  uid: number | undefined;
  /** Folder and version of the electron package; undefined when it is not installed. */
  electron: { folder: string; version: string } | undefined;
  /** Its executable, when it is there. */
  binary(folder: string): string | undefined;
  /** Why a fetch failed within the last day. */
  failedBefore(version: string): string | undefined;
  /** Fetches the executable; undefined, or the reason why not. Remembers a failure. */
  fetch(folder: string, version: string): Promise<string | undefined>;
}

/** `why` is the beginning of a sentence, such as `No display`; undefined when the browser was asked for. */
export type Choice = { window: 'electron'; binary: string } | { window: 'browser'; why: string | undefined };

/** Electron if it can show a window here, else the same interface for a browser, and why. */
export async function chooseWindow(headless: boolean, around: Surroundings): Promise<Choice> {
  if (headless) return { window: 'browser', why: undefined };
  if (!hasDisplay(around)) return { window: 'browser', why: 'No display' };
  if (around.platform === 'linux' && around.uid === 0) {
    return { window: 'browser', why: 'Electron does not run as root' };
  }
  const { electron } = around;
  if (electron === undefined) return { window: 'browser', why: 'Electron is not installed' };
  const present = around.binary(electron.folder);
  if (present !== undefined) return { window: 'electron', binary: present };
  const reason = around.failedBefore(electron.version) ?? (await around.fetch(electron.folder, electron.version));
  const fetched = around.binary(electron.folder);
  if (fetched !== undefined) return { window: 'electron', binary: fetched };
  return { window: 'browser', why: `Electron's binary could not be fetched (${reason ?? 'it is missing'})` };
}

/** Windows and macOS always have one; on Linux and BSD the session says so. */
export function hasDisplay({ platform, env }: Pick<Surroundings, 'platform' | 'env'>): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}
