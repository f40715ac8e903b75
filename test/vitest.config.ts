import { defineConfig } from 'vitest/config';

// Vitest 5 prints failures with Map.groupBy, which Node 20 has not: without it a failing run shows only a TypeError.
Map.groupBy ??= <K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};

const root = new URL('..', import.meta.url).pathname;

/** `layers` reads imports; `unit` needs nothing but Node; `e2e` needs Chromium; `lab` needs QEMU. */
export default defineConfig({
  root,
  test: {
    projects: [
      { root, test: { name: 'layers', include: ['test/layers.test.ts'] } },
      {
        root,
        test: {
          name: 'unit',
          setupFiles: ['test/setup.ts'],
          // Ptys, child processes and sockets in real time; examples are the same in every run, so they fail again.
          retry: 1,
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/layers.test.ts', 'test/e2e/**', 'test/lab/**'],
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // Whole programs in real time on a machine that others may share.
          retry: 1,
        },
      },
      {
        root,
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          // The emulated machine shares its processors with everything else.
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
