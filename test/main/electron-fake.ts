import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

/*
 * The few calls of Electron that main/ makes, recorded instead of done. It shows that our side asks for the right things;
 * what Electron makes of them it cannot show.
 */

type Listener = (...args: never[]) => void;

export class FakeContents extends EventEmitter {
  mainFrame = { url: 'app://spinel/' };
  posted: { channel: string; message: unknown; ports: unknown[] }[] = [];
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  destroyed = false;
  session = {
    request: undefined as unknown as (contents: unknown, permission: string, decide: (ok: boolean) => void) => void,
    check: undefined as unknown as (contents: unknown, permission: string, origin: string) => boolean,
    device: undefined as unknown as (details: unknown) => boolean,
    setPermissionRequestHandler(handler: typeof this.request) {
      this.request = handler;
    },
    setPermissionCheckHandler(handler: typeof this.check) {
      this.check = handler;
    },
    setDevicePermissionHandler(handler: typeof this.device) {
      this.device = handler;
    },
  };

  setWindowOpenHandler(handler: typeof this.openHandler) {
    this.openHandler = handler;
  }
  getURL() {
    return this.mainFrame.url;
  }
  isDestroyed() {
    return this.destroyed;
  }
  postMessage(channel: string, message: unknown, ports: unknown[]) {
    this.posted.push({ channel, message, ports });
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly opened: BrowserWindow[] = [];
  readonly webContents = new FakeContents();
  readonly options: { webPreferences: Record<string, unknown> };
  shown = false;
  focused = false;
  loaded = '';

  constructor(options: { webPreferences: Record<string, unknown> }) {
    super();
    this.options = options;
    BrowserWindow.opened.push(this);
  }
  loadURL(url: string) {
    this.loaded = url;
    return Promise.resolve();
  }
  show() {
    this.shown = true;
  }
  isMinimized() {
    return false;
  }
  restore() {}
  focus() {
    this.focused = true;
  }
}

export class MessageChannelMain {
  static made = 0;
  readonly port1: string;
  readonly port2: string;

  constructor() {
    const number = ++MessageChannelMain.made;
    this.port1 = `radio end ${number}`;
    this.port2 = `page end ${number}`;
  }
}

export class FakeUtility extends EventEmitter {
  readonly pid = 1234;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly posted: { message: unknown; ports: unknown[] }[] = [];

  postMessage(message: unknown, ports: unknown[]) {
    this.posted.push({ message, ports });
  }
  kill() {
    setImmediate(() => this.emit('exit', 0));
    return true;
  }
}

export const utilityProcess = {
  forked: [] as { entry: string; options: unknown; child: FakeUtility }[],
  fork(entry: string, _args: string[], options: unknown) {
    const child = new FakeUtility();
    utilityProcess.forked.push({ entry, options, child });
    return child;
  },
};

export const protocol = {
  privileged: [] as unknown[],
  handlers: new Map<string, (request: Request) => Promise<Response>>(),
  registerSchemesAsPrivileged(schemes: unknown[]) {
    protocol.privileged.push(...schemes);
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>) {
    protocol.handlers.set(scheme, handler);
  },
};

class FakeApp extends EventEmitter {
  quits = 0;
  onlyInstance = true;

  requestSingleInstanceLock() {
    return this.onlyInstance;
  }
  whenReady() {
    return Promise.resolve();
  }
  quit() {
    this.quits++;
  }
}

export const app = new FakeApp();

export const Menu = {
  menu: 'default' as unknown,
  setApplicationMenu(menu: unknown) {
    Menu.menu = menu;
  },
};

export const ipcRenderer = {
  listeners: new Map<string, Listener>(),
  on(channel: string, listener: Listener) {
    ipcRenderer.listeners.set(channel, listener);
  },
};
