import type { NumericValues } from '../samples/column-values.js';
import { benjaminiHochberg } from '../univariate/multiplicity.js';
import { findMeasure } from '../univariate/registry.js';
import type { FeatureImportance } from './permutation-importance.js';

/** How the importance of one column moved between two windows. */
export interface ImportanceChange {
  readonly name: string;
  readonly reference: number;
  readonly current: number;
  /** Of Welch's test that both windows have one importance; `null` with too few rows. */
  readonly pValue: number | null;
  readonly adjustedPValue: number | null;
  readonly verdict: 'drift' | 'no-drift' | 'insufficient';
}

export interface ImportanceDrift {
  readonly verdict: 'drift' | 'no-drift' | 'insufficient';
  /**
   * Agreement of the two rankings: normalised discounted cumulative gain of the reference's
   * importances in the current order, in [0, 1]; 1 is the same order. `null` where no column matters.
   */
  readonly rankAgreement: number | null;
  readonly columns: readonly ImportanceChange[];
}

/**
 * Whether the model leans on other columns than it did: a sign of concept drift that needs labels
 * but no threshold on performance.
 *
 * A column has drifted when the increases of the loss by row differ beyond chance (Welch's test,
 * Benjamini–Hochberg over the columns) **and** its importance moved by more than `smallestChange` of
 * the largest importance. Both windows must be measured with the same model and the same loss.
 *
 * @param reference - from `permutationImportance` on the one window
 * @param current - on the other, with the same columns in the same order
 * @param options.alpha - default 0.05
 * @param options.smallestChange - share of the largest importance, ≥ 0; default 0.1
 * @throws RangeError when the windows have other columns
 * @see K. Järvelin, J. Kekäläinen, Cumulated Gain-based Evaluation of IR Techniques, 2002 (for the
 * rank agreement)
 */
export function importanceDrift(
  reference: readonly FeatureImportance[],
  current: readonly FeatureImportance[],
  options: { readonly alpha?: number; readonly smallestChange?: number } = {},
): ImportanceDrift {
  const { alpha = 0.05, smallestChange = 0.1 } = options;
  const names = (side: readonly FeatureImportance[]) => side.map(({ name }) => name).join(', ');
  if (names(reference) !== names(current)) {
    throw new RangeError(`importances of other columns: ${names(reference)}; ${names(current)}`);
  }
  const pairs = reference.map((before, at) => ({ before, after: current[at] ?? before }));
  const largest = Math.max(
    0,
    ...pairs.flatMap(({ before, after }) => [before.importance, after.importance].map(Math.abs)),
  );
  const welch = findMeasure('t-test');
  const pValues = pairs.map(
    ({ before, after }) => welch.compare(numeric(before), numeric(after)).pValue,
  );
  const adjusted = benjaminiHochberg(pValues);
  const columns = pairs.map(({ before, after }, at): ImportanceChange => {
    const adjustedPValue = adjusted[at] ?? null;
    const moved = Math.abs(after.importance - before.importance);
    const isDrift =
      adjustedPValue !== null && adjustedPValue <= alpha && moved > smallestChange * largest;
    return {
      name: before.name,
      reference: before.importance,
      current: after.importance,
      pValue: pValues[at] ?? null,
      adjustedPValue,
      verdict: adjustedPValue === null ? 'insufficient' : isDrift ? 'drift' : 'no-drift',
    };
  });
  const has = (verdict: ImportanceChange['verdict']) =>
    columns.some((column) => column.verdict === verdict);
  return {
    verdict: has('drift') ? 'drift' : has('no-drift') ? 'no-drift' : 'insufficient',
    rankAgreement: rankAgreement(pairs),
    columns,
  };
}

function numeric({ increases }: FeatureImportance): NumericValues {
  return { kind: 'numeric', values: increases };
}

function rankAgreement(
  pairs: readonly { readonly before: FeatureImportance; readonly after: FeatureImportance }[],
): number | null {
  const gain = (side: 'before' | 'after') =>
    [...pairs]
      .sort((a, b) => b[side].importance - a[side].importance)
      .reduce(
        (sum, { before }, rank) => sum + Math.max(0, before.importance) / Math.log2(rank + 2),
        0,
      );
  const best = gain('before');
  return best === 0 ? null : gain('after') / best;
}
