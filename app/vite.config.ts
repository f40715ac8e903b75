import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = new URL('.', import.meta.url).pathname;

/** Builds the interface to dist/app. `preview.html` shows the OSD with canned values; nothing links to it. */
export default defineConfig({
  root,
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: `${root}../dist/app`,
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no data: fonts or scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: `${root}index.html`, preview: `${root}preview.html` } },
  },
});
