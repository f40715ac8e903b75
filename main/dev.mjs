import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

/**
 * `npm run dev`: builds, serves, and does both again when a source changes. A change of the interface alone only needs
 * a reload in the browser; the server and its radio are started anew for the rest.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
let server;
let timer;
let working = Promise.resolve();

function startServer() {
  server = spawn(process.execPath, [join(ROOT, 'main/spinel.mjs'), 'start', '--headless', ...args], {
    stdio: 'inherit',
    cwd: ROOT,
  });
}

function stopServer() {
  if (server === undefined || server.exitCode !== null) return Promise.resolve();
  return new Promise((ended) => {
    server.once('exit', ended);
    server.kill('SIGTERM');
  });
}

async function again() {
  try {
    const built = await build((line) => console.error(line));
    if (server !== undefined && !built.includes('main') && !built.includes('radio')) return;
    await stopServer();
    startServer();
  } catch (cause) {
    if (!Array.isArray(cause.errors)) console.error(cause.message ?? cause);
  }
}

for (const folder of ['app', 'main', 'radio']) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(again);
    }, 200);
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopServer().then(() => process.exit(0));
  });
}

working = working.then(again);
