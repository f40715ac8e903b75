import { realpathSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** Media types of what Vite may put into dist/app. Source: IANA media types. */
const MEDIA_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/**
 * What the interface may load: its own files, and the radio's WebSocket on this machine. The page is isolated from all
 * others (COOP, COEP), which also gives it clocks of 5 µs instead of 100.
 */
export const SECURITY_HEADERS: Record<string, string> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "connect-src 'self' ws://127.0.0.1:*",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The file below `root` that a URL's path names, or undefined if it names none: outside of the root (also by a link),
 * hidden, not decodable, not a file. `/` is index.html.
 */
export function fileFor(root: string, pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  // On Windows a backslash or a drive's colon would separate folders as well.
  if (/[\\:\0]/.test(path) || path.split('/').some((part) => part.startsWith('.'))) return undefined;
  try {
    const top = realpathSync(root);
    const file = realpathSync(join(top, path.endsWith('/') ? `${path}index.html` : path));
    return file.startsWith(top + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Headers of one file of the interface. Vite puts a digest into the names below `assets/`: they never change. */
export function headersFor(file: string): Record<string, string> {
  const hashed = file.split(sep).at(-2) === 'assets';
  return {
    ...SECURITY_HEADERS,
    'content-type': MEDIA_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}
