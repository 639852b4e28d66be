import { parseDurationMs } from '../../../contracts/index.js';

/** What of `Fields` was given, so that the plan of a file that names none of them stays what it was. */
export function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}

/** Applies `read` to what is there. */
export function when<Value, Result>(
  value: Value | undefined,
  read: (value: Value) => Result,
): Result | undefined {
  return value === undefined ? undefined : read(value);
}

export const milliseconds = (text: string): number => parseDurationMs(text) ?? 0;
