import type {
  EstimateMeasurement,
  FeatureDrift,
  MultivariateMeasurement,
  WindowMeasurement,
} from '../../../contracts/index.js';
import { type Finding, percent, short } from './finding.js';

/** Rule 5: the inputs moved, or what is expected of them. */

/**
 * Inputs one by one or together. With a valid estimate its effect is known before labels come:
 * within the limit it is recorded and warned of, and the configured action waits.
 */
export function dataDrift(measurement: WindowMeasurement): Finding | null {
  const { featureDrift, multivariateDrift, estimate } = measurement;
  const reasons = [columnsOf(featureDrift), togetherOf(multivariateDrift)].filter(
    (reason) => reason !== null,
  );
  if (reasons.length === 0) return null;
  const effect = estimate?.isValid === true ? effectOf(estimate) : null;
  const labels = measurement.labelDrift?.verdict === 'drift' ? ['labels moved too'] : [];
  const reason = [...reasons, ...labels, ...(effect === null ? [] : [effect])].join('; ');
  return {
    kind: 'data-drift',
    rule: 5,
    reason,
    ...(effect !== null && estimate?.verdict === 'kept' && { tolerated: effect }),
  };
}

function columnsOf(drift: FeatureDrift | null): string | null {
  if (drift === null || drift.verdict !== 'drift') return null;
  const { driftedColumns, measuredColumns, share, threshold, largestEffect } = drift;
  const shown = driftedColumns.slice(0, 5).join(', ');
  const more = driftedColumns.length > 5 ? ', …' : '';
  if ((share ?? 0) <= threshold && largestEffect) {
    return `${largestEffect.column} moved by ${short(largestEffect.value)}, further than the configured distance`;
  }
  return `${driftedColumns.length} of ${measuredColumns} columns drifted (${percent(share ?? 0)}, limit ${percent(threshold)}): ${shown}${more}`;
}

function togetherOf(drift: MultivariateMeasurement | undefined): string | null {
  if (drift === undefined || drift.verdict !== 'drift') return null;
  const limit = drift.threshold === null ? '' : `, limit ${short(drift.threshold)}`;
  return `all columns together drifted (${drift.method} ${short(drift.statistic ?? 0)}${limit})`;
}

function effectOf({
  metric,
  value,
  relativeLoss,
  threshold,
  verdict,
}: EstimateMeasurement): string | null {
  if (verdict === 'insufficient' || value === null || relativeLoss === null) return null;
  const loss = relativeLoss > 0 ? `${percent(relativeLoss)} worse than` : 'no worse than';
  return `estimated ${metric} ${short(value)} is ${loss} the baseline (limit ${percent(threshold)})`;
}

/** Performance is expected to be lost, before labels can tell. An invalid estimate says nothing. */
export function estimatedLoss({ estimate }: WindowMeasurement): Finding | null {
  if (estimate === undefined || estimate.verdict !== 'lost' || !estimate.isValid) return null;
  const reason = effectOf(estimate);
  return reason === null ? null : { kind: 'estimated-loss', rule: 5, reason };
}

export function outliers({ outliers: measured }: WindowMeasurement): Finding | null {
  if (measured === undefined || measured.verdict !== 'high') return null;
  const { share, limit, method } = measured;
  return {
    kind: 'outliers',
    rule: 5,
    reason: `${percent(share)} of rows are outliers (${method}, limit ${percent(limit)})`,
  };
}
