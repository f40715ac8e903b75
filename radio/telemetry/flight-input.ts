import type { TelemetryRecord, VehicleState } from '../api/telemetry.ts';
import { msToNs, type Ns, ns } from '../base/time.ts';
import { type CrsfLinkStatistics, type CrsfMessage, CrsfParser } from './crsf.ts';
import { distanceM, wrapDeg } from './geo.ts';
import { type LtmMessage, LtmParser, ltmFlightMode } from './ltm.ts';
import { type MavlinkFrame, MavlinkParser } from './mavlink-frame.ts';
import { readMavlinkMessage } from './mavlink-messages.ts';
import type { FlightValues, MessageValues } from './values.ts';
import { mergeMavlink } from './vehicle-mavlink.ts';
import { emptyVehicleState } from './vehicle-state.ts';

/** Telemetry protocols that a serial source may speak. */
export const FlightProtocols = ['mavlink', 'crsf', 'ltm'] as const;
export type FlightProtocol = (typeof FlightProtocols)[number];

/**
 * Checked frames within `WINDOW_NS` that tell a protocol: the weaker its checksum, the more. Of random bytes at
 * 115,200 baud CRSF's check lets about one frame pass every 6 s, LTM's one in 17 hours.
 */
const FRAMES_TO_TELL: Record<FlightProtocol, number> = { mavlink: 2, ltm: 3, crsf: 4 };
/** MAVLink may be heartbeats alone, one a second. */
const WINDOW_NS = msToNs(3000);
/** After so long without a frame the source may have become another one. */
const SILENT_NS = msToNs(5000);
/** CRSF has no kind of fix; with fewer satellites there is none in three dimensions. */
const SATELLITES_FOR_FIX = 4;
/** `MAV_COMP_ID_AUTOPILOT1`. Source: MAVLink common.xml. */
const AUTOPILOT = 1;

type OnRecord = (record: TelemetryRecord) => void;

/**
 * Telemetry of a flight controller from any byte stream: finds out whether it is MAVLink, CRSF or LTM, and makes records
 * of kind `flight` (and `message`, for text) of it, so that it can take the place of what a radio link brings.
 */
export class FlightInput {
  /** Whose telemetry this is, for the records. */
  airUnit: number;
  readonly #mavlink = new MavlinkParser();
  readonly #crsf = new CrsfParser();
  readonly #ltm = new LtmParser();
  #protocol: FlightProtocol | undefined;
  #windowAt = ns(0);
  readonly #framesBefore: Record<FlightProtocol, number> = { mavlink: 0, crsf: 0, ltm: 0 };
  #heardAt = ns(0);
  /** What the messages of each add up to, also while it is not known which one is real. */
  readonly #values: Record<FlightProtocol, FlightValues> = unknownFlights();
  /** What MAVLink messages add up to; home of all protocols. */
  #state: VehicleState = emptyVehicleState(0);
  #systemId: number | undefined;
  #linkStatistics: CrsfLinkStatistics | undefined;
  #at = ns(0);
  #onRecord: OnRecord = () => {};
  readonly #onMavlink = (frame: MavlinkFrame) => this.#takeMavlink(frame);
  readonly #onCrsf = (message: CrsfMessage) => this.#takeCrsf(message);
  readonly #onLtm = (message: LtmMessage) => this.#takeLtm(message);

  constructor(airUnit = 0) {
    this.airUnit = airUnit;
  }

  /** What the source speaks; undefined while that is not known. */
  get protocol(): FlightProtocol | undefined {
    return this.#protocol;
  }

