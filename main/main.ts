import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, Menu } from 'electron';
import type { SourceRequest } from '../radio/api/contract.ts';
import { APP_ORIGIN, registerAppScheme, serveAppScheme } from './app-protocol.ts';
import { introduce } from './ipc.ts';
import { places } from './places.ts';
import { radioAnswer } from './radio-answer.ts';
import { isSourceRequest } from './radio-messages.ts';
import { RadioProcess } from './radio-process.ts';
import { utilityRadio } from './utility-child.ts';
import { openWindow } from './window.ts';

/** What the launcher wants opened at once (start.ts). */
function askedSource(): SourceRequest | undefined {
  try {
    const { source } = JSON.parse(process.env['SPINEL_START'] ?? '{}') as { source?: unknown };
    return isSourceRequest(source) ? source : undefined;
  } catch {
    return undefined;
  }
}

function run(): void {
  const own = places();
  const log = (line: string) => process.stderr.write(`radio: ${line}\n`);
  const radio = new RadioProcess({
    launch: () => utilityRadio(own.radioEntry, log),
    source: askedSource(),
    resources: own.resources,
    appOrigins: [APP_ORIGIN],
    log,
  });
  let window: BrowserWindow;
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());
  let leaving = false;
  app.on('will-quit', (event) => {
    if (leaving) return;
    leaving = true;
    event.preventDefault();
    void radio.close().then(() => app.quit());
  });
  void app.whenReady().then(() => {
    // No menu: its keys would be taken from the pilot's.
    Menu.setApplicationMenu(null);
    serveAppScheme(own.app, () => radioAnswer(radio.state));
    radio.start();
    window = openWindow(fileURLToPath(new URL('./preload.cjs', import.meta.url)), own.resources);
    introduce(window.webContents, radio);
  });
}

registerAppScheme();
if (app.requestSingleInstanceLock()) run();
else app.quit();
