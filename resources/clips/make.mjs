/**
 * Renders the demo flight and encodes it: `node resources/clips/make.mjs` writes demo.h264 and demo.json beside itself. Needs
 * ffmpeg with libx264 on the path (or FFMPEG=...) and a few minutes. Options: --frame SECONDS FILE.png for one picture,
 * --width N --fps N for a quicker look, --out NAME, --workers N, --rendered FILE.mkv to keep the rendering there, and to
 * encode it again when it exists.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { allocate, bakeMips, bakeShadows } from './bake.mjs';
import { COLOURS, encode, ffmpeg } from './encode.mjs';
import { things } from './landscape.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const KEYFRAME_INTERVAL = 60;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    frame: { type: 'boolean' },
    width: { type: 'string', default: '1280' },
    fps: { type: 'string', default: '60' },
    out: { type: 'string', default: 'demo' },
    rendered: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
const width = Number(values.width);
const height = (width * 9) / 16;
const fps = Number(values.fps);

/** A pool that answers jobs in any order. */
function startPool(count, workerData) {
  const waiting = new Map();
  let next = 0;
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./worker.mjs', import.meta.url), { workerData }),
  );
  for (const worker of workers) {
    worker.on('message', ({ id, yuv }) => {
      waiting.get(id).resolve(yuv);
      waiting.delete(id);
    });
    worker.on('error', (error) => {
      for (const job of waiting.values()) job.reject(error);
    });
  }
  return {
    run(job) {
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        workers[id % count].postMessage({ ...job, id });
      });
    },
    stop: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}

async function bakeAll(pool, levels, all) {
  const rows = 64;
  for (const kind of ['heights', 'colours']) {
    const jobs = [];
    for (let level = 0; level < levels.length; level++) {
      for (let from = 0; from < levels[level].size; from += rows)
        jobs.push(pool.run({ kind, level, from, to: from + rows }));
    }
    await Promise.all(jobs);
  }
  bakeShadows(levels[0], all);
  for (const level of levels) bakeMips(level);
}

const RAW = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(fps), '-i', '-'];

/** Writes frames to ffmpeg's input in order, at most a few rendered ahead. */
async function pipeFrames(pool, frames, stdin) {
  const ahead = 8;
  const queue = [];
  for (let n = 0; n < frames + ahead; n++) {
    if (n < frames) queue.push(pool.run({ kind: 'frame', timeS: n / fps }));
    if (n < ahead) continue;
    const yuv = await queue.shift();
    if (!stdin.write(yuv)) await new Promise((resolve) => stdin.once('drain', resolve));
    if (n % 120 === 0) console.log(`frame ${n} of ${frames}`);
  }
  stdin.end();
}

const folder = mkdtempSync(join(tmpdir(), 'spinel-clip-'));
const flightFile = join(folder, 'flight-model.mjs');
await build({
  entryPoints: [join(HERE, '../../radio/sim/flight-model.ts')],
  bundle: true,
  format: 'esm',
  outfile: flightFile,
  logLevel: 'error',
});
const flight = pathToFileURL(flightFile).href;
const { LAP_S, CAMERA_VFOV_DEG } = await import(flight);

const levels = allocate();
const all = things();
const pool = startPool(Number(values.workers), { levels, things: all, width, height, flight });
console.time('bake');
await bakeAll(pool, levels, all);
console.timeEnd('bake');

if (values.frame) {
  const every = positionals.slice(0, -1).map(Number);
  const name = positionals.at(-1);
  for (const timeS of every) {
    console.time(`frame ${timeS}`);
    const yuv = await pool.run({ kind: 'frame', timeS });
    console.timeEnd(`frame ${timeS}`);
    await ffmpeg(
      [...RAW, '-frames:v', '1', '-vf', 'scale=in_color_matrix=bt709', name.replace('%', String(timeS))],
      (stdin) => stdin.end(yuv),
    );
  }
} else {
  const frames = LAP_S * fps;
  // Rendered once into a nearly lossless file, so that the encoder can look at it twice.
  const rendering = values.rendered ?? join(folder, 'clip.mkv');
  if (!existsSync(rendering)) {
    await ffmpeg([...RAW, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '6', ...COLOURS, rendering], (stdin) => {
      pipeFrames(pool, frames, stdin).catch((error) => stdin.destroy(error));
    });
  }
  const bytes = await encode(rendering, join(HERE, `${values.out}.h264`), folder, KEYFRAME_INTERVAL);
  const about = {
    frames,
    fps,
    width,
    height,
    seconds: LAP_S,
    keyframeIntervalFrames: KEYFRAME_INTERVAL,
    codec: 'h264',
    verticalFovDeg: CAMERA_VFOV_DEG,
    bytes,
  };
  writeFileSync(join(HERE, `${values.out}.json`), `${JSON.stringify(about, null, 2)}\n`);
  console.log(about);
}
await pool.stop();
rmSync(folder, { recursive: true });
