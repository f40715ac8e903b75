import type { TelemetryKind, TelemetryRecord } from '../../api/telemetry.ts';
import { type Fault, FaultCounter } from '../../base/fault.ts';
import type { Ns } from '../../base/time.ts';
import { readAlarm, readLog, readNotice, readUpdate } from './notices.ts';
import { RUBY_HEADER_LEN, type RubyHeader } from './packet-header.ts';
import { readFlight, readMessage, readRcChannels, readShort } from './telemetry-flight.ts';
import {
  readBitrateHistory,
  readCardStatistics,
  readLoopStatistics,
  readRcState,
  readRelayRadio,
  readRxHistory,
  readTxHistory,
} from './telemetry-statistics.ts';
import { TelemetryStreams } from './telemetry-streams.ts';
import { readUnit } from './telemetry-unit.ts';

/** Air units whose streams are kept apart, one flown and five others, as many as RubyFPV follows. */
const MAX_SOURCES = 6;

/** An air unit's clock that goes back further than packets overtake each other says that it restarted. */
const RESTART_MS = 1000;

type Values = Record<string, unknown>;

/** Packet types this reader knows, and the kind of record each becomes. Source: rubyfpv-link.md 3. */
const KINDS: ReadonlyMap<number, TelemetryKind> = new Map([
  [13, 'notice'],
  [14, 'notice'],
  [15, 'alarm'],
  [28, 'statistics'],
  [29, 'short'],
  [30, 'air-unit'],
  [31, 'flight'],
  [32, 'message'],
  [33, 'rc-state'],
  [34, 'rc-channels'],
  [37, 'statistics'],
  [38, 'statistics'],
  [39, 'statistics'],
  [41, 'raw'],
  [43, 'msp'],
  [45, 'raw'],
  [46, 'raw'],
  [48, 'statistics'],
  [49, 'statistics'],
  [75, 'notice'],
]);

/** Whether a packet type is one for the telemetry reader. */
export const isTelemetryType = (packetType: number): boolean => KINDS.has(packetType);

/**
 * Turns telemetry packets of any air unit into records. Keeps, per air unit, how far its byte streams have come. Names,
 * units and rounding are those of `spinel decode --telemetry`.
 */
export class RubyTelemetryReader {
  readonly faults = new FaultCounter();
  readonly #streams = new Map<number, TelemetryStreams>();

  /**
   * Reads one packet whose header begins at `at` of `view` and `bytes` (same memory, same offsets), whose CRC is checked,
   * and which came at `when`. Emits at most one record, whose memory is the receiver's own. Faults, counted here: `type`
   * (not a telemetry packet, or a layout we do not know), `short`, `range`, and for streams `duplicate` and `late`.
   */
  read(
    view: DataView,
    bytes: Uint8Array,
    at: number,
    header: RubyHeader,
    when: Ns,
    emit: (record: TelemetryRecord) => void,
  ): Fault | undefined {
    const { packetType, totalLength, source } = header;
    const kind = KINDS.get(packetType);
    if (kind === undefined) return this.faults.count('type');
    if (totalLength < RUBY_HEADER_LEN) return this.faults.count('range');
    if (at + totalLength > view.byteLength) return this.faults.count('short');
    const body = at + RUBY_HEADER_LEN;
    const length = totalLength - RUBY_HEADER_LEN;
    if (packetType === 30) {
      const unit = readUnit(view, bytes, body, length);
      if (typeof unit === 'string') return this.faults.count(unit);
      const { structVersion, values } = unit;
      this.#noticeRestart(source, values.airUnitTimeMs);
      emit({ airUnit: source, kind, packetType, structVersion, at: when, values });
      return undefined;
    }
    const values = this.#values(view, bytes, body, length, packetType, source);
    if (typeof values === 'string') return this.faults.count(values);
    emit({ airUnit: source, kind, packetType, at: when, values });
    return undefined;
  }

  /** Forgets the streams of an air unit, such as after it restarted. */
  forget(airUnit: number): void {
    this.#streams.delete(airUnit);
  }

  /** An air unit that restarted numbers its streams anew, which else would pass for old packets. */
  #noticeRestart(source: number, clockMs: number | null): void {
    if (clockMs === null) return;
    const streams = this.#streamsOf(source);
    if (clockMs + RESTART_MS < streams.clockMs) this.forget(source);
    this.#streamsOf(source).clockMs = clockMs;
  }

  #values(
    view: DataView,
    bytes: Uint8Array,
    at: number,
    length: number,
    packetType: number,
    source: number,
  ): Values | Fault {
    switch (packetType) {
      case 13:
        return readLog(view, bytes, at, length);
      case 14:
        return readNotice(view, bytes, at, length);
      case 15:
        return readAlarm(view, at, length);
      case 28:
        return readLoopStatistics(view, at, length);
      case 29:
        return readShort(view, at, length);
      case 31:
        return readFlight(view, at, length);
      case 32:
        return readMessage(view, bytes, at, length);
      case 33:
        return readRcState(view, at, length);
      case 34:
        return readRcChannels(view, at, length);
      case 37:
        return readTxHistory(view, at, length);
      case 38:
        return readCardStatistics(view, at, length);
      case 39:
        return readBitrateHistory(view, at, length);
      case 41:
        return this.#streamsOf(source).readRaw(view, bytes, at, length);
      case 43:
        return this.#streamsOf(source).readMsp(view, bytes, at, length);
      case 45:
      case 46:
        return this.#streamsOf(source).readAux(view, bytes, at, length);
      case 48:
        return readRxHistory(view, at, length);
      case 49:
        return readRelayRadio(view, at, length);
      case 75:
        return readUpdate(view, at, length);
      default:
        return 'type';
    }
  }

  /** Of more air units than are kept, the one first heard is forgotten. */
  #streamsOf(source: number): TelemetryStreams {
    const known = this.#streams.get(source);
    if (known !== undefined) return known;
    if (this.#streams.size >= MAX_SOURCES) {
      for (const oldest of this.#streams.keys()) {
        this.#streams.delete(oldest);
        break;
      }
    }
    const streams = new TelemetryStreams();
    this.#streams.set(source, streams);
    return streams;
  }
}
