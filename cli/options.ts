import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { formatEventTime, NAME_PATTERN, parseEventTimeMs } from '../contracts/index.js';
import { UsageError } from './errors.js';

/** Reads an option that is a count: a whole number from 1. */
export function readCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('it must be a whole number from 1');
  }
  return value;
}

/** Reads an option that is an event time; the result is RFC 3339 in UTC. */
export function readEventTime(text: string): string {
  const ms = parseEventTimeMs(text);
  if (ms === null) {
    throw new InvalidArgumentError('it must be a time such as 2011-07-01 or 2011-07-01T05:00:00Z');
  }
  return formatEventTime(ms);
}

/** Adds one `--param name=value`; a value may hold further `=`. */
export function readParam(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('it must be written name=value');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Reads a reason: what is kept of it is text of 1 to 2,000 characters. */
export function readReason(text: string): string {
  if (text.trim() === '' || text.length > 2_000) {
    throw new InvalidArgumentError('it must be text of 1 to 2,000 characters');
  }
  return text;
}

export interface VersionName {
  readonly model: string;
  readonly version: number;
}

/**
 * Reads `bike-demand@3` or `bike-demand@v3`.
 *
 * @throws UsageError when the text is something else
 */
export function readVersionName(text: string): VersionName {
  const match = /^([^@]+)@v?([1-9]\d{0,8})$/.exec(text);
  const [, model = '', version = ''] = match ?? [];
  if (match === null || !NAME_PATTERN.test(model)) {
    throw new UsageError(
      `${text} does not name a version`,
      'write NAME@VERSION, such as bike-demand@3; millrace models lists the names',
    );
  }
  return { model, version: Number(version) };
}

/** Reads a `--to` version: `3` or `v3`. */
export function readVersionNumber(text: string): number {
  const match = /^v?([1-9]\d{0,8})$/.exec(text);
  if (match === null) throw new InvalidArgumentError('it must be a version number such as 3');
  return Number(match[1]);
}

/** Who asks for a change, as the ledger names them. */
export function currentActor(): string {
  try {
    return `user:${userInfo().username}`;
  } catch {
    // A container may run under a user id that has no name.
    return `user:${process.getuid?.() ?? 'unknown'}`;
  }
}
