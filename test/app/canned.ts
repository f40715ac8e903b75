import { cannedLink, cannedTelemetry } from '../../app/preview/canned.ts';
import type { LinkSnapshot } from '../../radio/api/contract.ts';
import type { VehicleState } from '../../radio/api/telemetry.ts';
import { ns } from '../../radio/base/time.ts';

/** Ten seconds on the radio's clock. */
export const NOW = ns(10e9);

export const telemetry = (change: Partial<VehicleState> = {}): VehicleState => ({
  ...cannedTelemetry('calm', NOW, 0),
  ...change,
});

export const link = (change: Partial<LinkSnapshot> = {}): LinkSnapshot => ({
  ...cannedLink('calm', NOW, 0),
  ...change,
});
