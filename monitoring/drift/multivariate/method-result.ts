import type { MultivariateDrift } from '../../../contracts/drift-report.js';
import type { ResolvedOptions } from './options.js';

/** Rows that each side needs for a verdict: below it no relabelling says anything. */
export const MINIMUM_ROWS = 10;

/** What a method finds, before its verdict. */
export interface MethodResult {
  readonly statistic: number | null;
  /** `null` where no verdict is possible; the note says why. */
  readonly pValue: number | null;
  readonly note: string | null;
  readonly details: { readonly [name: string]: number };
}

/** `drift` where p ≤ α and the statistic reaches the smallest effect; `insufficient` without p. */
export function withVerdict(
  method: string,
  columns: readonly string[],
  result: MethodResult,
  options: ResolvedOptions,
): MultivariateDrift {
  const { statistic, pValue } = result;
  const { alpha } = options;
  const matters = (statistic ?? 0) >= (options.smallestEffect ?? 0);
  const significant = pValue !== null && pValue <= alpha;
  const small = significant && !matters ? 'significant, but below the smallest effect' : null;
  return {
    method,
    columns,
    statistic,
    pValue,
    alpha,
    verdict: pValue === null ? 'insufficient' : significant && matters ? 'drift' : 'no-drift',
    note: joined([result.note, small]),
    details: result.details,
  };
}

export function insufficient(note: string, statistic: number | null = null): MethodResult {
  return { statistic, pValue: null, note, details: {} };
}

/** `null` where there are rows enough, else the result that says so. */
export function tooFewRows(reference: number, current: number): MethodResult | null {
  if (Math.min(reference, current) >= MINIMUM_ROWS) return null;
  return insufficient(
    `${reference} reference and ${current} current rows; ${MINIMUM_ROWS} of each are needed`,
  );
}

/** Sentences as one note; `null` where there is none. */
export function joined(notes: readonly (string | null)[]): string | null {
  const present = notes.filter((note) => note !== null);
  return present.length === 0 ? null : present.join('; ');
}
