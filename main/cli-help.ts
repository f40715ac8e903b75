export const HELP = `Spinel, a ground station for open digital FPV links.

Usage: spinel COMMAND [options]

  decode CAPTURE...   turn radio captures into video and telemetry files
  start               open the ground station
  demo                open it with a simulated flight
  COMMAND --help      options of a command

  -h, --help          this text
  -v, --version       version number
`;

export const DECODE_HELP = `Usage: spinel decode CAPTURE... [options]

Decodes captures (pcap or pcapng, link type 127 or 105; - is stdin). Each capture is one adapter; frames are merged by
capture time. Without any output option the report goes to stdout. FILE may be - for stdout.

  --out FILE          the elementary stream (Annex B) exactly as the air unit's encoder gave it
  --telemetry FILE    telemetry, one JSON object a line
  --json FILE         the report
  --air-unit ID       RubyFPV air unit, decimal or 0x...; default: the first whose video is heard
  --link auto|rubyfpv|wfb
                      radio link; default: what the frames say

  --key FILE, --link-id N, --port N, --payloads FILE and --link wfb come with wfb-ng, which this version cannot decode.

Exit codes: 0 found and written, 1 usage or input error, 2 nothing to decode.
`;

export const START_HELP = `Usage: spinel start [options]

  --headless          serve the interface on 127.0.0.1 instead of opening a window
  --port N            port to serve it on, 0 to 65535; 0 takes a free one
  --play FILE...      play captures instead of listening to adapters
  --loop              start over at the end of the captures
  --no-open           do not open the browser
`;

export const DEMO_HELP = `Usage: spinel demo [options]

Opens the ground station with a simulated air unit in flight.

  --headless          serve the interface on 127.0.0.1 instead of opening a window
  --port N            port to serve it on, 0 to 65535; 0 takes a free one
  --no-open           do not open the browser
`;
