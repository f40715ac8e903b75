import type { Fault } from '../../base/fault.ts';
import { printableText } from '../../telemetry/text.ts';
import type { AlarmValues, NoticeSeverity, NoticeValues } from '../../telemetry/values.ts';

/**
 * What an air unit tells in words or bits. All functions read a body of `length` bytes at `at` and return its values, or the
 * fault `short`. Packets repeat: an alarm keeps its index, a notice its id. Source: rubyfpv-link.md 3, rubyfpv-control.md 1.
 */
const SEVERITIES: readonly NoticeSeverity[] = ['debug', 'info', 'warning', 'error'];

/** Type 14: u16 id, u8 kind, text. A kind we do not know counts as `info`. */
export function readNotice(view: DataView, bytes: Uint8Array, at: number, length: number): NoticeValues | Fault {
  if (length < 4) return 'short';
  return {
    id: view.getUint16(at, true),
    severity: SEVERITIES[view.getUint8(at + 2)] ?? 'info',
    text: printableText(bytes, at + 3, at + length),
  };
}

/** Type 15: u32 index, bits, flags 1, flags 2; without the index (12 bytes) from units before 7.5. */
export function readAlarm(view: DataView, at: number, length: number): AlarmValues | Fault {
  if (length < 12) return 'short';
  const bits = length < 16 ? at : at + 4;
  return {
    index: length < 16 ? null : view.getUint32(at, true),
    alarms: view.getUint32(bits, true),
    flags1: view.getUint32(bits + 4, true),
    flags2: view.getUint32(bits + 8, true),
  };
}

/** Kind `notice` of a live log: a piece of a text file. */
export type LogValues = NoticeValues & { fileId: number; segment: number; segments: number | null };

/** Type 13: u32 file id, segment index, bytes, segments in all (0xFFFFFFFF: goes on), text. Fault `range`: its own size lies. */
export function readLog(view: DataView, bytes: Uint8Array, at: number, length: number): LogValues | Fault {
  if (length < 16) return 'short';
  const size = view.getUint32(at + 8, true);
  if (size > length - 16) return 'range';
  const segments = view.getUint32(at + 12, true);
  return {
    id: null,
    severity: 'debug',
    text: printableText(bytes, at + 16, at + 16 + size),
    fileId: view.getUint32(at, true),
    segment: view.getUint32(at + 4, true),
    segments: segments === 0xffffffff ? null : segments,
  };
}

/** Kind `notice` of a software update. */
export type UpdateValues = NoticeValues & { status: number; counter: number };

/** Source: rubyfpv-control.md 19.1. */
const UPDATE_STATUS: Readonly<Record<number, string>> = {
  1: 'Update received',
  2: 'Update: unpacking',
  3: 'Update: installing',
  4: 'Update: finishing',
  5: 'Update completed',
  6: 'Update: restarting',
  250: 'Update failed: no space on the air unit',
  255: 'Update failed',
};

/** Type 75: u8 status, u32 counter. */
export function readUpdate(view: DataView, at: number, length: number): UpdateValues | Fault {
  if (length < 5) return 'short';
  const status = view.getUint8(at);
  return {
    id: null,
    severity: status >= 250 ? 'error' : 'info',
    text: UPDATE_STATUS[status] ?? `Update: step ${status}`,
    status,
    counter: view.getUint32(at + 1, true),
  };
}
