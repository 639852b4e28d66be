import type { WindowMeasurement } from '../../contracts/index.js';

/**
 * The numbers of a measurement by the names under which MLflow draws them. What could not be measured
 * has no number. A verdict is 1 where it is drift (or a loss), 0 where it is not.
 */
export function windowMetrics(
  measurement: WindowMeasurement,
): readonly (readonly [name: string, value: number])[] {
  const { featureDrift, predictionDrift, performance, labelDrift, concept, bias, estimate } =
    measurement;
  const { multivariateDrift, confidenceDrift, business = {}, feedback } = measurement;
  const metrics: readonly (readonly [string, number | boolean | null | undefined])[] = [
    ['rows', measurement.rows],
    ['labelled_rows', measurement.labelledRows],
    ['quality/breaches', measurement.quality.breaches.length],
    ['feature_drift/share', featureDrift?.share],
    ['feature_drift/largest_effect', featureDrift?.largestEffect?.value],
    ['feature_drift/is_drift', said(featureDrift?.verdict, 'drift')],
    ['prediction_drift/distance', predictionDrift?.distance],
    ['prediction_drift/is_drift', said(predictionDrift?.verdict, 'drift')],
    ['label_drift/distance', labelDrift?.distance],
    ['label_drift/is_drift', said(labelDrift?.verdict, 'drift')],
    ['multivariate_drift/statistic', multivariateDrift?.statistic],
    ['multivariate_drift/is_drift', said(multivariateDrift?.verdict, 'drift')],
    ['confidence_drift/distance', confidenceDrift?.distance],
    ['confidence_drift/is_drift', said(confidenceDrift?.verdict, 'drift')],
    ['concept/is_drift', said(concept?.verdict, 'drift')],
    ['bias', bias?.bias],
    [`performance/${performance?.metric}`, performance?.value],
    ['performance/baseline', performance?.baseline],
    ['performance/relative_loss', performance?.relativeLoss],
    ['performance/is_lost', said(performance?.verdict, 'lost')],
    [`estimate/${estimate?.metric}`, estimate?.value],
    ['estimate/relative_loss', estimate?.relativeLoss],
    ['feedback/share_up', feedback?.thumbs.shareUp],
    ['feedback/mean_score', feedback?.score.mean],
    ...Object.entries(business).map(([name, { mean }]) => [`business/${name}`, mean] as const),
  ];
  return metrics.flatMap(([name, value]) =>
    value === null || value === undefined || !Number.isFinite(Number(value))
      ? []
      : [[name, Number(value)] as const],
  );
}

/** Whether a verdict is this one; `null` where there is none, or too little to say. */
function said(verdict: string | undefined, yes: string): boolean | null {
  return verdict === undefined || verdict === 'insufficient' ? null : verdict === yes;
}
