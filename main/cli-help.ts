export const HELP = `Spinel, a ground station for open digital FPV links.

Usage: spinel COMMAND [options]

  decode CAPTURE...   turn radio captures into video and telemetry files
  start               open the ground station
  demo                open it with a simulated flight
  radios              list Wi-Fi interfaces and whether they can be used
  scan                search for air units
  capture             write what the interfaces hear to a file
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

  --interface NAME... listen with these Wi-Fi interfaces at once, 1 to 8; they are given back at the end
  --frequency MHZ     the channel they listen to, such as 5825; needed with --interface
  --width MHZ         its width: 5, 10, 20 or 40; default 20
  --air-unit ID       RubyFPV air unit, decimal or 0x...; default: the first whose video is heard
`;

export const DEMO_HELP = `Usage: spinel demo [options]

Opens the ground station with a simulated air unit in flight.

  --headless          serve the interface on 127.0.0.1 instead of opening a window
  --port N            port to serve it on, 0 to 65535; 0 takes a free one
  --no-open           do not open the browser
`;

export const RADIOS_HELP = `Usage: spinel radios [--json]

Lists the Wi-Fi interfaces of this computer, what they are, the channels they may use, and for those that cannot be used
why not and what helps.

Exit codes: 0 at least one can be used, 1 usage error or the list cannot be had, 2 none can be used.
`;

export const SCAN_HELP = `Usage: spinel scan [options]

Searches for air units on every channel that the interfaces may use, last known channels first: RubyFPV by what they say of
themselves, wfb-ng and OpenIPC by the headers of their frames. Ends after one round over all channels. Interfaces are put into
monitor mode meanwhile, and given back.

  --interface NAME... search with these Wi-Fi interfaces, 1 to 8; default: all that can be used
  --frequency MHZ...  only these channels
  --seconds N         search for this long instead, 1 to 86400
  --json              the result as JSON

Exit codes: 0 found, 1 usage error or the radios cannot be used, 2 nothing found (and what was heard instead).
`;

export const CAPTURE_HELP = `Usage: spinel capture --out FILE.pcapng [options]

Writes every frame that the interfaces hear to one pcapng file, one interface block for each, until Ctrl+C. What it wrote can
be read at any time; spinel decode reads it.

  --out FILE          where to; - for stdout
  --interface NAME... listen with these Wi-Fi interfaces, 1 to 8; default: all that can be used
  --frequency MHZ     the channel; default: where an air unit was last, or 5825
  --seconds N         end after this time, 1 to 86400

Exit codes: 0 frames were written, 1 usage or output error or the radios cannot be used, 2 there were no frames.
`;
