/** A usage error: one sentence that names the option or argument. */
export class UsageError extends Error {}

/** Options of a subcommand: `flag` takes no value, `value` one, `values` all that follow up to the next option. */
export type OptionKinds = Readonly<Record<string, 'flag' | 'value' | 'values'>>;

export interface ParsedArguments {
  flags: ReadonlySet<string>;
  values: ReadonlyMap<string, string>;
  lists: ReadonlyMap<string, string[]>;
  /** What is no option, in order. `-` alone counts here; so does everything after `--`. */
  rest: string[];
}

/** Sorts arguments out. Throws UsageError for an unknown option, a missing or unwanted value, or an option given twice. */
export function parseArguments(args: readonly string[], kinds: OptionKinds): ParsedArguments {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (!isOption(arg)) {
      rest.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const inline = equals < 0 ? undefined : arg.slice(equals + 1);
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new UsageError(`unknown option ${name}`);
    if (kind === 'flag') {
      if (inline !== undefined) throw new UsageError(`${name} takes no value`);
      flags.add(name);
      continue;
    }
    if (kind === 'value') {
      const value = inline ?? args[++i];
      if (value === undefined || value === '' || isOption(value)) throw new UsageError(`${name} needs a value`);
      if (values.has(name)) throw new UsageError(`${name} is given twice`);
      values.set(name, value);
      continue;
    }
    const list = lists.get(name) ?? [];
    if (inline !== undefined) list.push(inline);
    else while (i + 1 < args.length && !isOption(args[i + 1] as string)) list.push(args[++i] as string);
    if (list.length === 0) throw new UsageError(`${name} needs at least one value`);
    lists.set(name, list);
  }
  return { flags, values, lists, rest };
}

/** Reads a whole number, decimal or 0x…, from `min` to `max`. Throws UsageError. */
export function parseNumber(name: string, text: string, min: number, max: number): number {
  const value = /^(\d+|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${name} ${text}: not a whole number from ${min} to ${max}`);
}

function isOption(arg: string): boolean {
  return arg.length > 1 && arg.startsWith('-');
}
