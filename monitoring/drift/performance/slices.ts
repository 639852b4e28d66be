import type { ColumnValues } from '../samples/column-values.js';
import { studentSurvival } from '../special/student-survival.js';
import { benjaminiHochberg } from '../univariate/multiplicity.js';
import { checkLevel } from './interval.js';
import { type CutColumn, cutColumn, type SliceCondition } from './slice-conditions.js';

/** A sub-population on which the model is worse than on the other rows. */
export interface WeakSlice {
  /** One condition, or two of different columns that hold together. */
  readonly conditions: readonly SliceCondition[];
  readonly rows: number;
  /** `rows` over all rows with a loss. */
  readonly support: number;
  readonly meanLoss: number;
  /** Mean loss of all the other rows. */
  readonly otherMeanLoss: number;
  /** (mean loss − mean loss of the others) / pooled standard deviation of the losses. */
  readonly effect: number;
  /** One-sided, of Welch's test that the slice is no worse than the others. */
  readonly pValue: number;
  /** After Benjamini–Hochberg over every slice that was looked at. */
  readonly adjustedPValue: number;
}

export interface SliceOptions {
  /** Slices with fewer rows are not looked at; default 30, never under 2. */
  readonly minRows?: number;
  /** Level of the corrected p-values; default 0.05. */
  readonly alpha?: number;
  /** Smallest effect that matters; default 0.2. */
  readonly smallestEffect?: number;
  /** Slices given back, the worst first; default 10. */
  readonly limit?: number;
}

export interface SliceSearch {
  readonly slices: readonly WeakSlice[];
  /** How many were tested: what the correction counts. */
  readonly tested: number;
}

/**
 * The worst sub-populations by a metric: every condition on one column and every pair of conditions
 * on two, tested against all other rows and corrected for how many were looked at.
 *
 * A pair is given only where it is worse than both of its conditions alone. Losses come from
 * `regressionLosses` or `classificationLosses`; a row whose loss is NaN is left out.
 *
 * @param columns - what slices may be made of, also columns that the model does not see
 * @param losses - one a row, higher is worse
 * @returns slices past `alpha` and `smallestEffect`, by effect
 * @throws RangeError on columns of other lengths, or options out of range
 * @see Y. Chung et al., Slice Finder: Automated Data Slicing for Model Validation, 2019
 */
export function worstSlices(
  columns: readonly { readonly name: string; readonly column: ColumnValues }[],
  losses: Float64Array,
  options: SliceOptions = {},
): SliceSearch {
  const { minRows = 30, alpha = 0.05, smallestEffect = 0.2, limit = 10 } = options;
  checkLevel(1 - alpha);
  for (const { name, column } of columns) {
    if (column.values.length !== losses.length) {
      throw new RangeError(
        `${name} has ${column.values.length} rows, there are ${losses.length} losses`,
      );
    }
  }
  const all = emptySums(1);
  for (const loss of losses) add(all, 0, loss);
  const cuts = columns.map(({ name, column }) => cutColumn(name, column));
  const singles = cuts.map((cut) => sumSingles(cut, losses));
  const candidates: Candidate[] = [];
  const consider = (conditions: readonly SliceCondition[], sums: Sums, at: number, parent = 0) => {
    const candidate = compare(conditions, sums, at, all);
    const isLarge = candidate.rows >= Math.max(2, minRows);
    if (isLarge && candidate.rows < (all.rows[0] ?? 0)) {
      candidates.push({ ...candidate, isWorseThanParts: candidate.meanLoss > parent });
    }
    return candidate.meanLoss;
  };
  const alone = cuts.map((cut, at) =>
    cut.conditions.map((condition, code) => consider([condition], singles[at] ?? all, code)),
  );
  cuts.forEach((first, i) => {
    cuts.slice(i + 1).forEach((second, offset) => {
      const sums = sumPairs(first, second, losses);
      first.conditions.forEach((a, codeA) => {
        second.conditions.forEach((b, codeB) => {
          const parts = [alone[i]?.[codeA] ?? 0, alone[i + 1 + offset]?.[codeB] ?? 0];
          const at = codeA * second.conditions.length + codeB;
          consider([a, b], sums, at, Math.max(...parts));
        });
      });
    });
  });
  const adjusted = benjaminiHochberg(candidates.map(({ pValue }) => pValue));
  const slices = candidates
    .map(({ isWorseThanParts, ...slice }, at) => ({
      slice: { ...slice, adjustedPValue: adjusted[at] ?? 1 },
      isWorseThanParts,
    }))
    .filter(
      ({ slice, isWorseThanParts }) =>
        isWorseThanParts && slice.adjustedPValue <= alpha && slice.effect >= smallestEffect,
    )
    .map(({ slice }) => slice)
    .sort((a, b) => b.effect - a.effect)
    .slice(0, limit);
  return { slices, tested: candidates.length };
}

