import type { WindowMeasurement } from './measurement.js';

/** What a name of {@link MEASUREMENT_SHAPE} holds; as the expressions' checker reads it. */
type Shape =
  | 'number'
  | 'integer'
  | 'boolean'
  | { readonly fields: { readonly [name: string]: Shape }; readonly others?: Shape };

const fields = (...names: readonly string[]): Shape => ({
  fields: Object.fromEntries(names.map((name) => [name, 'number'])),
});

/**
 * The names of a window's measurements, as conditions (`when:`) and `monitor history --metric` use
 * them. A name whose value a window does not have is absent from it: `has(estimate.loss)` asks.
 */
export const MEASUREMENT_SHAPE: { readonly [root: string]: Shape } = {
  rows: 'integer',
  labelledRows: 'integer',
  /** `share` and `columns` that drifted, `distance`: the largest effect of a column. */
  drift: fields('share', 'columns', 'distance', 'multivariate'),
  predictions: fields('distance', 'confidence', 'confidenceDistance', 'uncertaintyDistance'),
  labels: fields('distance', 'replaced', 'unusable'),
  /** `rise`: mean error since the change over that before. */
  concept: fields('rise'),
  /** `loss` is relative to the baseline, positive is worse. */
  performance: fields('value', 'baseline', 'loss', 'low', 'high'),
  estimate: fields('value', 'baseline', 'loss', 'low', 'high'),
  bias: fields('value', 'baseline', 'predictionVariance', 'errorVariance', 'varianceRatio'),
  /** `volume`: rows over those of the same hours of the weeks before. */
  quality: fields('breaches', 'missing', 'outOfRange', 'unseen', 'duplicates', 'volume'),
  outliers: fields('share'),
  featureSkew: fields('share'),
  slices: fields('lost', 'worstLoss'),
  fairness: fields('unfair', 'worstDifference', 'worstRatio'),
  service: fields(
    'requests',
    'errorShare',
    'latencyP50Ms',
    'latencyP95Ms',
    'latencyP99Ms',
    'requestsPerSecond',
    'uptimeShare',
    'cpuShare',
    'memoryBytes',
    'bytesIn',
    'bytesOut',
  ),
  shadow: fields('disagreement'),
  late: fields('predictions', 'labels'),
  /** By the metric's name. */
  business: { fields: {}, others: fields('mean', 'sum', 'count') },
  feedback: {
    fields: {
      score: 'number',
      thumbs: 'number',
      count: 'number',
      tags: { fields: {}, others: 'number' },
    },
  },
};

/** Values by name; one that a window does not have is left out, never null. */
export type MeasurementScope = { readonly [name: string]: number | MeasurementScope };

/**
 * A window's measurements by the names of {@link MEASUREMENT_SHAPE}.
 *
 * @example measurementScope(measurement)['drift']; // { share: 0.25, columns: 2 }
 */
export function measurementScope(measurement: WindowMeasurement): MeasurementScope {
  const { featureDrift, predictionDrift, confidenceDrift, performance, concept } = measurement;
  const { estimate, bias, quality, service, feedback, late } = measurement;
  return present({
    rows: measurement.rows,
    labelledRows: measurement.labelledRows,
    drift: {
      share: featureDrift?.share,
      columns: featureDrift?.driftedColumns.length,
      distance: featureDrift?.largestEffect?.value,
      multivariate: measurement.multivariateDrift?.statistic,
    },
    predictions: {
      distance: predictionDrift?.distance,
      confidence: confidenceDrift?.meanConfidence,
      confidenceDistance: confidenceDrift?.distance,
      uncertaintyDistance: confidenceDrift?.uncertaintyDistance,
    },
    labels: {
      distance: measurement.labelDrift?.distance,
      replaced: measurement.replacedLabels,
      unusable: measurement.unusableLabels,
    },
    concept: { rise: riseOf(concept) },
    performance: {
      value: performance?.value,
      baseline: performance?.baseline,
      loss: performance?.relativeLoss,
      low: performance?.interval?.low,
      high: performance?.interval?.high,
    },
    estimate: {
      value: estimate?.value,
      baseline: estimate?.baseline,
      loss: estimate?.relativeLoss,
      low: estimate?.low,
      high: estimate?.high,
    },
    bias: {
      value: bias?.bias,
      baseline: bias?.baseline,
      predictionVariance: bias?.predictionVariance,
      errorVariance: bias?.errorVariance,
      varianceRatio: bias?.varianceRatio,
    },
    quality: {
      breaches: quality.breaches.length,
      missing: largestBreach(measurement, 'missing-values'),
      outOfRange: largestBreach(measurement, 'out-of-range'),
      unseen: largestBreach(measurement, 'unseen-values'),
      duplicates: measurement.duplicates?.share,
      volume: measurement.volume?.ratio,
    },
    outliers: { share: measurement.outliers?.share },
    featureSkew: { share: measurement.featureSkew?.share },
    slices: slicesOf(measurement),
    fairness: fairnessOf(measurement),
    service: { ...(service !== undefined && numbersOf(service)) },
    shadow: { disagreement: measurement.shadow?.disagreement },
    late: { predictions: late?.predictions, labels: late?.labels },
    business: Object.fromEntries(
      Object.entries(measurement.business ?? {}).map(([name, { mean, sum, count }]) => [
        name,
        { mean, sum, count },
      ]),
    ),
    feedback: {
      score: feedback?.score.mean,
      thumbs: feedback?.thumbs.shareUp,
      count: feedback?.count,
      tags: Object.fromEntries((feedback?.tags ?? []).map(({ tag, count }) => [tag, count])),
    },
  });
}

