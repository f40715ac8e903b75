#!/usr/bin/env node
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`spinel needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

/** In a checkout the program is built when its sources are newer; an installed package brings it along. */
async function buildIfCheckout() {
  if (!existsSync(new URL('./cli.ts', import.meta.url))) return;
  const { build } = await import('./build.mjs');
  await build((line) => console.error(`spinel: ${line}`));
}

try {
  await buildIfCheckout();
} catch (cause) {
  let why = `could not be built: ${cause.message}`;
  if (cause.code === 'ERR_MODULE_NOT_FOUND') why = 'its packages are not installed; run "npm install" first.';
  // esbuild has already shown its own errors.
  else if (Array.isArray(cause.errors)) why = 'could not be built';
  console.error(`spinel: ${why}`);
  process.exit(1);
}

process.setSourceMapsEnabled(true);
const { runCli } = await import(new URL('../dist/main/cli.js', import.meta.url).href);
process.exitCode = await runCli(process.argv.slice(2));
