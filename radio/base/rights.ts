/** The only rights that Wi-Fi adapters take: raw sockets, and setting interfaces. Numbers: Linux include/uapi/linux/capability.h. */
export const RADIO_RIGHTS = { net_raw: 13, net_admin: 12 } as const;

/** Arguments of util-linux's `setpriv` that run a program as an ordinary user who holds these rights and no others. */
export function setprivArguments(uid: number, gid: number): string[] {
  const rights = Object.keys(RADIO_RIGHTS).map((name) => `+${name}`);
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--init-groups',
    `--inh-caps=-all,${rights.join(',')}`,
    `--ambient-caps=-all,${rights.join(',')}`,
  ];
}

/** The one line a person can type to run `program` with these rights. */
export function rightsCommand(uid: number, gid: number, program: string): string {
  return `sudo setpriv ${setprivArguments(uid, gid).join(' ')} env HOME="$HOME" PATH="$PATH" ${program}`;
}

/** Those missing in the `CapEff` line of /proc/PID/status, such as `CAP_NET_RAW`. All of them when there is no such line. */
export function missingRights(status: string): string[] {
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1] ?? '0'}`);
  return Object.entries(RADIO_RIGHTS)
    .filter(([, bit]) => ((held >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => `CAP_${name.toUpperCase()}`);
}
