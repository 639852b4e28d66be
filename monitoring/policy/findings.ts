import type { MonitorSpec, VerdictKind, WindowMeasurement } from '../../contracts/index.js';

/** One rule of the response policy that a measurement matches. */
export interface Finding {
  readonly kind: Exclude<VerdictKind, 'ok' | 'insufficient'>;
  readonly rule: 1 | 2 | 4 | 5 | 6;
  /** One sentence with the numbers in it. */
  readonly reason: string;
}

/**
 * Every rule that a window matches, in the order of the response policy: the first decides, all of
 * them are remembered for the windows that follow.
 *
 * 1 data-quality break · 2 regression after a deploy, the earlier version better on the same rows
 * and inputs unmoved · 4 performance lost · 5 data drift · 6 conflicting or unknown.
 */
export function findings(measurement: WindowMeasurement, spec: MonitorSpec): readonly Finding[] {
  const found = [
    dataQualityBreak(measurement),
    regressionAfterDeploy(measurement, spec),
    conceptDrift(measurement),
    dataDrift(measurement),
    unknown(measurement, spec),
  ];
  return found.filter((finding) => finding !== null);
}

function dataQualityBreak(measurement: WindowMeasurement): Finding | null {
  const { breaches } = measurement.quality;
  const worst = breaches[0];
  if (worst === undefined) return null;
  const more = breaches.length > 1 ? ` and ${breaches.length - 1} more` : '';
  return {
    kind: 'data-quality-break',
    rule: 1,
    reason: `${worst.check} in ${worst.column}: ${percent(worst.observed)} of rows (limit ${percent(worst.limit)})${more}`,
  };
}

/** The earlier version is better by more than the configured loss, and the inputs stood still. */
function regressionAfterDeploy(measurement: WindowMeasurement, spec: MonitorSpec): Finding | null {
  const regression = regressionAgainstPrevious(measurement, spec);
  const moved = measurement.inputsSinceDeploy;
  if (regression === null || moved === null || moved.verdict !== 'no-drift') return null;
  return {
    kind: 'regression-after-deploy',
    rule: 2,
    reason: `${regression}, and inputs have not moved since the deploy (${percent(moved.share ?? 0)} of columns, limit ${percent(moved.threshold)})`,
  };
}

function regressionAgainstPrevious(
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

function conceptDrift({ performance, featureDrift }: WindowMeasurement): Finding | null {
  if (performance === null || performance.verdict !== 'lost') return null;
  const { metric, value, baseline, relativeLoss, threshold } = performance;
  if (value === null || relativeLoss === null) return null;
  const drifted =
    featureDrift?.verdict === 'drift'
      ? `; ${percent(featureDrift.share ?? 0)} of columns drifted`
      : '';
  return {
    kind: 'concept-drift',
    rule: 4,
    reason: `${metric} ${short(value)} is ${percent(relativeLoss)} worse than the baseline ${short(baseline)} (limit ${percent(threshold)})${drifted}`,
  };
}

function dataDrift({ featureDrift }: WindowMeasurement): Finding | null {
  if (featureDrift === null || featureDrift.verdict !== 'drift') return null;
  const { driftedColumns, measuredColumns, share, threshold } = featureDrift;
  const shown = driftedColumns.slice(0, 5).join(', ');
  const more = driftedColumns.length > 5 ? ', …' : '';
  return {
    kind: 'data-drift',
    rule: 5,
    reason: `${driftedColumns.length} of ${measuredColumns} columns drifted (${percent(share ?? 0)}, limit ${percent(threshold)}): ${shown}${more}`,
  };
}

/** What a person should look at: signals that contradict each other or name no cause. */
function unknown(measurement: WindowMeasurement, spec: MonitorSpec): Finding | null {
  const regression = regressionAgainstPrevious(measurement, spec);
  if (regression !== null) {
    const moved = measurement.inputsSinceDeploy;
    const why =
      moved === null || moved.verdict === 'insufficient'
        ? 'there are too few windows before the deploy to tell whether inputs moved'
        : `inputs moved too (${percent(moved.share ?? 0)} of columns)`;
    return { kind: 'unknown', rule: 6, reason: `${regression}, but ${why}` };
  }
  const { predictionDrift, featureDrift } = measurement;
  if (predictionDrift?.verdict === 'drift' && featureDrift?.verdict === 'no-drift') {
    return {
      kind: 'unknown',
      rule: 6,
      reason: `predictions moved (Jensen–Shannon distance ${short(predictionDrift.distance ?? 0)}, limit ${short(predictionDrift.threshold)}) while inputs did not: the model, its preprocessing or its serving changed`,
    };
  }
  return null;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
