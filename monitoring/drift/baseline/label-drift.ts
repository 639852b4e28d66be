import type { LabelDrift } from '../../../contracts/index.js';
import type { ColumnValues } from '../samples/column-values.js';
import { countCategories } from '../samples/column-values.js';
import { chiSquared } from '../univariate/chi-squared.js';
import { poolRareCategories } from '../univariate/contingency-table.js';
import { totalVariationDistance } from '../univariate/total-variation.js';
import { measurePredictionDrift } from './prediction-drift.js';
import type { ColumnProfile, HoldoutAnswers } from './profile.js';

/** Answers to one label count as moved from here on: one row in ten is answered otherwise. */
export const SMALLEST_ANSWER_SHIFT = 0.1;

/** Level over all labels together (Bonferroni). */
const ALPHA = 0.01;

/** Rows of a label without which it says nothing, in the window and on the hold-out. */
const MIN_LABEL_ROWS = 20;

/** Labels of a window, and the model's answers to the same rows. */
export interface LabelledAnswers {
  readonly labels: ColumnValues;
  readonly predictions: ColumnValues;
}

/**
 * Whether labels moved: their Jensen–Shannon distance from the reference's, judged as predictions are,
 * past the configured distance **and** past its calibrated range. And whether the model still answers
 * each label as it did on the hold-out.
 *
 * Where only P(Y) moved and P(X | Y) is stable, P(Ŷ | Y) is stable too, for the model is the same: a
 * label that is now answered otherwise tells that more than the shares of labels moved. Only classes
 * can be told apart like that; for a regression it stays `unknown`.
 *
 * @param target - the profile of the labels
 * @param holdout - what the model answered on the hold-out; `undefined` where it is not known
 * @param distance - the smallest distance that matters, in [0, √ln 2]
 * @see Z. C. Lipton, Y.-X. Wang, A. Smola, Detecting and Correcting for Label Shift with Black Box
 * Predictors, 2018, §3
 */
export function measureLabelDrift(
  target: ColumnProfile,
  holdout: HoldoutAnswers | undefined,
  { labels, predictions }: LabelledAnswers,
  minRows: number,
  distance: number,
): LabelDrift {
  const drift = measurePredictionDrift(target, labels, minRows, distance);
  return { ...drift, answersPerLabel: answersPerLabel(holdout, labels, predictions) };
}

function answersPerLabel(
  holdout: HoldoutAnswers | undefined,
  labels: ColumnValues,
  predictions: ColumnValues,
): LabelDrift['answersPerLabel'] {
  if (holdout === undefined || labels.kind === 'numeric' || predictions.kind === 'numeric') {
    return 'unknown';
  }
  const tests = holdout.flatMap(({ label, answers }) => {
    const rows = predictions.values.filter((_, row) => labels.values[row] === label);
    return comparable(answers, countCategories(rows));
  });
  if (tests.length === 0) return 'unknown';
  const moved = tests.some(
    ({ pValue, shift }) => pValue <= ALPHA / tests.length && shift >= SMALLEST_ANSWER_SHIFT,
  );
  return moved ? 'moved' : 'stable';
}

function comparable(
  before: readonly { readonly value: string; readonly rows: number }[],
  now: ReadonlyMap<string, number>,
): readonly { readonly pValue: number; readonly shift: number }[] {
  const known = new Map(before.map(({ value, rows }) => [value, rows]));
  const names = [...new Set([...known.keys(), ...now.keys()])];
  const [reference, current] = [known, now].map((counts) =>
    names.map((name) => counts.get(name) ?? 0),
  ) as [number[], number[]];
  const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  if (Math.min(total(reference), total(current)) < MIN_LABEL_ROWS) return [];
  const pooled = poolRareCategories(reference, current);
  const { pValue } = chiSquared(pooled.reference, pooled.current);
  return [{ pValue, shift: totalVariationDistance(reference, current) }];
}
