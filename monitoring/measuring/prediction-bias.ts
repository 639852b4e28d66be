import type { BiasMeasurement, MetricInterval } from '../../contracts/index.js';
import {
  type BiasBaseline,
  type HoldoutAnswers,
  type Interval,
  predictionBias,
} from '../drift/index.js';
import type { LabelledSample } from './labelled-sample.js';

/**
 * Bias and variance of predictions beside their labels: of a regression in the label's unit, of two
 * classes by the probability of the second against whether it came.
 *
 * @param baseline - of the hold-out; `undefined` where it is not known
 * @returns `null` for more than two classes, and where no row can be counted
 */
export function measureBias(
  sample: LabelledSample,
  baseline: BiasBaseline | undefined,
): BiasMeasurement | null {
  const columns = biasColumns(sample);
  if (columns === null) return null;
  const { labels, predictions } = columns;
  const measured = predictionBias(labels, predictions, baseline === undefined ? {} : { baseline });
  const { rows, bias, isBiased, predictionVariance, errorVariance, varianceRatio } = measured;
  if (bias.value === null) return null;
  return {
    rows,
    bias: bias.value,
    interval: boundsOf(bias),
    baseline: baseline?.bias ?? null,
    isBiased,
    predictionVariance,
    errorVariance,
    varianceRatio,
  };
}

/** What later windows are compared with; `null` where it cannot be said. */
export function biasBaseline(sample: LabelledSample): BiasBaseline | null {
  const measured = measureBias(sample, undefined);
  if (measured === null || measured.predictionVariance === null) return null;
  return { bias: measured.bias, predictionVariance: measured.predictionVariance };
}

/** How a classification answered the rows of each class; `null` for a regression. */
export function answersOf(sample: LabelledSample): HoldoutAnswers | null {
  if (sample.task === 'regression') return null;
  const { labels, predictions } = sample;
  const names = sample.classes.map(String);
  return names.map((label, index) => {
    const counts = new Array<number>(names.length).fill(0);
    labels.forEach((actual, row) => {
      const answer = predictions[row] ?? -1;
      if (actual === index && answer >= 0) counts[answer] = (counts[answer] ?? 0) + 1;
    });
    const answers = names.flatMap((value, answer) => {
      const rows = counts[answer] ?? 0;
      return rows === 0 ? [] : [{ value, rows }];
    });
    return { label, answers };
  });
}

/** `null` where an end is not known. */
export function boundsOf({ low, high, method }: Interval): MetricInterval | null {
  return low === null || high === null ? null : { low, high, method };
}

function biasColumns(
  sample: LabelledSample,
): { readonly labels: Float64Array; readonly predictions: Float64Array } | null {
  if (sample.task === 'regression') return sample;
  const { labels, probabilities, classes } = sample;
  if (classes.length !== 2) return null;
  return {
    labels: Float64Array.from(labels, (label) => (label === -1 ? Number.NaN : label)),
    predictions: Float64Array.from(labels, (_, row) => probabilities[2 * row + 1] ?? Number.NaN),
  };
}
