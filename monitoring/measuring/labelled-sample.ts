import { type Metrics, MillraceError, type ModelSignature } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import { classIndexes, findMetric } from '../../models/inference/metrics/index.js';
import type { Column } from '../../storage/tabular/table.js';
import { measureClassification, measureRegression } from '../drift/index.js';

/** Labels beside the answers to the same rows, in the forms that metrics and losses take. */
export type LabelledSample =
  | {
      readonly task: 'regression';
      readonly labels: Float64Array;
      readonly predictions: Float64Array;
    }
  | {
      readonly task: 'classification';
      readonly classes: readonly (string | number | boolean)[];
      /** Index into `classes`, −1 for a class that the model does not know. */
      readonly labels: Int32Array;
      readonly predictions: Int32Array;
      readonly probabilities: Float64Array;
    };

/**
 * Puts labels beside a model's answers.
 *
 * @param labels - a value in every row
 * @throws MillraceError `InvalidInput` when a regression's labels are text
 */
export function sampleOf(labels: Column, answers: TablePredictions): LabelledSample {
  if (answers.task === 'regression') {
    return { task: 'regression', labels: numbersOf(labels), predictions: answers.values };
  }
  return {
    task: 'classification',
    classes: answers.classes,
    labels: classIndexes(labels, answers.classes),
    predictions: answers.classIndexes,
    probabilities: answers.probabilities,
  };
}

/** The same with the predictions that were really served. */
export function withServed(
  sample: LabelledSample,
  served: Column,
  signature: ModelSignature,
): LabelledSample {
  return sample.task === 'regression'
    ? { ...sample, predictions: numbersOf(served) }
    : { ...sample, predictions: classIndexes(served, signature.output.classes ?? []) };
}

/** Some of the rows. */
export function pickSample(sample: LabelledSample, rows: ArrayLike<number>): LabelledSample {
  const { labels, predictions } = sample;
  if (sample.task === 'regression') {
    const pick = (values: ArrayLike<number>) =>
      Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
    return { ...sample, labels: pick(labels), predictions: pick(predictions) };
  }
  const pick = (values: ArrayLike<number>) => Int32Array.from(rows, (row) => values[row] ?? -1);
  const width = sample.probabilities.length === 0 ? 0 : sample.classes.length;
  const probabilities = new Float64Array(rows.length * width);
  for (let at = 0; at < rows.length && width > 0; at += 1) {
    const start = (rows[at] ?? 0) * width;
    probabilities.set(sample.probabilities.subarray(start, start + width), at * width);
  }
  return { ...sample, labels: pick(labels), predictions: pick(predictions), probabilities };
}

export function metricsOf(sample: LabelledSample): Metrics {
  return sample.task === 'regression' ? measureRegression(sample) : measureClassification(sample);
}

/** One metric; `null` where it is not defined on the sample. */
export function metricOf(sample: LabelledSample, name: string): number | null {
  const metric = findMetric(name, sample.task);
  let value: number | null = null;
  if (metric.task === 'regression' && sample.task === 'regression') value = metric.compute(sample);
  if (metric.task === 'classification' && sample.task === 'classification') {
    value = metric.compute(sample);
  }
  return value !== null && Number.isFinite(value) ? value : null;
}

const OF_DECISIONS: ReadonlySet<string> = new Set(['accuracy', 'precision', 'recall', 'f1']);

/** Whether a classification's metric is of its probabilities, and not of the classes it said. */
export function needsProbabilities(metric: string, { task }: ModelSignature): boolean {
  return task === 'classification' && !OF_DECISIONS.has(metric);
}

/** Smallest probability that a class counts with: float32's epsilon. */
const SMALLEST_PROBABILITY = 2 ** -23;

/**
 * Loss of each row: the absolute error of a regression; for a classification the logarithmic loss
 * where that is the metric, else 0 for right and 1 for wrong.
 */
export function rowLosses(sample: LabelledSample, metric: string): Float64Array {
  if (sample.task === 'regression') {
    const { labels } = sample;
    return sample.predictions.map((value, row) => Math.abs(value - (labels[row] ?? Number.NaN)));
  }
  const { labels, predictions, probabilities, classes } = sample;
  return Float64Array.from(labels, (label, row) => {
    if (metric !== 'logLoss') return predictions[row] === label && label !== -1 ? 0 : 1;
    const probability = label === -1 ? 0 : (probabilities[row * classes.length + label] ?? 0);
    return -Math.log(Math.min(1, Math.max(SMALLEST_PROBABILITY, probability)));
  });
}

function numbersOf(column: Column): Float64Array {
  if (column.kind !== 'string') return column.values;
  throw new MillraceError(
    'InvalidInput',
    `column ${column.name} holds text where a regression has numbers`,
    'send labels as numbers',
  );
}
