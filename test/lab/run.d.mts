export interface LabOptions {
  /** A shell line or script, run as root. */
  command: string;
  /** Folder outside that is /tmp/lab inside. */
  work: string;
  /** Simulated radios, default 3. */
  radios?: number;
  /** Time the machine has, default 300. */
  seconds?: number;
}

/** Runs a command in the lab; `code` is undefined when the machine did not come to its end. */
export function runLab(options: LabOptions): Promise<{ code: number | undefined; output: string }>;

/** What the lab would need here, in one sentence; undefined when it can run. */
export function lackOfLab(): string | undefined;
