/** How many rows, and the sum of their errors. */
export interface ErrorSum {
  readonly rows: number;
  readonly sum: number;
}

/** A rise of the errors that a detector found, and what came after it. */
export interface ErrorRise {
  /** Event time of the row at which it was found. */
  readonly foundMs: number;
  /** Event time of the first row after the change. */
  readonly fromMs: number;
  /** Mean error before. */
  readonly before: number;
  /** Mean error from the change to the row at which it was found. */
  readonly after: number;
  /** All rows since the change. */
  readonly since: ErrorSum;
}

/** A smaller rise is none to act on, however sure: as `worseThan` by default. */
export const SMALLEST_RISE = 0.1;

export const NO_ERRORS: ErrorSum = { rows: 0, sum: 0 };

export function plus(a: ErrorSum, b: ErrorSum): ErrorSum {
  return { rows: a.rows + b.rows, sum: a.sum + b.sum };
}

export function minus(a: ErrorSum, b: ErrorSum): ErrorSum {
  return { rows: Math.max(0, a.rows - b.rows), sum: Math.max(0, a.sum - b.sum) };
}

/** @returns `null` of no rows */
export function meanOf({ rows, sum }: ErrorSum): number | null {
  return rows === 0 ? null : sum / rows;
}

/** Whether errors are nearer to what they were before a rise than to what they became. */
export function isBack({ before, after }: ErrorRise, errors: ErrorSum): boolean {
  const mean = meanOf(errors);
  return mean !== null && mean < (before + after) / 2;
}
