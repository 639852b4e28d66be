import { formatEventDate } from '../../contracts/index.js';

/**
 * Times inside an expression. cel-js's own timestamps are `Date` objects recognised by constructor,
 * which Temporal's workflow sandbox replaces; these work in both places and know no time zone.
 */
export class Timestamp {
  constructor(readonly ms: number) {}

  /** RFC 3339 in UTC; a midnight is its date. */
  toText(): string {
    return formatEventDate(this.ms);
  }
}

export class Duration {
  constructor(readonly ms: number) {}

  /** The largest unit that divides it, as {@link parseDurationMs} reads: `4320h`, `90s`, `-30m`. */
  toText(): string {
    const sign = this.ms < 0 ? '-' : '';
    const size = Math.abs(this.ms);
    for (const [unit, ms] of UNITS) {
      if (size >= ms && size % ms === 0) return `${sign}${size / ms}${unit}`;
    }
    return `${sign}${size}ms`;
  }
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Years 0001–9999: what RFC 3339 can write. */
export const TIMESTAMP_RANGE_MS = { min: -62_135_596_800_000, max: 253_402_300_799_999 } as const;