/** The same as a flat list: `drift.share` → 0.25. */
export function measurementSeries(measurement: WindowMeasurement): ReadonlyMap<string, number> {
  const series = new Map<string, number>();
  const visit = (prefix: string, value: number | MeasurementScope): void => {
    if (typeof value === 'number') series.set(prefix, value);
    else for (const [name, item] of Object.entries(value)) visit(`${prefix}.${name}`, item);
  };
  for (const [name, value] of Object.entries(measurementScope(measurement))) visit(name, value);
  return series;
}

/** Every name that has no open part, dotted, in the order of the shape. */
export function measurementNames(): readonly string[] {
  const names: string[] = [];
  const visit = (prefix: string, shape: Shape): void => {
    if (typeof shape === 'string') names.push(prefix);
    else for (const [name, part] of Object.entries(shape.fields)) visit(`${prefix}.${name}`, part);
  };
  for (const [name, shape] of Object.entries(MEASUREMENT_SHAPE)) visit(name, shape);
  return names;
}

function riseOf(concept: WindowMeasurement['concept']): number | null {
  if (!concept?.before || concept.since === null) return null;
  return concept.since / concept.before;
}

function largestBreach(
  { quality }: WindowMeasurement,
  check: WindowMeasurement['quality']['breaches'][number]['check'],
): number | undefined {
  const observed = quality.breaches.flatMap((breach) =>
    breach.check === check ? [breach.observed] : [],
  );
  return observed.length === 0 ? undefined : Math.max(...observed);
}

function slicesOf({ slices }: WindowMeasurement): MaybeScope {
  if (slices === undefined) return {};
  const losses = slices.flatMap(({ relativeLoss }) =>
    relativeLoss === null ? [] : [relativeLoss],
  );
  return {
    lost: slices.filter(({ verdict }) => verdict === 'lost').length,
    worstLoss: losses.length === 0 ? undefined : Math.max(...losses),
  };
}

function fairnessOf({ fairness }: WindowMeasurement): MaybeScope {
  if (fairness === undefined) return {};
  const differences = fairness.flatMap(({ difference }) => difference ?? []);
  const ratios = fairness.flatMap(({ ratio }) => ratio ?? []);
  return {
    unfair: fairness.filter(({ verdict }) => verdict === 'unfair').length,
    worstDifference: differences.length === 0 ? undefined : Math.max(...differences),
    worstRatio: ratios.length === 0 ? undefined : Math.min(...ratios),
  };
}

function numbersOf(value: object): MaybeScope {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === 'number'));
}

type MaybeScope = { readonly [name: string]: number | null | undefined | MaybeScope };

/** Without what is not known. A group stays though nothing of it is: `has(estimate.loss)` asks it. */
function present(scope: MaybeScope): MeasurementScope {
  const known: Record<string, number | MeasurementScope> = {};
  for (const [name, value] of Object.entries(scope)) {
    if (value === null || value === undefined) continue;
    known[name] = typeof value === 'number' ? value : present(value);
  }
  return known;
}
