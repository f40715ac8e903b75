import type { TelemetryRecord, VehicleState } from '../api/telemetry.ts';
import { msToNs, type Ns, ns } from '../base/time.ts';
import { type AlarmText, alarmTexts } from './alarms.ts';
import { DisplayPortScreen } from './display-port.ts';
import { rubyFlightMode } from './flight-modes.ts';
import { bearingDeg } from './geo.ts';
import type {
  AlarmValues,
  FlightBasics,
  FlightValues,
  MessageValues,
  MspValues,
  NoticeValues,
  RawValues,
  ShortValues,
  UnitValues,
} from './values.ts';
import { mergeMavlink } from './vehicle-mavlink.ts';

/** Alarms kept. Source: radio/api/telemetry.ts. */
const MAX_ALARMS = 8;
/** An alarm or notice that comes again within this time is the same one. Source: rubyfpv-control.md 1, type 15. */
const REPEAT_NS = msToNs(5000);
/** Bounds of a believable pack, volts: one empty cell to 14 full ones. */
const MIN_PACK_V = 2.5;
const MAX_PACK_V = 60;
/** Just above a full cell, so that a full pack is not taken for one of more cells. */
const CELL_MAX_V = 4.25;

/** A state in which nothing is known. */
export function emptyVehicleState(airUnit: number): VehicleState {
  return {
    airUnit,
    name: '',
    version: '',
    unitAt: ns(0),
    temperatureC: null,
    cpuLoadPercent: null,
    videoBitrateBps: null,
    totalVideoBitrateBps: null,
    uplinkRssiDbm: null,
    uplinkQualityPercent: null,
    frequenciesKhz: [],
    flightAt: ns(0),
    armed: null,
    flightMode: null,
    armTimeS: null,
    throttlePercent: null,
    voltageV: null,
    currentA: null,
    consumedMah: null,
    cells: null,
    altitudeM: null,
    altitudeAboveSeaM: null,
    distanceM: null,
    totalDistanceM: null,
    verticalSpeedMps: null,
    airspeedMps: null,
    groundSpeedMps: null,
    rollDeg: null,
    pitchDeg: null,
    headingDeg: null,
    attitudeAt: ns(0),
    satellites: null,
    gpsFix: null,
    hdop: null,
    latitudeDeg: null,
    longitudeDeg: null,
    homeLatitudeDeg: null,
    homeLongitudeDeg: null,
    homeBearingDeg: null,
    rcRssiPercent: null,
    windHeadingDeg: null,
    windSpeedMps: null,
    message: '',
    messageAt: ns(0),
    alarms: [],
  };
}

/**
 * Cells in series of a pack of `voltageV`: the fewest that are not above 4.25 V each. Right from about 3.2 V per cell up
 * for small packs and from 4.0 V for large ones, so ask it for a fresh pack. Null outside 2.5 to 60 V.
 */
export function guessCells(voltageV: number): number | null {
  return voltageV >= MIN_PACK_V && voltageV <= MAX_PACK_V ? Math.ceil(voltageV / CELL_MAX_V) : null;
}

/** Merges the telemetry of one air unit into what is known about it. A record of another air unit starts anew. */
export class VehicleStateMerger {
  #state = emptyVehicleState(0);
  /** The OSD that the flight controller draws by MSP. */
  #screen = new DisplayPortScreen();
  /** When each alarm index (or, from old units, set of bits) and notice was last heard. */
  readonly #heardAt = new Map<string, Ns>();
  #rcFailsafe = false;
  #homeReported = false;

  /** What is known now. Lent: changes with the next record. */
  get state(): VehicleState {
    return this.#state;
  }

  get screen(): DisplayPortScreen {
    return this.#screen;
  }

  record(record: TelemetryRecord): void {
    if (record.airUnit !== this.#state.airUnit) this.#start(record.airUnit);
    const { at, values } = record;
    switch (record.kind) {
      case 'air-unit':
        this.#unit(values as UnitValues, at);
        break;
      case 'flight':
        this.#flight(values as FlightValues, at);
        break;
      case 'short':
        this.#short(values as ShortValues, at);
        break;
      case 'message':
        this.#message(values as MessageValues, at);
        break;
      case 'msp':
        this.#msp(values as MspValues);
        break;
      case 'raw':
        this.#raw(values as RawValues, at);
        break;
      case 'alarm':
        this.#alarm(values as AlarmValues, at);
        break;
      case 'notice':
        this.#notice(values as NoticeValues, at);
        break;
      default:
    }
  }

