/** Flight modes in RubyFPV telemetry, low 7 bits. Source: rubyfpv-link.md 9.4. */
const RUBY_MODES: Readonly<Record<number, string>> = {
  1: 'Manual',
  2: 'Stabilize',
  3: 'Altitude hold',
  4: 'Loiter',
  5: 'RTL',
  6: 'Land',
  7: 'Position hold',
  8: 'Autotune',
  9: 'Acro',
  10: 'FBWA',
  11: 'FBWB',
  12: 'Cruise',
  13: 'Takeoff',
  15: 'Rate',
  16: 'Horizon',
  17: 'Circle',
  18: 'Auto',
  20: 'QStabilize',
  21: 'QHover',
  22: 'QLoiter',
  23: 'QLand',
  24: 'QRTL',
};

/** The name of a mode in RubyFPV's telemetry; null for 0 and numbers we do not know. */
export const rubyFlightMode = (mode: number): string | null => RUBY_MODES[mode] ?? null;

/** Custom modes of ArduPlane (and INAV's MAVLink). Source: MAVLink ardupilotmega.xml `PLANE_MODE`. */
const PLANE_MODES: Readonly<Record<number, string>> = {
  0: 'Manual',
  1: 'Circle',
  2: 'Stabilize',
  3: 'Training',
  4: 'Acro',
  5: 'FBWA',
  6: 'FBWB',
  7: 'Cruise',
  8: 'Autotune',
  10: 'Auto',
  11: 'RTL',
  12: 'Loiter',
  13: 'Takeoff',
  14: 'Avoid',
  15: 'Guided',
  17: 'QStabilize',
  18: 'QHover',
  19: 'QLoiter',
  20: 'QLand',
  21: 'QRTL',
  22: 'QAutotune',
  23: 'QAcro',
  24: 'Thermal',
};

/** Custom modes of ArduCopter (and INAV's MAVLink). Source: MAVLink ardupilotmega.xml `COPTER_MODE`. */
const COPTER_MODES: Readonly<Record<number, string>> = {
  0: 'Stabilize',
  1: 'Acro',
  2: 'Altitude hold',
  3: 'Auto',
  4: 'Guided',
  5: 'Loiter',
  6: 'RTL',
  7: 'Circle',
  9: 'Land',
  11: 'Drift',
  13: 'Sport',
  14: 'Flip',
  15: 'Autotune',
  16: 'Position hold',
  17: 'Brake',
  18: 'Throw',
  19: 'Avoid',
  20: 'Guided',
  21: 'Smart RTL',
};

/** `MAV_TYPE`s: fixed wing and VTOLs fly plane modes; the multirotors copter modes. Source: MAVLink common.xml. */
const PLANE_TYPES = new Set([1, 19, 20, 21, 22, 23, 24, 25]);
const COPTER_TYPES = new Set([2, 3, 4, 13, 14, 15, 29, 35]);
/** `MAV_AUTOPILOT`: 0 generic (INAV), 3 ArduPilot. Others number their modes in their own way. */
const KNOWN_AUTOPILOTS = new Set([0, 3]);

/** The mode a MAVLink heartbeat names; null when its autopilot or vehicle type has no table here. */
export function mavlinkFlightMode(autopilot: number, vehicleType: number, customMode: number): string | null {
  if (!KNOWN_AUTOPILOTS.has(autopilot)) return null;
  if (PLANE_TYPES.has(vehicleType)) return PLANE_MODES[customMode] ?? null;
  if (COPTER_TYPES.has(vehicleType)) return COPTER_MODES[customMode] ?? null;
  return null;
}
