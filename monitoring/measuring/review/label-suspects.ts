import type { LabelSuspect } from '../../../contracts/index.js';
import type { LoggedRow } from '../../../models/predictions/ports.js';
import { distanceOf, spreadOf } from './spread.js';

/** An error so many spreads from the usual one is more than bad luck. */
const FAR_ERROR = 6;

/**
 * Labelled predictions whose label is probably wrong, the surest first.
 *
 * Of classes by confident learning: a class is confident of a row when its probability reaches the
 * mean that it has among the rows labelled with it. A row is a suspect when the likeliest of the
 * confident classes is not its label; its strength is by how much that class is likelier. The
 * predictions were made before the labels came, so they are out of sample. Of numbers: an error of
 * at least 6 spreads (1.4826 · median absolute deviation) from the median error.
 *
 * @param classes - of the signature, in the order of the probabilities; absent for a regression
 * @see C. Northcutt, L. Jiang, I. Chuang, Confident Learning: Estimating Uncertainty in Dataset
 * Labels, Journal of Artificial Intelligence Research 70, 2021
 */
export function labelSuspects(
  rows: readonly LoggedRow[],
  classes: readonly (string | number | boolean)[] | undefined,
): readonly LabelSuspect[] {
  const suspects = classes === undefined ? ofNumbers(rows) : ofClasses(rows, classes);
  return suspects.sort((a, b) => b.strength - a.strength || (a.id < b.id ? -1 : 1));
}

function ofClasses(
  rows: readonly LoggedRow[],
  classes: readonly (string | number | boolean)[],
): LabelSuspect[] {
  const classOf = new Map(classes.map((value, index) => [String(value), index]));
  const labelled = rows.flatMap((row) => {
    const label = classOf.get(String(row.label));
    return label === undefined || row.probabilities === null
      ? []
      : [{ row, label, probabilities: row.probabilities }];
  });
  const thresholds = classes.map((_, index) =>
    mean(labelled.flatMap((it) => (it.label === index ? (it.probabilities[index] ?? []) : []))),
  );
  return labelled.flatMap(({ row, label, probabilities }) => {
    const confident = probabilities.flatMap((value, index) =>
      value >= (thresholds[index] ?? Number.NaN) ? [index] : [],
    );
    const likeliest = confident.reduce<number | null>(
      (best, index) =>
        best === null || (probabilities[index] ?? 0) > (probabilities[best] ?? 0) ? index : best,
      null,
    );
    const value = likeliest === null ? undefined : classes[likeliest];
    if (likeliest === null || likeliest === label || value === undefined) return [];
    const [likely, own] = [probabilities[likeliest] ?? 0, probabilities[label] ?? 0];
    if (likely <= own) return [];
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const detail = `${percent(likely)} for ${value}, ${percent(own)} for the label`;
    return suspect(row, value, likely - own, detail);
  });
}

function ofNumbers(rows: readonly LoggedRow[]): LabelSuspect[] {
  const errors = rows.flatMap((row) =>
    typeof row.label === 'number' && typeof row.prediction === 'number'
      ? [{ row, error: row.label - row.prediction }]
      : [],
  );
  const usual = spreadOf(errors.map(({ error }) => error));
  return errors.flatMap(({ row, error }) => {
    const distance = distanceOf(error, usual);
    if (distance < FAR_ERROR) return [];
    const detail = `the label is off by ${Number(error.toPrecision(4))}, ${distance.toFixed(1)} spreads of the usual error`;
    return suspect(row, row.prediction, distance, detail);
  });
}

function suspect(
  { id, version, eventTime, inputs, prediction, label }: LoggedRow,
  likely: LabelSuspect['likely'],
  strength: number,
  detail: string,
): LabelSuspect[] {
  if (label === null) return [];
  return [{ id, version, eventTime, inputs, prediction, label, likely, strength, detail }];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
