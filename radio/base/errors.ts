/** What went wrong in an operation somebody asked for; selects the advice shown. */
export type RadioErrorCode =
  | 'bad-argument'
  | 'no-such-file'
  | 'not-a-capture'
  | 'bad-link-type'
  | 'clip-missing'
  | 'no-permission'
  | 'no-adapter'
  /** The adapter or its driver has no monitor mode, or is not in it. */
  | 'no-monitor'
  /** The regulatory domain forbids the channel, width or power. */
  | 'regulatory'
  /** A switch or a key combination keeps the adapter silent. */
  | 'rfkill'
  /** A program that is needed (iw, ip) is not installed. */
  | 'no-tool'
  | 'busy'
  | 'disk-full'
  | 'disk-slow'
  | 'radio-gone'
  | 'unsupported'
  | 'timeout';

/** Rejection of an operation: `code` for the program, `message` for the person, `cause` for the log. */
export class RadioError extends Error {
  readonly code: RadioErrorCode;

  constructor(code: RadioErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RadioError';
    this.code = code;
  }
}
