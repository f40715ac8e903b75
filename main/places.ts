import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the program's own files are; absolute paths. */
export interface Places {
  /** Folder of package.json: the checkout, the installed package or the archive in an installer's package. */
  root: string;
  /** The built interface. */
  app: string;
  /** What the radio process runs. */
  radioEntry: string;
  /** Clips, icons, fonts. Real files: never inside an archive. */
  resources: string;
  version: string;
}

/** Finds them from the address of a module of ours, built or not. */
export function places(from: string = import.meta.url): Places {
  let root = dirname(fileURLToPath(from));
  while (!existsSync(join(root, 'package.json'))) {
    const parent = dirname(root);
    if (parent === root) throw new Error(`no package.json above ${from}`);
    root = parent;
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    root,
    app: join(root, 'dist', 'app'),
    radioEntry: join(unpacked(root), 'dist', 'radio', 'entry.js'),
    resources: join(unpacked(root), 'resources'),
    version,
  };
}

/** electron-builder puts files that must be real ones beside the archive (electron-builder.yml, asarUnpack). */
function unpacked(root: string): string {
  return root.replace(/\.asar$/, '.asar.unpacked');
}
