import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * The radio lab: boots Debian's kernel in QEMU's software emulation with simulated radios (mac80211_hwsim), which are real
 * Wi-Fi interfaces to every program, and runs a command in it with the host's own programs.
 *
 *   node test/lab/run.mjs [--radios N] [--seconds N] [--work FOLDER] -- COMMAND
 *
 * The command is a shell line, run as root in this repository (read-only). Radios are wlan0, wlan1, ... as the kernel makes
 * them: down, in managed mode, and they hear each other on equal channels without loss. /tmp is memory, /tmp/lab the work
 * folder outside. The emulated CPU is about ten times slower than a real one: judge what is said, not how fast. Hardware
 * acceleration is not asked for: some machines have it and hang.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LAB = join(ROOT, 'test/lab');

/** Programs and the Debian packages they come in. */
const NEEDED = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  cpio: 'cpio',
  iw: 'iw',
  ip: 'iproute2',
  setpriv: 'util-linux',
};

/** Kernel modules in an order that mostly works. */
const MODULES = [
  ...['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci'],
  ...['netfs', 'fscache', '9pnet', '9pnet_virtio', '9p'],
  ...['rfkill', 'libarc4', 'cfg80211', 'mac80211', 'mac80211_hwsim'],
];

const PATHS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
const find = (name) => PATHS.map((folder) => join(folder, name)).find((file) => existsSync(file));

/** What the lab would need here, in one sentence; undefined when it can run. */
export function lackOfLab() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the radio lab needs Linux on x86-64';
  const missing = Object.keys(NEEDED).filter((name) => find(name) === undefined);
  if (missing.length > 0)
    return `missing for the radio lab: apt install ${missing.map((name) => NEEDED[name]).join(' ')}`;
  if (spawnSync('ldd', [find('busybox')]).status === 0) return 'missing for the radio lab: apt install busybox-static';
  if (!existsSync('/lib/firmware/regulatory.db')) return 'missing for the radio lab: apt install wireless-regdb';
  if (findKernel() === undefined && find('apt-get') === undefined)
    return `no kernel for the radio lab in ${cacheFolder()}`;
  return undefined;
}

function cacheFolder() {
  return process.env.LAB_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'radio-lab');
}

/** A Debian kernel package, unpacked in the cache. */
function findKernel() {
  const unpacked = join(cacheFolder(), 'k');
  const boot = join(unpacked, 'boot');
  const image = existsSync(boot) ? readdirSync(boot).find((file) => file.startsWith('vmlinuz-')) : undefined;
  return image === undefined
    ? undefined
    : { image: join(boot, image), modules: join(unpacked, 'lib/modules', image.slice('vmlinuz-'.length), 'kernel') };
}

/** Fetches Debian's newest kernel, about 70 MB, once. */
function fetchKernel() {
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  const names = output('apt-cache', ['search', '--names-only', '^linux-image-[0-9.]+-[0-9]+-amd64-unsigned$'])
    .split('\n')
    .map((line) => line.split(' ')[0])
    .filter((name) => name !== '')
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const newest = names.at(-1);
  if (newest === undefined) throw new Error('no kernel package found: run apt-get update, on Debian');
  console.error(`lab: fetching ${newest}`);
  output('apt-get', ['download', '-qq', newest], cache);
  const file = readdirSync(cache).find((name) => name.startsWith(`${newest}_`));
  output('dpkg', ['-x', file, 'k'], cache);
  rmSync(join(cache, file));
}

