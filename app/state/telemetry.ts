import type { VehicleState } from '../../radio/api/telemetry.ts';
import { useSampled } from './sampled.ts';

let newest: VehicleState | undefined;

/** Takes a frame from the radio; it replaces the one before. `undefined` when the source changed. */
export function putTelemetry(frame: VehicleState | undefined): void {
  newest = frame;
}

/** The newest frame, for the canvas. Lent: do not write to it. */
export function newestTelemetry(): VehicleState | undefined {
  return newest;
}

/** A value of the newest frame at 10 Hz. Round in the selector, so that equal digits render nothing. */
export function useTelemetry<T>(select: (frame: VehicleState) => T): T | undefined {
  return useSampled(() => (newest === undefined ? undefined : select(newest)));
}