  /** Checked frames of the protocol found, or of all while there is none. */
  get frames(): number {
    if (this.#protocol !== undefined) return this.#parser(this.#protocol).frames;
    return this.#mavlink.frames + this.#crsf.frames + this.#ltm.frames;
  }

  /** The control link as CRSF last told it; its quality also is `rcRssiPercent` of the records. */
  get linkStatistics(): CrsfLinkStatistics | undefined {
    return this.#linkStatistics;
  }

  /** Forgets the source: what follows comes from another one, or at another speed. */
  reset(): void {
    for (const name of FlightProtocols) this.#parser(name).reset();
    this.#protocol = undefined;
    this.#openWindow(this.#at);
  }

  /** Takes bytes [start, end) heard at `at`. Records are the receiver's own. */
  push(bytes: Uint8Array, start: number, end: number, at: Ns, onRecord: OnRecord): void {
    this.#at = at;
    this.#onRecord = onRecord;
    if (this.#protocol !== undefined && at - this.#heardAt > SILENT_NS) this.reset();
    if (this.#protocol === undefined && at - this.#windowAt > WINDOW_NS) this.#openWindow(at);
    if (this.#protocol !== 'crsf' && this.#protocol !== 'ltm') this.#mavlink.push(bytes, start, end, this.#onMavlink);
    if (this.#protocol !== 'mavlink' && this.#protocol !== 'ltm') this.#crsf.push(bytes, start, end, this.#onCrsf);
    if (this.#protocol !== 'mavlink' && this.#protocol !== 'crsf') this.#ltm.push(bytes, start, end, this.#onLtm);
    if (this.#protocol === undefined) this.#decide(at);
  }

  #parser(name: FlightProtocol): MavlinkParser | CrsfParser | LtmParser {
    return name === 'mavlink' ? this.#mavlink : name === 'crsf' ? this.#crsf : this.#ltm;
  }

  #openWindow(at: Ns): void {
    this.#windowAt = at;
    Object.assign(this.#values, unknownFlights());
    this.#state = emptyVehicleState(0);
    this.#systemId = undefined;
    this.#linkStatistics = undefined;
    for (const name of FlightProtocols) this.#framesBefore[name] = this.#parser(name).frames;
  }

  #decide(at: Ns): void {
    for (const name of FlightProtocols) {
      if (this.#parser(name).frames - this.#framesBefore[name] < FRAMES_TO_TELL[name]) continue;
      this.#protocol = name;
      this.#heardAt = at;
      this.#emitHome(name);
      this.#emit(name);
      return;
    }
  }

  #emit(name: FlightProtocol): void {
    if (this.#protocol !== name) return;
    this.#heardAt = this.#at;
    this.#onRecord(this.#record('flight', { ...this.#values[name] }));
  }

  /** Home goes in place of where the air unit is, as RubyFPV sends it. */
  #emitHome(name: FlightProtocol): void {
    const { homeLatitudeDeg, homeLongitudeDeg } = this.#state;
    if (this.#protocol !== name || homeLatitudeDeg === null || homeLongitudeDeg === null) return;
    const home = { latitudeDeg: homeLatitudeDeg, longitudeDeg: homeLongitudeDeg, currentPosition: false };
    this.#onRecord(this.#record('flight', { ...this.#values[name], ...home, homePosition: true }));
  }

  #record(kind: 'flight' | 'message', values: FlightValues | MessageValues): TelemetryRecord {
    return { airUnit: this.airUnit, kind, packetType: 0, at: this.#at, values };
  }

  #takeCrsf(message: CrsfMessage): void {
    const values = this.#values.crsf;
    switch (message.kind) {
      case 'gps': {
        const { latitudeDeg, longitudeDeg, satellites } = message;
        values.satellites = satellites;
        values.gpsFix = satellites >= SATELLITES_FOR_FIX && (latitudeDeg !== 0 || longitudeDeg !== 0) ? 3 : 0;
        values.currentPosition = values.gpsFix === 3;
        values.latitudeDeg = latitudeDeg;
        values.longitudeDeg = longitudeDeg;
        values.groundSpeedMps = message.groundSpeedMps;
        values.altitudeAboveSeaM = message.altitudeAboveSeaM;
        // Betaflight sends no barometer: above sea level is what there is, and attitude tells the heading better.
        if (values.rollDeg === null) values.headingDeg = message.courseDeg;
        break;
      }
      case 'vario':
        values.verticalSpeedMps = message.verticalSpeedMps;
        break;
      case 'battery':
        values.voltageV = message.voltageV;
        values.currentA = message.currentA;
        values.consumedMah = message.consumedMah;
        break;
      case 'baro-altitude':
        values.altitudeM = message.altitudeM;
        values.verticalSpeedMps = message.verticalSpeedMps ?? values.verticalSpeedMps;
        break;
      case 'airspeed':
        values.airspeedMps = message.airspeedMps;
        break;
      case 'link-statistics': {
        const { kind: _, ...statistics } = message;
        this.#linkStatistics = statistics;
        values.rcRssiPercent = message.uplinkQualityPercent;
        break;
      }
      case 'attitude':
        values.rollDeg = message.rollDeg;
        values.pitchDeg = message.pitchDeg;
        values.headingDeg = wrapDeg(message.yawDeg);
        break;
      case 'flight-mode':
        readCrsfMode(message.text, values);
        break;
    }
    this.#emit('crsf');
  }

  #takeLtm(message: LtmMessage): void {
    const values = this.#values.ltm;
    switch (message.kind) {
      case 'G':
        values.latitudeDeg = message.latitudeDeg;
        values.longitudeDeg = message.longitudeDeg;
        values.currentPosition = message.gpsFix >= 2;
        values.groundSpeedMps = message.groundSpeedMps;
        values.altitudeM = message.altitudeM;
        values.gpsFix = message.gpsFix;
        values.satellites = message.satellites;
        this.#distance();
        break;
      case 'A':
        values.pitchDeg = message.pitchDeg;
        values.rollDeg = message.rollDeg;
        values.headingDeg = wrapDeg(message.headingDeg);
        break;
      case 'S':
        values.voltageV = message.voltageV;
        values.consumedMah = message.consumedMah;
        values.rcRssiPercent = message.rcRssiPercent;
        // Without a pitot tube it stays 0.
        values.airspeedMps = message.airspeedMps > 0 || values.airspeedMps !== null ? message.airspeedMps : null;
        values.armed = message.armed;
        values.rcFailsafe = message.failsafe;
        values.flightModeName = ltmFlightMode(message.flightMode);
        break;
      case 'O':
        if (!message.homeFix) return;
        this.#state.homeLatitudeDeg = message.homeLatitudeDeg;
        this.#state.homeLongitudeDeg = message.homeLongitudeDeg;
        this.#distance();
        this.#emitHome('ltm');
        break;
      case 'N':
        this.#heardAt = this.#at;
        return;
      case 'X':
        values.hdop = message.hdop;
        break;
    }
    this.#emit('ltm');
  }

  #distance(): void {
    const { homeLatitudeDeg, homeLongitudeDeg } = this.#state;
    const values = this.#values.ltm;
    if (!values.currentPosition || homeLatitudeDeg === null || homeLongitudeDeg === null) return;
    values.distanceM = distanceM(values.latitudeDeg, values.longitudeDeg, homeLatitudeDeg, homeLongitudeDeg);
  }

  #takeMavlink(frame: MavlinkFrame): void {
    const message = frame.componentId === AUTOPILOT ? readMavlinkMessage(frame) : undefined;
    if (message === undefined) return;
    this.#systemId ??= message.systemId;
    // Another aircraft on the same telemetry network.
    if (message.systemId !== this.#systemId) return;
    mergeMavlink(this.#state, message, this.#at);
    if (message.message === 'STATUSTEXT') {
      if (this.#protocol !== 'mavlink') return;
      this.#heardAt = this.#at;
      this.#onRecord(this.#record('message', { text: String(message.values['text']), chunk: 0 }));
      return;
    }
    copyState(this.#state, this.#values.mavlink);
    if (message.message === 'HOME_POSITION') this.#emitHome('mavlink');
    this.#emit('mavlink');
  }
}

/**
 * Betaflight, INAV and ArduPilot put a star behind the mode while disarmed; Betaflight and INAV then may say what keeps
 * them from arming instead. `!FS!` is a failsafe in flight.
 */
function readCrsfMode(text: string, values: FlightValues): void {
  const disarmed = text.endsWith('*') || text === 'OK' || text === 'WAIT' || text === '!ERR';
  const mode = text.endsWith('*') ? text.slice(0, -1) : text;
  values.armed = !disarmed;
  values.rcFailsafe = mode === '!FS!';
  values.flightModeName = mode === '' ? null : mode;
}

function copyState(state: VehicleState, values: FlightValues): void {
  values.armed = state.armed;
  values.flightModeName = state.flightMode;
  values.throttlePercent = state.throttlePercent;
  values.voltageV = state.voltageV;
  values.currentA = state.currentA;
  values.consumedMah = state.consumedMah;
  values.altitudeM = state.altitudeM;
  values.altitudeAboveSeaM = state.altitudeAboveSeaM;
  values.distanceM = state.distanceM;
  values.headingDeg = state.headingDeg;
  values.verticalSpeedMps = state.verticalSpeedMps;
  values.airspeedMps = state.airspeedMps;
  values.groundSpeedMps = state.groundSpeedMps;
  values.rollDeg = state.rollDeg;
  values.pitchDeg = state.pitchDeg;
  values.satellites = state.satellites;
  values.gpsFix = state.gpsFix;
  values.hdop = state.hdop;
  values.currentPosition = state.latitudeDeg !== null && state.longitudeDeg !== null;
  values.latitudeDeg = state.latitudeDeg ?? 0;
  values.longitudeDeg = state.longitudeDeg ?? 0;
  values.rcRssiPercent = state.rcRssiPercent;
  values.windHeadingDeg = state.windHeadingDeg;
  values.windSpeedMps = state.windSpeedMps;
}

const unknownFlights = (): Record<FlightProtocol, FlightValues> => ({
  mavlink: unknownFlight('mavlink'),
  crsf: unknownFlight('crsf'),
  ltm: unknownFlight('ltm'),
});

/** A flight of which nothing is known. Counters that only an air unit of RubyFPV has are 0. */
function unknownFlight(source: FlightValues['source']): FlightValues {
  return {
    source,
    armed: null,
    rcFailsafe: false,
    homePosition: false,
    currentPosition: false,
    flightMode: 0,
    flightModeName: null,
    throttlePercent: null,
    voltageV: null,
    currentA: null,
    altitudeM: null,
    altitudeAboveSeaM: null,
    distanceM: null,
    headingDeg: null,
    verticalSpeedMps: null,
    airspeedMps: null,
    groundSpeedMps: null,
    armTimeS: null,
    consumedMah: null,
    voltage2V: 0,
    current2A: 0,
    totalDistanceM: null,
    rollDeg: null,
    pitchDeg: null,
    satellites: null,
    gpsFix: null,
    hdop: null,
    latitudeDeg: 0,
    longitudeDeg: 0,
    temperatureC: null,
    heartbeatsPerSecond: 0,
    systemMessagesPerSecond: 0,
    serialKbps: 0,
    rcRssiPercent: null,
    satellites2: null,
    gpsFix2: null,
    hdop2: null,
    messagesPerSecond: 0,
    windHeadingDeg: null,
    windSpeedMps: null,
  };
}