function output(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** The initial file system of the machine, as a file. */
function makeInitrd(work, modules, radios) {
  const tree = mkdtempSync(join(tmpdir(), 'spinel-lab-'));
  try {
    for (const folder of ['bin', 'modules', 'host', 'proc', 'sys', 'dev', 'lib/firmware']) {
      mkdirSync(join(tree, folder), { recursive: true });
    }
    copyFileSync(find('busybox'), join(tree, 'bin/busybox'));
    copyFileSync(join(LAB, 'init.sh'), join(tree, 'init'));
    for (const file of ['bin/busybox', 'init']) chmodSync(join(tree, file), 0o755);
    writeFileSync(join(tree, 'settings'), `RADIOS=${radios}\n`);
    for (const file of ['regulatory.db', 'regulatory.db.p7s']) {
      copyFileSync(join('/lib/firmware', file), join(tree, 'lib/firmware', file));
    }
    const files = readdirSync(modules, { recursive: true });
    MODULES.forEach((name, i) => {
      // Built into some kernels, compressed in others.
      const file = files.find((path) => new RegExp(`(^|/)${name}\\.ko(\\.xz)?$`).test(path));
      if (file === undefined) return;
      const to = join(tree, 'modules', `${String(i).padStart(2, '0')}-${name}.ko`);
      if (!file.endsWith('.xz')) copyFileSync(join(modules, file), to);
      else writeFileSync(to, spawnSync('xz', ['-dc', join(modules, file)], { maxBuffer: 64 * 1024 * 1024 }).stdout);
    });
    const initrd = join(work, 'initrd');
    output('sh', ['-c', `find . | cpio --quiet -o -H newc > '${initrd}'`], tree);
    return initrd;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/**
 * Runs `command` in the lab. Resolves with its exit code (undefined when the machine did not come that far in `seconds`), and
 * what it printed. `work` is /tmp/lab inside, made when it is missing.
 */
export async function runLab({ command, work, radios = 3, seconds = 300 }) {
  const lack = lackOfLab();
  if (lack !== undefined) throw new Error(lack);
  if (findKernel() === undefined) fetchKernel();
  const { image, modules } = findKernel();
  mkdirSync(work, { recursive: true });
  for (const file of ['exit-code', 'output.txt']) rmSync(join(work, file), { force: true });
  writeFileSync(join(work, 'command.sh'), `${command}\n`);
  writeFileSync(
    join(work, 'guest.sh'),
    `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${join(process.execPath, '..')} HOME=/root
cd /tmp/project
bash /tmp/lab/command.sh
echo $? > /tmp/lab/exit-code
`,
  );
  const share = (path, tag, more = '') => [
    '-virtfs',
    `local,path=${path},mount_tag=${tag},security_model=passthrough,multidevs=remap${more}`,
  ];
  const machine = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', '2048', '-smp', '2', '-nographic', '-no-reboot'],
      ...['-kernel', image, '-initrd', makeInitrd(work, modules, radios)],
      ...['-append', 'console=ttyS0 quiet panic=-1'],
      ...share('/', 'host', ',readonly=on'),
      ...share(work, 'work'),
      ...share(ROOT, 'project', ',readonly=on'),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const console_ = [];
  machine.stdout.on('data', (chunk) => console_.push(chunk));
  machine.stderr.on('data', (chunk) => console_.push(chunk));
  const limit = setTimeout(() => machine.kill('SIGKILL'), seconds * 1000);
  await new Promise((resolve, reject) => {
    machine.on('error', reject);
    machine.on('close', resolve);
  });
  clearTimeout(limit);
  writeFileSync(join(work, 'console.txt'), Buffer.concat(console_));
  const read = (file) => (existsSync(join(work, file)) ? readFileSync(join(work, file), 'utf8') : '');
  const code = read('exit-code').trim();
  return { code: code === '' ? undefined : Number(code), output: read('output.txt') };
}

/** Takes the command line apart; undefined when it makes no sense. */
function readArguments(args) {
  const options = { radios: 3, seconds: 300, work: undefined };
  for (let i = 0; i < args.length; i++) {
    const name = args[i].slice(2);
    if (args[i] === '--') return i + 1 < args.length ? { ...options, command: args.slice(i + 1).join(' ') } : undefined;
    if (!(name in options)) return undefined;
    options[name] = name === 'work' ? args[++i] : Number(args[++i]);
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = readArguments(process.argv.slice(2));
  if (options === undefined) {
    console.error('node test/lab/run.mjs [--radios N] [--seconds N] [--work FOLDER] -- COMMAND');
    process.exitCode = 64;
  } else {
    const work = options.work ?? mkdtempSync(join(tmpdir(), 'spinel-lab-work-'));
    try {
      const { code, output: printed } = await runLab({ ...options, work });
      process.stdout.write(printed);
      console.error(`lab: results in ${work}`);
      process.exitCode = code ?? 70;
    } catch (cause) {
      console.error(`lab: ${cause.message}`);
      process.exitCode = 69;
    }
  }
}
