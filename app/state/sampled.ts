import { useEffect, useRef, useState } from 'react';

/** Text over the picture is sampled this often, ms: faster than it may change (5 times a second), slower than it costs. */
export const SAMPLE_MS = 100;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls `listener` every SAMPLE_MS on one timer shared by all; returns what stops it. */
export function onSample(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, SAMPLE_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * What `read` gives, looked at ten times a second. Let it return a primitive that is already rounded: equal values render
 * nothing.
 */
export function useSampled<T>(read: () => T): T {
  const newest = useRef(read);
  const [value, setValue] = useState(read);
  useEffect(() => {
    newest.current = read;
  });
  useEffect(() => onSample(() => setValue(() => newest.current())), []);
  return value;
}
