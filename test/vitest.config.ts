import { defineConfig } from 'vitest/config';

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
        },
      },
    ],
  },
});
