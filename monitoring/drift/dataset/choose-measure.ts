import type { DriftColumnKind } from '../../../contracts/index.js';

/** A column of numbers with at most this many distinct values is compared by their counts. */
export const MAX_DISCRETE_VALUES = 10;

/** Up to this many rows on both sides together two categories are compared exactly. */
export const FISHER_ROWS = 2_000;

/** Below this smallest expected count two categories are compared exactly however many rows. */
export const FISHER_EXPECTED = 10;

/** What the choice of a test depends on. */
export interface ChoiceFacts {
  readonly kind: Exclude<DriftColumnKind, 'vector'>;
  /** Rows with a value. */
  readonly referenceRows: number;
  readonly currentRows: number;
  /** Distinct values of both sides together; a count may stop past {@link MAX_DISCRETE_VALUES}. */
  readonly distinct: number;
  /** Smallest expected count of the two categories' table, where it is known; default 0. */
  readonly smallestExpected?: number;
}

/**
 * The test that compares a column where none was named.
 *
 * | kind | values | test |
 * |---|---|---|
 * | numeric | more than 10 distinct | Kolmogorov–Smirnov |
 * | numeric | 3 to 10 distinct | chi-squared of their counts: ties would make Kolmogorov–Smirnov blunt |
 * | date, text | any | Kolmogorov–Smirnov (of ms; of lengths and of unseen tokens) |
 * | categorical | 3 or more, once rare ones are pooled | chi-squared |
 * | boolean, any of two values | up to 2,000 rows, or fewer than 10 expected | Fisher's exact test |
 * | boolean, any of two values | more | z-test of the shares |
 *
 * @returns its name in the registry
 * @example chooseMeasure({ kind: 'numeric', referenceRows: 900, currentRows: 900, distinct: 700 });
 * // 'kolmogorov-smirnov'
 */
export function chooseMeasure(facts: ChoiceFacts): string {
  const { kind, distinct } = facts;
  if (kind === 'date' || kind === 'text') return 'kolmogorov-smirnov';
  if (kind === 'numeric' && distinct > MAX_DISCRETE_VALUES) return 'kolmogorov-smirnov';
  if (distinct > 2) return 'chi-squared';
  const isSmall =
    facts.referenceRows + facts.currentRows <= FISHER_ROWS ||
    (facts.smallestExpected ?? 0) < FISHER_EXPECTED;
  return isSmall ? 'fisher-exact' : 'z-test';
}