type Candidate = Omit<WeakSlice, 'adjustedPValue'> & { readonly isWorseThanParts: boolean };

/** Rows, sum and sum of squares of the losses, for each of several slices. */
interface Sums {
  readonly rows: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

function emptySums(slices: number): Sums {
  return {
    rows: new Float64Array(slices),
    sum: new Float64Array(slices),
    squares: new Float64Array(slices),
  };
}

function add(sums: Sums, at: number, loss: number): void {
  if (Number.isNaN(loss)) return;
  sums.rows[at] = (sums.rows[at] ?? 0) + 1;
  sums.sum[at] = (sums.sum[at] ?? 0) + loss;
  sums.squares[at] = (sums.squares[at] ?? 0) + loss * loss;
}

function sumSingles(cut: CutColumn, losses: Float64Array): Sums {
  const sums = emptySums(cut.conditions.length);
  losses.forEach((loss, row) => {
    const code = cut.codes[row] ?? -1;
    if (code !== -1) add(sums, code, loss);
  });
  return sums;
}

function sumPairs(first: CutColumn, second: CutColumn, losses: Float64Array): Sums {
  const width = second.conditions.length;
  const sums = emptySums(first.conditions.length * width);
  for (let row = 0; row < losses.length; row += 1) {
    const [a, b] = [first.codes[row] ?? -1, second.codes[row] ?? -1];
    if (a !== -1 && b !== -1) add(sums, a * width + b, losses[row] ?? Number.NaN);
  }
  return sums;
}

function compare(
  conditions: readonly SliceCondition[],
  sums: Sums,
  at: number,
  all: Sums,
): Omit<Candidate, 'isWorseThanParts'> {
  const inside = moments(sums.rows[at] ?? 0, sums.sum[at] ?? 0, sums.squares[at] ?? 0);
  const total = all.rows[0] ?? 0;
  const outside = moments(
    total - inside.rows,
    (all.sum[0] ?? 0) - (sums.sum[at] ?? 0),
    (all.squares[0] ?? 0) - (sums.squares[at] ?? 0),
  );
  const difference = inside.mean - outside.mean;
  const spread = Math.sqrt((inside.variance + outside.variance) / 2);
  return {
    conditions,
    rows: inside.rows,
    support: total === 0 ? 0 : inside.rows / total,
    meanLoss: inside.mean,
    otherMeanLoss: outside.mean,
    effect: spread === 0 ? (difference > 0 ? Number.MAX_VALUE : 0) : difference / spread,
    pValue: welchOneSided(difference, inside, outside),
  };
}

function moments(rows: number, sum: number, squares: number) {
  const mean = rows === 0 ? 0 : sum / rows;
  const variance = rows < 2 ? 0 : Math.max(0, (squares - sum * mean) / (rows - 1));
  return { rows, mean, variance };
}

type LossMoments = ReturnType<typeof moments>;

function welchOneSided(difference: number, inside: LossMoments, outside: LossMoments): number {
  if (inside.rows < 2 || outside.rows < 2) return 1;
  const [a, b] = [inside.variance / inside.rows, outside.variance / outside.rows];
  if (a + b === 0) return difference > 0 ? 0 : 1;
  const freedom = (a + b) ** 2 / (a ** 2 / (inside.rows - 1) + b ** 2 / (outside.rows - 1));
  return studentSurvival(difference / Math.sqrt(a + b), freedom);
}
