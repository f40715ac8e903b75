/**
 * RubyFPV's 802.11 header: a data frame to a group address, the same for every air unit.
 *
 *   0       2          4      5          10                  16                  22         24
 *   +-------+----------+------+----------+-------------------+-------------------+----------+-- - -
 *   | 08 01 | duration | port | FF x 5   | 13 12 34 56 78 90 | 13 12 34 56 78 90 | sequence | Ruby packet
 *   +-------+----------+------+----------+-------------------+-------------------+----------+-- - -
 *
 * Source: rubyfpv-link.md 1.3, 1.4.
 */
export const RUBY_MAC_LEN = 24;

/** The port byte says the direction: air unit to ground station, or back. */
export const RubyPort = { toGround: 0xff, toAir: 0xef } as const;
export type RubyPort = (typeof RubyPort)[keyof typeof RubyPort];

/** Writes the header at `mac`. `counter` counts built frames and becomes the sequence number (low 12 bits). */
export function writeRubyMac(view: DataView, mac: number, port: RubyPort, counter: number): void {
  view.setUint32(mac, 0x08010000);
  view.setUint32(mac + 4, ((port << 24) | 0xffffff) >>> 0);
  view.setUint32(mac + 8, 0xffff1312);
  view.setUint32(mac + 12, 0x34567890);
  view.setUint32(mac + 16, 0x13123456);
  view.setUint16(mac + 20, 0x7890);
  view.setUint16(mac + 22, (counter & 0xfff) << 4, true);
}

/**
 * The port byte if the frame with its 802.11 header at `mac` is one of RubyFPV's; undefined for other Wi-Fi traffic. The
 * test is RubyFPV's own capture filter; the caller has checked that 24 bytes are there.
 */
export function rubyPort(view: DataView, mac: number): RubyPort | undefined {
  if (view.getUint16(mac) !== 0x0801 || view.getUint32(mac + 10) !== 0x13123456) return undefined;
  const port = view.getUint8(mac + 4);
  return port === RubyPort.toGround || port === RubyPort.toAir ? port : undefined;
}
