/** One option of a detector: what it means, what it may be, and how a command line writes it. */
export interface DetectorOption<T extends OptionValue> {
  readonly default: T;
  /** For help and documentation: a phrase without a full stop. */
  readonly meaning: string;
  /** What is allowed, in words that follow "must be": `a number in (0, 1)`. */
  readonly range: string;
  readonly takes: (value: unknown) => value is T;
  /** Reads a command line's text; what comes out may still be out of range. */
  readonly read: (text: string) => unknown;
}

export type OptionValue = number | boolean | string | null;
export type DetectorOptions = { readonly [name: string]: DetectorOption<OptionValue> };

export type ValuesOf<S> = {
  readonly [K in keyof S]: S[K] extends DetectorOption<infer T> ? T : never;
};

/** A number between `above` and `below` (not included), or `from` and `to` (included). */
interface Interval {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}

export function numberOption(
  standard: number,
  interval: Interval,
  meaning: string,
): DetectorOption<number> {
  return {
    default: standard,
    meaning,
    range: `a number in ${written(interval)}`,
    takes: (value): value is number => typeof value === 'number' && within(value, interval),
    read: readNumber,
  };
}

/** A number that is estimated from the stream where it is not given. */
export function estimatedOption(
  interval: Interval,
  meaning: string,
): DetectorOption<number | null> {
  return {
    default: null,
    meaning,
    range: `a number in ${written(interval)}, or null for an estimate`,
    takes: (value): value is number | null =>
      value === null || (typeof value === 'number' && within(value, interval)),
    read: (text) => (text === 'null' ? null : readNumber(text)),
  };
}

export function countOption(
  standard: number,
  from: number,
  to: number,
  meaning: string,
): DetectorOption<number> {
  return {
    default: standard,
    meaning,
    range: `a whole number from ${from} to ${to}`,
    takes: (value): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to,
    read: readNumber,
  };
}

export function switchOption(standard: boolean, meaning: string): DetectorOption<boolean> {
  return {
    default: standard,
    meaning,
    range: 'true or false',
    takes: (value): value is boolean => typeof value === 'boolean',
    read: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  };
}

export function choiceOption<const T extends string>(
  standard: T,
  choices: readonly T[],
  meaning: string,
): DetectorOption<T> {
  return {
    default: standard,
    meaning,
    range: `one of ${choices.join(', ')}`,
    takes: (value): value is T => choices.some((choice) => choice === value),
    read: (text) => text,
  };
}

/**
 * Every option with its default, what was given in its place.
 *
 * @throws RangeError on an option that does not exist (the message lists those that do) or a value
 * out of its range
 */
export function compileOptions<S extends DetectorOptions>(
  detector: string,
  options: S,
  given: { readonly [name: string]: unknown },
): ValuesOf<S> {
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) {
      const names = Object.keys(options).join(', ');
      throw new RangeError(`${detector} has no option '${name}'; it has ${names}`);
    }
    if (value !== undefined && !option.takes(value)) {
      throw new RangeError(`${detector}: ${name} must be ${option.range}, not ${String(value)}`);
    }
  }
  const entries = Object.entries(options).map(([name, option]) => [
    name,
    given[name] === undefined ? option.default : given[name],
  ]);
  return Object.freeze(Object.fromEntries(entries)) as ValuesOf<S>;
}

function readNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function within(value: number, { from, above, to, below }: Interval): boolean {
  return (
    Number.isFinite(value) &&
    (from === undefined || value >= from) &&
    (above === undefined || value > above) &&
    (to === undefined || value <= to) &&
    (below === undefined || value < below)
  );
}

function written({ from, above, to, below }: Interval): string {
  const start = from === undefined ? `(${above ?? '−∞'}` : `[${from}`;
  const end = to === undefined ? `${below ?? '∞'})` : `${to}]`;
  return `${start}, ${end}`;
}
