import { RadioError } from '../../base/errors.ts';
import { rightsCommand } from '../../base/rights.ts';
import type { Outcome } from './command.ts';

/** What was tried, for the words of a refusal. */
export interface Attempt {
  name: string;
  /** As in `cannot be tuned to 5825 MHz`. */
  what: string;
  /** It asked for a channel: an invalid argument then means that the channel is not to be had. */
  channel?: boolean;
  /** It asked for monitor mode. */
  monitor?: boolean;
}

/** Debian packages of the programs we call. */
const PACKAGES: Record<string, string> = { iw: 'iw', ip: 'iproute2' };

/** A program that we need is not there. */
export function notInstalled(command: string): RadioError {
  const name = PACKAGES[command] ?? command;
  return new RadioError('no-tool', `The program ${command} is needed for Wi-Fi adapters: sudo apt install ${name}`);
}

/** The interface is silenced by a switch. */
export function silenced(name: string, how: 'hard' | 'soft'): RadioError {
  const advice = how === 'hard' ? 'by a switch or key of this computer: turn it on there' : 'rfkill unblock wifi';
  return new RadioError('rfkill', `${name} is switched off (${how === 'hard' ? advice : `turn it on: ${advice}`}).`);
}

/** The command that gives the rights, for the process of now. */
export function noRights(name: string, cause?: unknown): RadioError {
  const command = rightsCommand(process.getuid?.() ?? 1000, process.getgid?.() ?? 1000, 'spinel start');
  const words = `${name}: setting a Wi-Fi adapter takes the rights CAP_NET_ADMIN and CAP_NET_RAW. Start Spinel with them: `;
  return new RadioError('no-permission', words + command, { cause });
}

/**
 * Says in words why `iw` or `ip` refused. They print the kernel's reason as a text and a number, such as
 * `command failed: Device or resource busy (-16)` and `RTNETLINK answers: Operation not permitted`.
 */
export function refusal(command: string, outcome: Outcome, attempt: Attempt): RadioError {
  if (outcome.missing) return notInstalled(command);
  const { name, what } = attempt;
  const said = outcome.stderr.replaceAll(/\s+/g, ' ').trim();
  const cause = new Error(`${command}: ${said}`);
  const says = (...texts: string[]) => texts.some((text) => said.includes(text));
  if (says('Operation not permitted', 'Permission denied')) return noRights(name, cause);
  if (says('RF-kill')) return new RadioError('rfkill', `${name} is switched off: rfkill unblock wifi`, { cause });
  if (says('No such device', 'Cannot find device', 'does not exist', 'No such wireless device')) {
    return new RadioError('no-adapter', `${name} is not there (any more).`, { cause });
  }
  if (attempt.channel && says('disabled', 'Invalid argument', 'not allowed', 'Operation not possible')) {
    const words = `${name} ${what}: the regulatory domain or the driver does not allow it (iw reg get shows the rules).`;
    return new RadioError('regulatory', words, { cause });
  }
  if (says('Device or resource busy')) {
    const words = `${name} ${what}: another program or another interface of the same adapter is using it.`;
    return new RadioError('busy', words, { cause });
  }
  if (attempt.monitor) {
    return new RadioError('no-monitor', `${name} ${what}: its driver refuses (${said || 'no reason given'}).`, {
      cause,
    });
  }
  return new RadioError('unsupported', `${name} ${what}: ${said || 'no reason given'}.`, { cause });
}
