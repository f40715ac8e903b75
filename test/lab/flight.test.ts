import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { AS_NOBODY, buildGuests, GUESTS, ROOT, readJson, until, workFolder } from './guests.ts';
import { runLab } from './run.mjs';

/*
 * Real mac80211 interfaces in a machine of our own: a recorded flight is sent on wlan0 and received by wlan1 and wlan2, which
 * an ordinary user takes, tunes and gives back. In the middle both sides move to another channel, one receiver is switched
 * off and on, and later moved out of sight altogether and back.
 */
const work = workFolder('flight');
const UPLINK = Buffer.from('0000 0c00 0480 0000 0c08 0800'.replaceAll(' ', ''), 'hex');
const MAC = Buffer.from(
  '0801 0000 ef ffffffffff 131234567890 131234567890 0000'.replaceAll(' ', '') + '5b'.repeat(60),
  'hex',
);

const script = `
iw reg set US
ip link set wlan0 down; iw dev wlan0 set type monitor; ip link set wlan0 mtu 2304 up; iw dev wlan0 set freq 5825
ip link set wlan1 up
state() { for i in wlan1 wlan2; do iw dev $i info | grep -E 'Interface|addr|type'; cat /sys/class/net/$i/{flags,mtu}; done; }
state > /tmp/lab/before
${AS_NOBODY} node ${GUESTS}/ground.mjs /tmp/lab 5825 20 wlan1 wlan2 & ground=$!
${until('[ -e /tmp/lab/ready ]', 60)}
node ${GUESTS}/air.mjs /tmp/lab wlan0 test/captures/ruby/clean-h264.pcap 800000 & air=$!
sleep 1
ip link set wlan2 down
${until('grep -q "wlan2 away" /tmp/lab/changes', 20)}
ip link set wlan2 up
${until('grep -q "wlan2 up" /tmp/lab/changes', 30)}
${until('[ -e /tmp/lab/half ]', 60)}
iw dev wlan0 set freq 5745; echo 5745 > /tmp/lab/tune.new; chmod 666 /tmp/lab/tune.new; mv /tmp/lab/tune.new /tmp/lab/tune
${until('[ ! -e /tmp/lab/tune ]', 30)}
touch /tmp/lab/go
sleep 1
ip netns add away
phy=phy$(cat /sys/class/net/wlan1/phy80211/index)
iw phy $phy set netns name away
${until('grep -q "wlan1 away" /tmp/lab/changes', 20)}
ip netns exec away iw phy $phy set netns 1
${until('grep -q "wlan1 up" /tmp/lab/changes', 30)}
wait $air; echo air ended with $?
sleep 1; touch /tmp/lab/stop
wait $ground; code=$?; echo ground ended with $code
state > /tmp/lab/after
exit $code
`;

beforeAll(async () => {
  rmSync(work, { recursive: true, force: true });
  workFolder('flight');
  chmodSync(work, 0o777);
  writeFileSync(join(work, 'changes'), '');
  chmodSync(join(work, 'changes'), 0o666);
  writeFileSync(join(work, 'uplink.bin'), Buffer.concat([UPLINK, MAC]));
  await buildGuests();
  const { code, output } = await runLab({ command: script, work, radios: 3, seconds: 280 });
  expect(output).toContain('ground ended with 0');
  expect(code).toBe(0);
}, 300_000);

const ground = () => readJson(work, 'ground.json');
const { expected } = JSON.parse(readFileSync(join(ROOT, 'test/captures/ruby/clean-h264.json'), 'utf8'));

test('the stream arrives byte for byte over two receivers of which each was away for a while', () => {
  const { streamSha, streamBytes, perReceiver, wins, changes, user } = ground();
  expect(user).toBe(65534);
  expect(streamBytes).toBe(expected.sourceBytes);
  expect(streamSha).toBe(expected.sourceSha256);
  expect(changes).toEqual(['wlan2 away', 'wlan2 up', 'wlan1 away', 'wlan1 up']);
  for (const count of [...perReceiver, ...wins]) expect(count).toBeGreaterThan(20);
});

test('signal strength comes with every frame, and the kernel drops none', () => {
  const { signals, perReceiver, counters } = ground();
  for (const [i, seen] of signals.entries()) {
    const [strongest] = Object.keys(seen).map(Number);
    expect(strongest).toBeGreaterThan(-95);
    expect(strongest).toBeLessThan(0);
    const all = Object.values<number>(seen).reduce((sum, count) => sum + count, 0);
    expect(all).toBe(perReceiver[i]);
  }
  for (const { kernelDrops, receiveBufferBytes, losses } of counters) {
    expect({ kernelDrops, losses }).toEqual({ kernelDrops: 0, losses: 1 });
    expect(receiveBufferBytes).toBeGreaterThanOrEqual(4 * 1024 * 1024);
  }
});

test('frames sent back are heard by the air unit as they were sent', () => {
  const { heard, uplink } = readJson(work, 'air.json');
  const { sent } = ground();
  expect(heard).toBeGreaterThan(10);
  expect(heard).toBeLessThanOrEqual(sent);
  // The driver may number frames as it likes: bytes 22 and 23.
  const body = (hex: string) => hex.slice(0, 44) + hex.slice(48);
  expect([...new Set(uplink.map(body))]).toEqual([body(MAC.toString('hex'))]);
});

test('the interfaces are given back as they were found', () => {
  const before = readFileSync(join(work, 'before'), 'utf8');
  expect(before.match(/type managed/g)).toHaveLength(2);
  expect(readFileSync(join(work, 'after'), 'utf8')).toBe(before);
});
