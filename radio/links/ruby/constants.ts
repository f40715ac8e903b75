/** Header flags byte. Source: rubyfpv-link.md 2.1. */
export const Flag = {
  componentMask: 0x07,
  headerCrcOnly: 0x08,
  retransmitted: 0x10,
  scrambled: 0x40,
  highPriority: 0x80,
} as const;

/** Bits 0 to 2 of the flags: which part of the peer a packet is for. Source: rubyfpv-link.md 2.1. */
export const Component = { local: 0, video: 1, telemetry: 2, commands: 3, rc: 4, ruby: 5, audio: 6 } as const;

/** Upper 4 bits of the stream word. Source: rubyfpv-link.md 2.2. */
export const StreamId = { data: 0, telemetry: 1, audio: 2, data2: 3, video: 4 } as const;

/** How many stream ids the 4-bit field can name. */
export const STREAM_IDS = 16;

/** Extended flags (header offset 10). Source: rubyfpv-link.md 2. */
export const ExtendedFlag = { fastLinksOnly: 0x0100, slowLinksOnly: 0x0200 } as const;

/** Packet types on air. Source: rubyfpv-link.md 3. */
export const PacketType = {
  pingClock: 3,
  pingClockReply: 4,
  radioReinitialized: 5,
  modelSettings: 6,
  pairingRequest: 7,
  pairingConfirmation: 8,
  radioConfigUpdated: 9,
  command: 11,
  commandResponse: 12,
  logFileSegment: 13,
  message: 14,
  alarm: 15,
  audioSegment: 18,
  videoRequestPackets: 20,
  videoData: 22,
  rcFullFrame: 25,
  debugInfo: 28,
  telemetryShort: 29,
  telemetryExtended: 30,
  fcTelemetry: 31,
  fcTelemetryExtended: 32,
  rcTelemetry: 33,
  fcRcChannels: 34,
  txHistory: 37,
  rxCardsStats: 38,
  videoBitrateHistory: 39,
  telemetryRawDownload: 41,
  telemetryRawUpload: 42,
  telemetryMsp: 43,
  auxDataUpload: 45,
  auxDataDownload: 46,
  radioRxHistory: 48,
  relayRadioInfo: 49,
  vehicleRecording: 50,
  testRadioLink: 51,
  adaptiveVideoParams: 60,
  adaptiveVideoParamsAck: 61,
  sikConfig: 70,
  negotiateRadioLinks: 72,
  otaUpdateStatus: 75,
} as const;

/** Longest Ruby packet, header included. Source: rubyfpv-link.md 2, "Limits". */
export const MAX_PACKET_LEN = 1500;
