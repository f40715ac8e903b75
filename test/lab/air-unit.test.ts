import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { NalCursor } from '../../radio/video/annex-b.ts';
import { AS_NOBODY, buildGuests, GUESTS, ROOT, readJson, until, workFolder } from './guests.ts';

/*
 * The real RubyFPV air unit of a lab that some machines have beside the repository (RUBY_LAB, or ../shared/lab): its picture
 * over three receivers, of which one is switched off and on and another moved out of sight and back while it flies.
 */
const LAB = process.env['RUBY_LAB'] ?? join(ROOT, '../shared/lab');
const work = workFolder('air-unit');
const folder = join(work, 'ground');

/** Shell: waits until so many more access units have come. */
const more = (units: number, seconds: number) =>
  `want=$(($(cat /tmp/lab/ground/progress) + ${units})); ${until('[ $(cat /tmp/lab/ground/progress) -ge $want ]', seconds)}`;
const change = (text: string) => until(`grep -q "${text}" /tmp/lab/ground/changes`, 60);

const script = `
${AS_NOBODY} node ${GUESTS}/ground.mjs /tmp/lab/ground $AIR_MHZ 20 gs1 gs2 gs3 & ground=$!
${until('[ -e /tmp/lab/ground/progress ]', 300)}
${more(30, 200)}
ip link set gs2 down; ${change('gs2 away')}
${more(20, 60)}
ip link set gs2 up; ${change('gs2 up')}
${more(20, 60)}
ip netns add away; phy=phy$(cat /sys/class/net/gs3/phy80211/index)
iw phy $phy set netns name away; ${change('gs3 away')}
${more(20, 60)}
ip netns exec away iw phy $phy set netns 1; ${change('gs3 up')}
${more(20, 60)}
touch /tmp/lab/ground/stop; wait $ground; code=$?
cp /tmp/sent.h264 /tmp/lab/ground/
exit $code
`;

function nalUnits(bytes: Uint8Array): string[] {
  const units: string[] = [];
  const cursor = new NalCursor();
  cursor.reset(bytes, 0, bytes.length);
  while (cursor.next()) units.push(Buffer.from(bytes.subarray(cursor.start, cursor.end)).toString('latin1'));
  return units;
}

describe.skipIf(!existsSync(join(LAB, 'run')))('the real air unit', () => {
  beforeAll(async () => {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    writeFileSync(join(work, 'flight.sh'), script);
    await buildGuests();
    const args = ['--air-unit', 'rubyfpv', '--seconds', '700', '--work', work, '--project', ROOT, '--'];
    const run = spawnSync(join(LAB, 'run'), [...args, 'bash /tmp/lab/flight.sh'], {
      encoding: 'utf8',
      timeout: 850_000,
    });
    expect(run.status, run.stdout + run.stderr).toBe(0);
  }, 900_000);

  test("its picture is the camera's, byte for byte, while receivers come and go", () => {
    const { units, damaged, changes, packets, perReceiver, wins } = readJson(folder, 'ground.json');
    const received = nalUnits(readFileSync(join(folder, 'units.h264')));
    const sent = nalUnits(readFileSync(join(folder, 'sent.h264')));
    expect(units).toBeGreaterThan(100);
    expect(damaged).toBe(0);
    expect(packets.lost).toBe(0);
    expect(changes).toEqual(['gs2 away', 'gs2 up', 'gs3 away', 'gs3 up']);
    for (const count of [...perReceiver, ...wins]) expect(count).toBeGreaterThan(0);
    // The camera plays its clip again and again: wherever the first unit stands, all that follow must be there in order.
    const matches = sent.flatMap((unit, i) => (unit === received[0] ? [runFrom(sent, i, received)] : []));
    expect(Math.max(...matches)).toBe(received.length);
  });

  test('who it is comes with its telemetry', () => {
    const { airUnit, heard } = readJson(folder, 'ground.json');
    expect(airUnit).toBeGreaterThan(0);
    expect(heard[0].version).toBe('11.7');
  });
});

/** How many of `received` stand in `sent` from `at` on, one after the other. */
function runFrom(sent: readonly string[], at: number, received: readonly string[]): number {
  let length = 0;
  while (length < received.length && sent[at + length] === received[length]) length++;
  return length;
}
