import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FFMPEG = process.env.FFMPEG ?? 'ffmpeg';
/** The clip travels with every installation. */
const LIMIT_BYTES = 4_000_000;
const BITRATE_KBPS = 775;
/** A key frame may be as large as a quarter of a second of a real air unit's video. */
const PEAK_KBPS = 2600;

export const COLOURS = [
  '-colorspace',
  'bt709',
  '-color_primaries',
  'bt709',
  '-color_trc',
  'bt709',
  '-color_range',
  'tv',
];

/** Runs ffmpeg; `onStart` gets its standard input. Rejects when it fails. */
export function ffmpeg(args, onStart) {
  return new Promise((resolve, reject) => {
    const child = spawn(FFMPEG, ['-hide_banner', '-loglevel', 'error', '-y', ...args], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${code}`))));
    if (onStart) onStart(child.stdin);
    else child.stdin.end();
  });
}

/** Encodes `source` in two passes to `target` as an air unit's camera would send it. Returns its size in bytes. */
export async function encode(source, target, folder, keyframeInterval) {
  const x264 = ['-c:v', 'libx264', '-preset', 'slow', '-profile:v', 'high', '-pix_fmt', 'yuv420p'];
  const rate = ['-b:v', `${BITRATE_KBPS}k`, '-maxrate', `${PEAK_KBPS}k`, '-bufsize', `${PEAK_KBPS}k`];
  const params = [
    `keyint=${keyframeInterval}`,
    `min-keyint=${keyframeInterval}`,
    'scenecut=0',
    'bframes=0',
    'slices=1',
    'aud=0',
    'ref=3',
    `stats=${join(folder, 'stats')}`,
  ];
  const pass = (n) => [
    '-i',
    source,
    ...x264,
    ...rate,
    ...COLOURS,
    '-x264-params',
    [...params, `pass=${n}`].join(':'),
    '-an',
  ];
  await ffmpeg([...pass(1), '-f', 'null', '-']);
  // Supplemental information is the encoder's advertisement: not for the air.
  await ffmpeg([...pass(2), '-bsf:v', 'filter_units=remove_types=6', '-f', 'h264', target]);
  const stream = readFileSync(target);
  if (stream.length > LIMIT_BYTES) throw new Error(`${target} has ${stream.length} bytes, more than ${LIMIT_BYTES}`);
  if (stream.readUInt32BE(0) !== 1) throw new Error(`${target} does not begin with a start code`);
  return stream.length;
}
