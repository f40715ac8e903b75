import type { Fault } from '../../base/fault.ts';
import { type DisplayPortCommand, readDisplayPort, textRun } from '../../telemetry/display-port.ts';
import { MavlinkParser } from '../../telemetry/mavlink-frame.ts';
import { type MavlinkMessage, readMavlinkMessage } from '../../telemetry/mavlink-messages.ts';
import { MSP_DISPLAYPORT, type MspFrame, MspParser } from '../../telemetry/msp.ts';
import { hex } from '../../telemetry/text.ts';
import type { MspValues, RawValues } from '../../telemetry/values.ts';

/**
 * Byte streams inside telemetry packets: raw serial bytes of the flight controller (type 41), MSP DisplayPort (43), the
 * auxiliary serial port (45, 46). Each packet is numbered; a number at or below the newest is refused (`duplicate`, `late`)
 * unless it is so far below that the air unit must have started anew; after a gap an unfinished frame is forgotten.
 * Source: rubyfpv-link.md 9.6.
 */
export const RAW_HEADER_LEN = 12;
export const MSP_HEADER_LEN = 10;
export const AUX_HEADER_LEN = 4;

/** How far below the newest a number counts as old. */
const RAW_WINDOW = 10;
const MSP_WINDOW = 50;

const FLIGHT_CONTROLLERS = [null, 'betaflight', 'inav', 'ardupilot', 'pitlab'] as const;

/** The order of one stream's packets. */
class Segments {
  readonly #window: number;
  #newest = -1;

  constructor(window: number) {
    this.#window = window;
  }

  /** Takes the next number: a fault to refuse it, else whether it follows the last without a gap. */
  take(segment: number): Fault | boolean {
    const behind = this.#newest - segment;
    if (this.#newest >= 0 && behind >= 0 && behind <= this.#window) return behind === 0 ? 'duplicate' : 'late';
    const follows = segment === this.#newest + 1;
    this.#newest = segment;
    return follows;
  }

  isNewest(segment: number): boolean {
    return segment === this.#newest;
  }
}

/** The streams of one air unit. */
export class TelemetryStreams {
  /** The air unit's clock when last told; 0 before. */
  clockMs = 0;
  readonly #rawSegments = new Segments(RAW_WINDOW);
  readonly #rawMavlink = new MavlinkParser();
  readonly #rawMsp = new MspParser();
  readonly #mspSegments = new Segments(MSP_WINDOW);
  readonly #msp = new MspParser();
  readonly #auxSegments = new Segments(RAW_WINDOW);

  /** Type 41: values of kind `raw`, with MAVLink and DisplayPort where frames end in this packet. */
  readRaw(view: DataView, bytes: Uint8Array, at: number, length: number): (RawValues & RawTotals) | Fault {
    if (length < RAW_HEADER_LEN) return 'short';
    const segment = view.getUint32(at, true);
    const taken = this.#rawSegments.take(segment);
    if (typeof taken === 'string') return taken;
    if (!taken) {
      this.#rawMavlink.reset();
      this.#rawMsp.reset();
    }
    const start = at + RAW_HEADER_LEN;
    const end = at + length;
    const values: RawValues & RawTotals = {
      segment,
      bytes: hex(bytes, start, end),
      sentBytes: view.getUint32(at + 4, true),
      serialBytes: view.getUint32(at + 8, true),
    };
    const mavlink: MavlinkMessage[] = [];
    this.#rawMavlink.push(bytes, start, end, (frame) => {
      const message = readMavlinkMessage(frame);
      if (message !== undefined) mavlink.push(message);
    });
    const commands = displayPort(this.#rawMsp, bytes, start, end);
    if (mavlink.length > 0) values.mavlink = mavlink;
    if (commands.length > 0) {
      values.commands = commands;
      values.text = textRuns(commands);
    }
    return values;
  }

  /**
   * Type 43: values of kind `msp`. A packet without bytes tells the grid's size and may repeat a number. The header's CRC-8
   * is not checked: the packet's own CRC covers the same bytes.
   */
  readMsp(view: DataView, bytes: Uint8Array, at: number, length: number): (MspValues & MspFlags) | Fault {
    if (length < MSP_HEADER_LEN) return 'short';
    const segment = view.getUint16(at + 6, true);
    const isRepeatedSize = length === MSP_HEADER_LEN && this.#mspSegments.isNewest(segment);
    if (!isRepeatedSize) {
      const taken = this.#mspSegments.take(segment);
      if (typeof taken === 'string') return taken;
      if (!taken) this.#msp.reset();
    }
    const flags = view.getUint32(at, true);
    const start = at + MSP_HEADER_LEN;
    const end = at + length;
    const commands = displayPort(this.#msp, bytes, start, end);
    return {
      flightController: FLIGHT_CONTROLLERS[flags & 7] ?? null,
      rows: view.getUint8(at + 4),
      columns: view.getUint8(at + 5),
      segment,
      canvasByFlightController: (flags & 0x80) !== 0,
      text: textRuns(commands),
      commands,
      bytes: hex(bytes, start, end),
    };
  }

  /** Types 45 and 46: values of kind `raw`, bytes as they are. */
  readAux(view: DataView, bytes: Uint8Array, at: number, length: number): RawValues | Fault {
    if (length < AUX_HEADER_LEN) return 'short';
    const segment = view.getUint32(at, true);
    const taken = this.#auxSegments.take(segment);
    if (typeof taken === 'string') return taken;
    return { segment, bytes: hex(bytes, at + AUX_HEADER_LEN, at + length) };
  }
}

/** Payload bytes the air unit sent so far, this packet included, and bytes it read from the flight controller. */
type RawTotals = { sentBytes: number; serialBytes: number };
type MspFlags = { canvasByFlightController: boolean };

function displayPort(parser: MspParser, bytes: Uint8Array, start: number, end: number): DisplayPortCommand[] {
  const commands: DisplayPortCommand[] = [];
  parser.push(bytes, start, end, (frame: MspFrame) => {
    if (frame.command !== MSP_DISPLAYPORT) return;
    const command = readDisplayPort(frame.bytes, frame.start, frame.end);
    if (typeof command !== 'string') commands.push(command);
  });
  return commands;
}

const textRuns = (commands: readonly DisplayPortCommand[]) =>
  commands.filter((command) => command.command === 'draw').map(textRun);
