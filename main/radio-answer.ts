import type { RadioState } from './radio-process.ts';

/**
 * Answer to `/radio.json`: where the radio is, or 503 and why not. `url` and `token` are empty in Electron, where ports
 * come by message.
 */
export function radioAnswer(state: RadioState | undefined): { status: number; body: string } {
  if (state?.phase === 'up') {
    const { generation, url, token } = state;
    return { status: 200, body: JSON.stringify({ generation, url, token: url === '' ? '' : token }) };
  }
  const failed = state?.phase === 'failed';
  const detail = state !== undefined && 'detail' in state ? state.detail : 'the radio process is not running';
  return { status: 503, body: JSON.stringify({ phase: failed ? 'failed' : 'starting', detail }) };
}
