import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;

/**
 * Which layer may import which. A pair that is not listed is forbidden. A layer is the longest listed folder that holds the
 * file; a package is named as it is imported. Every layer may import itself.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'radio/base': [],
  'radio/api': ['radio/base'],
  'radio/wifi': ['radio/base'],
  'radio/fec': ['radio/base'],
  'radio/video': ['radio/base', 'radio/api'],
  'radio/telemetry': ['radio/base', 'radio/api'],
  'radio/links': ['radio/base', 'radio/api', 'radio/fec', 'radio/wifi', 'radio/telemetry'],
  'radio/sim': ['radio/base', 'radio/api', 'radio/fec', 'radio/wifi', 'radio/video', 'radio/telemetry', 'radio/links'],
  'radio/adapters': ['radio/base', 'radio/api', 'radio/wifi', 'radio/sim', 'node:', 'koffi'],
  'radio/adapters/serial': [
    'radio/base',
    'radio/api',
    'radio/adapters',
    'radio/links',
    'radio/telemetry',
    'node:',
    'serialport',
  ],
  'radio/host': ['radio/', 'node:', 'ws'],
  main: ['radio/api', 'radio/base', 'radio/host', 'node:', 'electron', 'esbuild', 'vite'],
  app: ['radio/api', 'radio/base', 'radio/video', 'react', 'react-dom', 'zustand', '@fontsource/', 'vite', '@vitejs/'],
};

const layers = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);
const layerOf = (path: string) => layers.find((layer) => path.startsWith(`${layer}/`)) ?? path;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => (match[1] ?? match[2]) as string);
}

const files = ['radio', 'main', 'app'].flatMap(sources);

test('every import is one that its layer may make', () => {
  const broken: string[] = [];
  for (const file of files) {
    const from = layerOf(file);
    const allowed = MAY_IMPORT[from];
    for (const target of importsOf(file)) {
      const to = target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), target)) : target;
      if (target.startsWith('.') && layerOf(to) === from) continue;
      const ok = allowed?.some(
        (name) => to === name || to.startsWith(name.endsWith('/') || name.endsWith(':') ? name : `${name}/`),
      );
      if (!ok) broken.push(`${file} imports ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('the layer test reads the sources it guards', () => {
  expect(files.length).toBeGreaterThan(10);
  expect(files.some((file) => importsOf(file).length > 0)).toBe(true);
});
