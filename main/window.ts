import { join } from 'node:path';
import { BrowserWindow, type Session } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';

/** What the page may ask the system for. Gamepads need no permission. */
const ALLOWED = new Set<string>(['fullscreen', 'keyboardLock', 'screen-wake-lock']);

/** True for an address of our own page. */
export function isOurs(address: string): boolean {
  try {
    const url = new URL(address);
    return `${url.protocol}//${url.host}` === APP_ORIGIN;
  } catch {
    return false;
  }
}

/** A window on the page: sandboxed, without Node, and unable to go anywhere else. */
export function openWindow(preload: string, resources: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 760,
    minWidth: 640,
    minHeight: 400,
    show: false,
    backgroundColor: '#000000',
    autoHideMenuBar: true,
    title: 'Spinel',
    icon: join(resources, 'icons', 'icon.png'),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // A picture behind another window must not fall behind: the newest wins there too.
      backgroundThrottling: false,
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate'] as const) {
    webContents.on(event as 'will-navigate', (details) => {
      if (!isOurs(details.url)) details.preventDefault();
    });
  }
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  restrictPermissions(webContents.session);
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}

function restrictPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(ALLOWED.has(permission) && isOurs(contents.getURL()));
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED.has(permission) && isOurs(origin));
  session.setDevicePermissionHandler(() => false);
}
