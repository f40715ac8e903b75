export function stampOf(root: string, inputs: readonly string[]): string;
export function readStamp(file: string): string;
export function writeStamp(file: string, stamp: string): void;
export function withLock<T>(file: string, work: () => T | Promise<T>): Promise<T>;
