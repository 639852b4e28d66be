import type { MonitorSpec, WindowMeasurement } from '../../../contracts/index.js';
import { type Finding, percent, short } from './finding.js';

/** Rule 2: the version or its serving is at fault. */

/** The earlier version is better by more than the configured loss, and the inputs stood still. */
export function regressionAfterDeploy(
  measurement: WindowMeasurement,
  spec: MonitorSpec,
): Finding | null {
  const regression = regressionAgainstPrevious(measurement, spec);
  const moved = measurement.inputsSinceDeploy;
  if (regression === null || moved === null || moved.verdict !== 'no-drift') return null;
  return {
    kind: 'regression-after-deploy',
    rule: 2,
    reason: `${regression}, and inputs have not moved since the deploy (${percent(moved.share ?? 0)} of columns, limit ${percent(moved.threshold)})`,
  };
}

export function regressionAgainstPrevious(
  { previous, performance, version, windowsSinceDeploy }: WindowMeasurement,
  spec: MonitorSpec,
): string | null {
  if (spec.performance === null || previous === null || !previous.better) return null;
  if (windowsSinceDeploy > spec.respond.guards.postDeployWindows) return null;
  const value = performance?.value ?? null;
  if (value === null) return null;
  const loss = Math.abs(value - previous.value) / Math.max(Math.abs(previous.value), 1e-12);
  if (loss <= spec.performance.worseThanShare) return null;
  const { metric } = spec.performance;
  const limit = percent(spec.performance.worseThanShare);
  return `${metric} of version ${version} is ${short(value)}, ${percent(loss)} worse than that of version ${previous.version} on the same rows, ${short(previous.value)} (limit ${limit})`;
}

/** With the same inputs a model gives the same answers: something between the two changed. */
export function predictionDrift(measurement: WindowMeasurement): Finding | null {
  const moved = movedPredictions(measurement);
  const { featureDrift, multivariateDrift } = measurement;
  if (moved === null || featureDrift === null || featureDrift.verdict !== 'no-drift') return null;
  if (featureDrift.driftedColumns.length > 0 || multivariateDrift?.verdict === 'drift') return null;
  return {
    kind: 'prediction-drift',
    rule: 2,
    reason: `${moved} while no input did: the model, its preprocessing or its serving changed`,
  };
}

/** Predictions, or how sure the model is of them. */
export function movedPredictions({
  predictionDrift: drift,
  confidenceDrift: confidence,
}: WindowMeasurement): string | null {
  if (drift?.verdict === 'drift') {
    return `predictions moved (Jensen–Shannon distance ${short(drift.distance ?? 0)}, limit ${short(drift.threshold)})`;
  }
  if (confidence?.verdict !== 'drift') return null;
  const distance = Math.max(confidence.distance ?? 0, confidence.uncertaintyDistance ?? 0);
  return `the confidence of predictions moved (Jensen–Shannon distance ${short(distance)}, limit ${short(confidence.threshold)})`;
}

export function serviceDegraded({ service }: WindowMeasurement): Finding | null {
  if (service === undefined || service.breaches.length === 0) return null;
  return { kind: 'service-degraded', rule: 2, reason: service.breaches.join('; ') };
}

/** What the model is given is not what it was trained on: a fault of the pipeline of features. */
export function featureSkew({ featureSkew: skew }: WindowMeasurement): Finding | null {
  if (skew === undefined || skew.verdict !== 'skew') return null;
  const { features, limit } = skew;
  const past = features.filter(({ share }) => share !== null && share > limit);
  const named = past.map(({ view, feature, share, missing, rows }) => {
    const lacking = missing > 0 ? `, ${percent(missing / rows)} not found online` : '';
    return `${percent(share ?? 0)} of ${view}:${feature}${lacking}`;
  });
  const reason = `looked-up features differ from their source: ${named.join('; ')} (limit ${percent(limit)})`;
  return { kind: 'feature-skew', rule: 2, reason };
}
