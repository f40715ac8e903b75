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

/** Waits for the person or the system to ask us to end, from now on. */
export class Waiting {
  readonly stopped: Promise<void>;
  #resolve = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor() {
    this.stopped = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    for (const signal of SIGNALS) process.on(signal, this.done);
  }

  /** Ends the waiting after so many seconds. */
  limit(seconds: number | undefined): void {
    if (seconds !== undefined && !this.#over) this.#timer = setTimeout(this.done, seconds * 1000);
  }

  /** Ends the waiting. A second request of the person finds no listener and ends us at once. */
  readonly done = (): void => {
    this.#over = true;
    clearTimeout(this.#timer);
    for (const signal of SIGNALS) process.off(signal, this.done);
    this.#resolve();
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
