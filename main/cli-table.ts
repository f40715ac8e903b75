/** Rows as columns with two spaces between them; the last column is not padded. Ends with a line break. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** Resolves when the person or the system asks us to end, or after `seconds`; `done` ends the waiting for other reasons. */
export function untilStopped(seconds: number | undefined): { stopped: Promise<void>; done(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let done = () => {};
  const stopped = new Promise<void>((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(() => done(), seconds * 1000);
    done = () => {
      clearTimeout(timer);
      // A second request finds no listener and ends us at once.
      for (const signal of signals) process.off(signal, done);
      resolve();
    };
    for (const signal of signals) process.on(signal, done);
  });
  return { stopped, done: () => done() };
}
