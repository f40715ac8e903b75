import type { VehicleState } from '../api/telemetry.ts';
import type { Ns } from '../base/time.ts';
import { mavlinkFlightMode } from './flight-modes.ts';
import { distanceM, wrapDeg } from './geo.ts';
import type { MavlinkMessage } from './mavlink-messages.ts';

/** `MAV_COMP_ID_AUTOPILOT1`: gimbals, companions and ground stations on the same wire speak of themselves. */
const AUTOPILOT = 1;
/** `MAV_MODE_FLAG_SAFETY_ARMED`. Source of both: MAVLink common.xml. */
const ARMED = 0x80;

type Values = Record<string, number | null>;

/** Puts what a MAVLink message of the flight controller says into `state`. Bearings and cells are the caller's. */
export function mergeMavlink(state: VehicleState, message: MavlinkMessage, at: Ns): void {
  if (message.componentId !== AUTOPILOT) return;
  const values = message.values as Values;
  const number = (name: string): number | null => values[name] ?? null;
  switch (message.message) {
    case 'HEARTBEAT':
      state.armed = ((number('baseMode') ?? 0) & ARMED) !== 0;
      state.flightMode = mavlinkFlightMode(
        number('autopilot') ?? 0,
        number('vehicleType') ?? 0,
        number('customMode') ?? 0,
      );
      break;
    case 'SYS_STATUS':
      state.voltageV = number('voltageV') || null;
      state.currentA = number('currentA');
      break;
    case 'BATTERY_STATUS':
      if (number('id') !== 0) return;
      state.consumedMah = number('consumedMah') ?? state.consumedMah;
      break;
    case 'GPS_RAW_INT':
      state.gpsFix = number('gpsFix');
      state.satellites = number('satellites');
      state.hdop = number('hdop');
      break;
    case 'ATTITUDE':
      state.rollDeg = number('rollDeg');
      state.pitchDeg = number('pitchDeg');
      if (state.rollDeg !== null && state.pitchDeg !== null) state.attitudeAt = at;
      if (number('yawDeg') !== null) state.headingDeg = wrapDeg(number('yawDeg') ?? 0);
      break;
    case 'GLOBAL_POSITION_INT':
      mergePosition(state, values);
      break;
    case 'VFR_HUD':
      state.airspeedMps = number('airspeedMps');
      state.groundSpeedMps = number('groundSpeedMps');
      state.verticalSpeedMps = number('verticalSpeedMps');
      state.throttlePercent = number('throttlePercent');
      break;
    case 'HOME_POSITION':
      if (number('homeLatitudeDeg') === 0 && number('homeLongitudeDeg') === 0) return;
      state.homeLatitudeDeg = number('homeLatitudeDeg');
      state.homeLongitudeDeg = number('homeLongitudeDeg');
      break;
    case 'RC_CHANNELS':
      state.rcRssiPercent = number('rcRssiPercent');
      break;
    case 'WIND':
      state.windHeadingDeg = number('windHeadingDeg') === null ? null : wrapDeg(number('windHeadingDeg') ?? 0);
      state.windSpeedMps = number('windSpeedMps');
      break;
    case 'STATUSTEXT':
      state.message = String(message.values['text']);
      state.messageAt = at;
      return;
    default:
      return;
  }
  state.flightAt = at;
}

function mergePosition(state: VehicleState, values: Values): void {
  const { latitudeDeg = null, longitudeDeg = null, altitudeM = null } = values;
  state.altitudeM = altitudeM;
  state.altitudeAboveSeaM = values['altitudeAboveSeaM'] ?? null;
  if (values['headingDeg'] != null) state.headingDeg = values['headingDeg'];
  if (latitudeDeg === null || longitudeDeg === null || (latitudeDeg === 0 && longitudeDeg === 0)) return;
  state.latitudeDeg = latitudeDeg;
  state.longitudeDeg = longitudeDeg;
  if (state.homeLatitudeDeg === null || state.homeLongitudeDeg === null) return;
  state.distanceM = distanceM(latitudeDeg, longitudeDeg, state.homeLatitudeDeg, state.homeLongitudeDeg);
}
