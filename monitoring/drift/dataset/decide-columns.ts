import type { ColumnDrift, DriftCorrection, DriftReport } from '../../../contracts/index.js';
import { benjaminiHochberg, bonferroni } from '../univariate/multiplicity.js';
import { MEASURES } from '../univariate/registry.js';
import type { ComparedColumn } from './compared-column.js';

/** Level of the corrected p-values. */
export const DEFAULT_COLUMN_ALPHA = 0.05;

/**
 * The smallest effect that matters: one number for every column, or by the name of a test or of an
 * effect's measure; where there is none, the measure's own default. 0 turns it off.
 */
export type MinimumEffect = number | { readonly [measure: string]: number };

export interface DecisionRules {
  /** In (0, 1); default {@link DEFAULT_COLUMN_ALPHA}. */
  readonly alpha?: number;
  /** Default `bh`. */
  readonly correction?: DriftCorrection;
  readonly minimumEffect?: MinimumEffect;
  /** The data set has drifted when more than this share of its measured columns has; in [0, 1), default 0. */
  readonly share?: number;
}

const METHODS: { readonly [correction in DriftCorrection]: string } = {
  bh: 'benjamini-hochberg',
  bonferroni: 'bonferroni',
  none: 'uncorrected',
};

/**
 * The verdict on each column and on all of them.
 *
 * A column has drifted when its p-value, corrected over all measured columns, is at most α **and**
 * its effect is at least the smallest that matters. One condition alone alarms on nothing: p-values
 * of a million rows find every hair, effects of a hundred rows are noise. A column without a p-value
 * is `insufficient` and does not count.
 *
 * Under no drift and with independent rows, Benjamini–Hochberg and Bonferroni both keep the chance
 * of any drifted column at most α. `none` does not: of 30 columns one alarms four times out of five.
 *
 * @param columns - compared, in any order
 * @throws RangeError where a rule is out of range or names no measure
 * @example decideColumns([], {}).dataset.verdict; // 'insufficient'
 */
export function decideColumns(
  columns: readonly ComparedColumn[],
  rules: DecisionRules = {},
): Pick<DriftReport, 'dataset' | 'columns'> {
  const { alpha = DEFAULT_COLUMN_ALPHA, correction = 'bh', share: limit = 0 } = rules;
  checkDecisionRules(rules);
  const adjusted = correct(
    columns.map(({ pValue, effect }) => (effect.value === null ? null : pValue)),
    correction,
  );
  const decided = columns.map((column, i): ColumnDrift => {
    const effect = {
      ...column.effect,
      threshold: smallestEffectOf(column, rules.minimumEffect),
    };
    const adjustedPValue = adjusted[i] ?? null;
    const verdict =
      adjustedPValue === null || effect.value === null
        ? 'insufficient'
        : adjustedPValue <= alpha && effect.value >= effect.threshold
          ? 'drift'
          : 'no-drift';
    return { ...column, effect, adjustedPValue, alpha, verdict };
  });
  const measured = decided.filter(({ verdict }) => verdict !== 'insufficient').length;
  const drifted = decided.filter(({ verdict }) => verdict === 'drift').length;
  const share = measured === 0 ? null : drifted / measured;
  const verdict = share === null ? 'insufficient' : share > limit ? 'drift' : 'no-drift';
  return {
    dataset: { verdict, share, drifted, columns: measured, method: METHODS[correction] },
    columns: decided,
  };
}

function correct(
  pValues: readonly (number | null)[],
  correction: DriftCorrection,
): readonly (number | null)[] {
  if (correction === 'bh') return benjaminiHochberg(pValues);
  return correction === 'bonferroni' ? bonferroni(pValues) : pValues;
}

function smallestEffectOf(column: ComparedColumn, minimum: MinimumEffect | undefined): number {
  if (typeof minimum === 'number') return minimum;
  return minimum?.[column.test] ?? minimum?.[column.effect.measure] ?? column.effect.threshold;
}

/** @throws RangeError where a rule is out of range */
export function checkDecisionRules(rules: DecisionRules): void {
  const { alpha = DEFAULT_COLUMN_ALPHA, correction = 'bh', share = 0, minimumEffect = {} } = rules;
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in (0, 1), not ${alpha}`);
  if (!(share >= 0 && share < 1)) throw new RangeError(`share must be in [0, 1), not ${share}`);
  if (!Object.hasOwn(METHODS, correction)) {
    const names = Object.keys(METHODS).join(', ');
    throw new RangeError(`no correction is called '${correction}'; there are ${names}`);
  }
  const effects =
    typeof minimumEffect === 'number'
      ? [['smallest effect', minimumEffect] as const]
      : Object.entries(minimumEffect);
  for (const [name] of typeof minimumEffect === 'number' ? [] : effects) {
    if (MEASURES.some((measure) => [measure.name, measure.effectMeasure].includes(name))) continue;
    const names = MEASURES.map((measure) => measure.name).join(', ');
    throw new RangeError(`no test, distance or effect is called '${name}'; there are ${names}`);
  }
  for (const [name, value] of effects) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${name} must be a number ≥ 0, not ${value}`);
    }
  }
}