  #start(airUnit: number): void {
    this.#state = emptyVehicleState(airUnit);
    this.#screen = new DisplayPortScreen();
    this.#heardAt.clear();
    this.#rcFailsafe = false;
    this.#homeReported = false;
  }

  #unit(values: UnitValues, at: Ns): void {
    const state = this.#state;
    state.unitAt = at;
    state.name = values.name;
    state.version = values.version;
    state.temperatureC = values.temperatureC;
    state.cpuLoadPercent = values.cpuLoadPercent;
    state.videoBitrateBps = values.videoBitrateBps;
    state.totalVideoBitrateBps = values.totalVideoBitrateBps;
    state.uplinkRssiDbm = highest(values.uplinkRssiDbm);
    state.uplinkQualityPercent = highest(values.uplinkQualityPercent);
    state.frequenciesKhz = [...values.frequenciesKhz];
    if (state.flightAt === 0) state.rcRssiPercent = values.mavlinkRcRssiPercent ?? values.uplinkRcRssiPercent;
  }

  #short(values: ShortValues, at: Ns): void {
    const state = this.#state;
    state.unitAt = at;
    state.version = values.version;
    state.frequenciesKhz = [...values.frequenciesKhz];
    this.#basics(values, at);
  }

  /**
   * An air unit without a flight controller sends type 31 all the same, all zero, and one that gets MSP fills in nearly
   * nothing (rubyfpv-link.md 9.4): there a zero says nothing.
   */
  #flight(values: FlightValues, at: Ns): void {
    if (values.source === 'none') return;
    const state = this.#state;
    const blank = values.source === 'msp' || values.source === 'unknown';
    const known = (value: number | null) => (blank && value === 0 ? null : value);
    const armedBefore = state.armed;
    this.#basics(values, at, known);
    state.armTimeS = known(values.armTimeS);
    state.consumedMah = known(values.consumedMah);
    state.totalDistanceM = known(values.totalDistanceM);
    state.satellites = known(values.satellites);
    state.gpsFix = known(values.gpsFix);
    state.hdop = known(values.hdop);
    state.rcRssiPercent = known(values.rcRssiPercent);
    state.windHeadingDeg = values.windHeadingDeg;
    state.windSpeedMps = values.windSpeedMps;
    if (values.rollDeg !== null && values.pitchDeg !== null) {
      state.rollDeg = values.rollDeg;
      state.pitchDeg = values.pitchDeg;
      state.attitudeAt = at;
    }
    this.#position(values, armedBefore);
  }

  #basics(values: FlightBasics, at: Ns, known = (value: number | null) => value): void {
    const state = this.#state;
    state.flightAt = at;
    state.armed = values.armed;
    state.flightMode = values.flightModeName !== undefined ? values.flightModeName : rubyFlightMode(values.flightMode);
    state.throttlePercent = known(values.throttlePercent);
    state.voltageV = values.voltageV !== null && values.voltageV > 0 ? values.voltageV : null;
    state.currentA = known(values.currentA);
    state.altitudeM = known(values.altitudeM);
    state.altitudeAboveSeaM = known(values.altitudeAboveSeaM);
    state.distanceM = known(values.distanceM);
    state.headingDeg = known(values.headingDeg);
    state.verticalSpeedMps = known(values.verticalSpeedMps);
    state.airspeedMps = known(values.airspeedMps);
    state.groundSpeedMps = known(values.groundSpeedMps);
    this.#guessCells();
    if (values.rcFailsafe && !this.#rcFailsafe) this.#addAlarm({ text: 'RC failsafe', severity: 'warning' }, at);
    this.#rcFailsafe = values.rcFailsafe;
  }

  /**
   * Home coordinates come in place of the current ones, every tenth packet, and never count as current. Until the first of
   * them, home is where the air unit last had a fix before it was armed, as the air unit itself defines it.
   */
  #position(values: FlightValues, armedBefore: boolean | null): void {
    const state = this.#state;
    if (values.homePosition) {
      if (isPlace(values.latitudeDeg, values.longitudeDeg)) {
        state.homeLatitudeDeg = values.latitudeDeg;
        state.homeLongitudeDeg = values.longitudeDeg;
        this.#homeReported = true;
      }
    } else {
      if (values.armed && armedBefore === false && !this.#homeReported) {
        state.homeLatitudeDeg = state.latitudeDeg;
        state.homeLongitudeDeg = state.longitudeDeg;
      }
      if (values.currentPosition && (values.gpsFix ?? 0) >= 2 && isPlace(values.latitudeDeg, values.longitudeDeg)) {
        state.latitudeDeg = values.latitudeDeg;
        state.longitudeDeg = values.longitudeDeg;
      }
    }
    this.#bearing();
  }

  #bearing(): void {
    const { latitudeDeg, longitudeDeg, homeLatitudeDeg, homeLongitudeDeg } = this.#state;
    const known =
      latitudeDeg !== null && longitudeDeg !== null && homeLatitudeDeg !== null && homeLongitudeDeg !== null;
    this.#state.homeBearingDeg = known
      ? bearingDeg(latitudeDeg, longitudeDeg, homeLatitudeDeg, homeLongitudeDeg)
      : null;
  }

  #guessCells(): void {
    const { cells, voltageV } = this.#state;
    if (cells === null && voltageV !== null) this.#state.cells = guessCells(voltageV);
  }

  #message(values: MessageValues, at: Ns): void {
    if (values.flight !== undefined) this.#flight(values.flight, at);
    if (values.text === '') return;
    this.#state.message = values.text;
    this.#state.messageAt = at;
  }

  #msp(values: MspValues): void {
    // An impossible size keeps the grid as it was; what does not fit is cut off.
    this.#screen.resize(values.rows, values.columns);
    for (const command of values.commands) this.#screen.apply(command);
  }

  #raw(values: RawValues, at: Ns): void {
    for (const message of values.mavlink ?? []) mergeMavlink(this.#state, message, at);
    for (const command of values.commands ?? []) this.#screen.apply(command);
    if (values.mavlink === undefined) return;
    this.#guessCells();
    this.#bearing();
  }

  #alarm(values: AlarmValues, at: Ns): void {
    const key = values.index === null ? `bits ${values.alarms}` : `alarm ${values.index}`;
    if (this.#isRepeat(key, at)) return;
    for (const alarm of alarmTexts(values.alarms, values.flags1)) this.#addAlarm(alarm, at);
  }

  #notice(values: NoticeValues, at: Ns): void {
    if (values.severity === 'debug' || values.text === '') return;
    if (this.#isRepeat(`notice ${values.id} ${values.text}`, at)) return;
    const severity = values.severity === 'error' ? 'warning' : values.severity === 'warning' ? 'caution' : 'info';
    this.#addAlarm({ text: values.text, severity }, at);
  }

  #isRepeat(key: string, at: Ns): boolean {
    const before = this.#heardAt.get(key);
    for (const [old, heard] of this.#heardAt) if (at - heard >= REPEAT_NS) this.#heardAt.delete(old);
    this.#heardAt.set(key, at);
    return before !== undefined && at - before < REPEAT_NS;
  }

  #addAlarm(alarm: AlarmText, at: Ns): void {
    const { alarms } = this.#state;
    alarms.push({ at, text: alarm.text, severity: alarm.severity });
    if (alarms.length > MAX_ALARMS) alarms.shift();
  }
}

function highest(values: readonly (number | null)[]): number | null {
  let best: number | null = null;
  for (const value of values) if (value !== null && (best === null || value > best)) best = value;
  return best;
}

/** Coordinates on the globe, and not the 0, 0 of a receiver that knows nothing. */
function isPlace(latitudeDeg: number, longitudeDeg: number): boolean {
  return Math.abs(latitudeDeg) <= 90 && Math.abs(longitudeDeg) <= 180 && (latitudeDeg !== 0 || longitudeDeg !== 0);
}
