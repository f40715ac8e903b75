/** What went wrong in an operation somebody asked for; selects the advice shown. */
export type RadioErrorCode =
  | 'bad-argument'
  | 'no-such-file'
  | 'not-a-capture'
  | 'bad-link-type'
  | 'clip-missing'
  | 'no-permission'
  | 'no-adapter'
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
