/**
 * Why bytes from the air, a file or a serial port were refused. A fault is a counted value, never an exception: nothing
 * on the receive path throws.
 */
export type Fault =
  /** Fewer bytes than the layout needs. */
  | 'short'
  /** A type, magic or version that is not ours. */
  | 'type'
  /** A field outside its range, a length that contradicts another. */
  | 'range'
  /** Checksum, CRC or authentication failed. */
  | 'crc'
  /** Well formed, but of another protocol, air unit or direction. */
  | 'foreign'
  /** The adapter itself marked the frame as damaged (bad FCS). */
  | 'bad-fcs'
  /** Scrambled with a pass phrase that we do not have. */
  | 'scrambled'
  /** A copy of something already taken. */
  | 'duplicate'
  /** Came after its place was given up. */
  | 'late';

/** Counts faults by kind. Plain integers, safe on the hot path. */
export class FaultCounter {
  readonly counts: Record<Fault, number> = {
    short: 0,
    type: 0,
    range: 0,
    crc: 0,
    foreign: 0,
    'bad-fcs': 0,
    scrambled: 0,
    duplicate: 0,
    late: 0,
  };

  /** Counts one and hands it back, so that a caller can `return faults.count(fault)`. */
  count(fault: Fault): Fault {
    this.counts[fault]++;
    return fault;
  }
}
