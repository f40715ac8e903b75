import { useEffect, useRef } from 'react';
import { type Action, actionOf } from './keymap.ts';

/** Answers true when it has dealt with the action; else the one opened before it is asked. */
export type KeyHandler = (action: Action) => boolean;

const handlers: { current: KeyHandler }[] = [];
/** These act on a focused button by themselves. */
const BUTTON_KEYS = new Set(['Enter', ' ']);

function onKeyDown(event: KeyboardEvent): void {
  if (event.repeat && !event.key.startsWith('Arrow')) return;
  if (event.target instanceof HTMLButtonElement && BUTTON_KEYS.has(event.key)) return;
  const action = actionOf(event);
  if (action === undefined) return;
  for (let i = handlers.length - 1; i >= 0; i--) {
    if (handlers[i]?.current(action)) {
      event.preventDefault();
      return;
    }
  }
}

/** Hears keys while mounted. What was opened last is asked first. */
export function useKeys(handler: KeyHandler): void {
  const newest = useRef(handler);
  useEffect(() => {
    newest.current = handler;
  });
  useEffect(() => {
    if (handlers.length === 0) window.addEventListener('keydown', onKeyDown);
    handlers.push(newest);
    return () => {
      handlers.splice(handlers.indexOf(newest), 1);
      if (handlers.length === 0) window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
