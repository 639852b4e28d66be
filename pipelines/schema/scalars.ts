import * as z from 'zod';
import { NAME_PATTERN, parseDurationMs } from '../../contracts/index.js';
import { OpenValue } from '../steps/open-value.js';
import { HINT_MARK } from './closed.js';

const DURATION_PATTERN = /^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/;
const PERCENT_PATTERN = /^\d+(\.\d+)?%$/;

/** `90s`, `1h30m`, `7d`; a day is 24 hours. */
export function duration(limits: { readonly minMs?: number; readonly maxMs?: number } = {}) {
  const { minMs = 0, maxMs = MAX_DURATION_MS } = limits;
  return text('a duration such as 90s, 30m, 1h30m or 7d')
    .regex(DURATION_PATTERN, {
      error: `not a duration${HINT_MARK}write a number and a unit of ms s m h d w: 90s, 1h30m, 7d`,
    })
    .refine((value) => inRange(parseDurationMs(value), minMs, maxMs), {
      error: `the duration is out of range${HINT_MARK}from ${plain(minMs)} to ${plain(maxMs)}`,
      abort: true,
    })
    .meta({ examples: ['90s', '1h30m', '7d'] });
}

const MAX_DURATION_MS = 3_650 * 86_400_000;

function inRange(ms: number | null, min: number, max: number): boolean {
  // What is no duration at all has its own message.
  return ms === null || (ms >= min && ms <= max);
}

function plain(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** A share: `10%`, or a number in [0, 1]. */
export const share = z
  .union([z.number().min(0).max(1), z.string().regex(PERCENT_PATTERN)], {
    error: `not a share${HINT_MARK}write a percentage such as 10%, or a number from 0 to 1`,
  })
  // A number has been judged above.
  .refine((value) => typeof value === 'number' || readShare(value) <= 1, {
    error: `the share is more than 100 %${HINT_MARK}from 0% to 100%`,
  })
  .meta({ examples: ['10%', 0.1] });

export function readShare(value: string | number): number {
  if (typeof value === 'number') return value;
  // Through a decimal shift, so that 10% is 0.1 to the last bit.
  return Number(`${value.slice(0, -1)}e-2`);
}

/** A multiple: `300%`, or a number above 0. */
export const ratio = z
  .union([z.number().gt(0).max(1e6), z.string().regex(PERCENT_PATTERN)], {
    error: `not a multiple${HINT_MARK}write a percentage such as 50% or 300%, or a number above 0`,
  })
  .refine((value) => typeof value === 'number' || readShare(value) > 0, {
    error: 'the multiple is 0',
  })
  .meta({ examples: ['50%', 3] });

const BYTE_UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;
const BYTES_PATTERN = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB|TiB)$/;

/** A size: `512MiB`, `2GiB`. */
export const bytes = text('a size such as 512MiB or 2GiB')
  .regex(BYTES_PATTERN, {
    error: `not a size${HINT_MARK}write a number and a unit of B KiB MiB GiB TiB: 2GiB`,
  })
  .meta({ examples: ['512MiB', '2GiB'] });

export function readBytes(value: string): number {
  const match = BYTES_PATTERN.exec(value);
  const unit = match?.[2] as keyof typeof BYTE_UNITS | undefined;
  return unit === undefined ? 0 : Math.round(Number(match?.[1]) * BYTE_UNITS[unit]);
}

export function text(what: string) {
  return z.string({
    error: (issue) =>
      issue.input === undefined ? undefined : `expected ${what}, found ${describe(issue.input)}`,
  });
}

/** Names of pipelines and models. */
export function slug(what: string) {
  return text(`a ${what} name`)
    .max(63, { error: `the ${what} name is longer than 63 characters` })
    .regex(NAME_PATTERN, {
      error: `not a ${what} name${HINT_MARK}lower-case letters, digits and single hyphens: bike-demand`,
    });
}

/** @example describe(3); // 'the number 3' */
export function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value.length > 40 ? 'text' : `the text ${JSON.stringify(value)}`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return value instanceof OpenValue ? 'an expression' : 'a mapping';
  }
}
