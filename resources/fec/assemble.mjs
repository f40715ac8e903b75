import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import wabt from 'wabt';

const SOURCE = new URL('../../radio/fec/kernel.wat', import.meta.url);
const TARGET = new URL('../../radio/fec/kernel.wasm.ts', import.meta.url);

/** The text of kernel.wasm.ts as kernel.wat gives it. A test compares it with the file that is checked in. */
export async function assembled() {
  const { parseWat } = await wabt();
  const module = parseWat('kernel.wat', readFileSync(SOURCE, 'utf8'), { simd: true });
  module.validate({ simd: true });
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  return `/** kernel.wat, assembled by resources/fec/assemble.mjs and put into base64. */\nexport const KERNEL_WASM =\n  '${base64}';\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(TARGET, await assembled());
