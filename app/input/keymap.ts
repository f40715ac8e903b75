/** What a key can ask for. Sheets may understand only some of them. */
export type Action =
  | 'demo'
  | 'fullScreen'
  | 'link'
  | 'osd'
  | 'display'
  | 'help'
  | 'hints'
  | 'back'
  | 'close'
  | 'previous'
  | 'next'
  | 'lower'
  | 'raise';

/** Default keys, as `KeyboardEvent.key` in lower case. F11 stays the browser's own full screen. */
export const KEYMAP: Readonly<Record<string, Action>> = {
  enter: 'demo',
  f: 'fullScreen',
  l: 'link',
  o: 'osd',
  d: 'display',
  '?': 'help',
  h: 'hints',
  escape: 'back',
  backspace: 'back',
  x: 'close',
  arrowup: 'previous',
  arrowdown: 'next',
  arrowleft: 'lower',
  '-': 'lower',
  arrowright: 'raise',
  '+': 'raise',
  '=': 'raise',
};

/** Names of keys as they stand on a keyboard, for hints and help; the first key of each action. */
const CAPS: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  backspace: 'Backspace',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  '-': '−',
};

/** Caps of all keys that ask for `action`. */
export function capsOf(action: Action): string[] {
  return Object.keys(KEYMAP)
    .filter((key) => KEYMAP[key] === action && key !== '=')
    .map((key) => CAPS[key] ?? key.toUpperCase());
}

/** The part of a key event that decides. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** The action of a key press; undefined for keys of the browser or system. */
export function actionOf(press: KeyPress): Action | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey) return undefined;
  const key = press.key.toLowerCase();
  return Object.hasOwn(KEYMAP, key) ? KEYMAP[key] : undefined;
}
