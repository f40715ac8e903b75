import { parentPort, workerData } from 'node:worker_threads';
import { bakeColours, bakeHeights } from './bake.mjs';
import { Raster } from './raster.mjs';
import { drawHouses, drawMesh, drawTrees, houseOf, meshOf } from './scene.mjs';
import { shade, textures, toYuv } from './shade.mjs';

const { levels, things, width, height, flight } = workerData;
const { flightAt, createFlightState, CAMERA_VFOV_DEG, CAMERA_HEIGHT_M } = await import(flight);

let scene;
function prepare() {
  return {
    raster: new Raster(width, height, CAMERA_VFOV_DEG),
    state: createFlightState(),
    meshes: levels.map((level, i) => meshOf(level, i, levels[i - 1])),
    houses: things.houses.map(houseOf),
    textures: textures(),
    colours: new Float32Array(width * height * 3),
  };
}

function render(timeS) {
  scene ??= prepare();
  const { raster, state, meshes, houses, colours } = scene;
  flightAt(timeS, state);
  raster.aim(
    state.eastM,
    state.northM,
    state.altitudeM + CAMERA_HEIGHT_M,
    state.headingDeg,
    state.pitchDeg,
    state.rollDeg,
  );
  for (const mesh of meshes) drawMesh(raster, mesh);
  drawTrees(raster, things.trees);
  drawHouses(raster, houses);
  shade(raster, levels, scene.textures, timeS, colours);
  const yuv = new Uint8Array(width * height * 1.5);
  toYuv(raster, colours, yuv);
  return yuv;
}

parentPort.on('message', (job) => {
  if (job.kind === 'heights') bakeHeights(levels[job.level], job.from, job.to);
  if (job.kind === 'colours') bakeColours(levels[job.level], job.from, job.to);
  const yuv = job.kind === 'frame' ? render(job.timeS) : undefined;
  parentPort.postMessage({ id: job.id, yuv }, yuv ? [yuv.buffer] : []);
});
