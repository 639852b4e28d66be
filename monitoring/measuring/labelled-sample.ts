import { type Metrics, MillraceError, type ModelSignature } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import { classIndexes } from '../../models/inference/metrics/index.js';
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

export function metricsOf(sample: LabelledSample): Metrics {
  return sample.task === 'regression' ? measureRegression(sample) : measureClassification(sample);
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
