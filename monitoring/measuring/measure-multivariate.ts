import type { MultivariateMeasurement } from '../../contracts/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import { calibrateComparison, calibrationKey, thresholdFor } from './multivariate/calibrate.js';
import { type Comparison, compareRows, comparisonOf } from './multivariate/compare-rows.js';
import { type SampledReference, sampleReference } from './multivariate/sampled-reference.js';
import { ReferenceRows } from './reference/reference-rows.js';
import type { Measured, WindowContext } from './window-part.js';

/**
 * All inputs together against the reference's: what no column shows by itself. A window drifts when
 * the method says so **and** it lies further away than the reference's own windows lie from one
 * another; with fewer than 8 of those the method alone decides, and the result says so.
 */
export async function measureMultivariate(context: WindowContext): Promise<Measured> {
  const { deps, reference, request, rows } = context;
  const { spec, signal } = request;
  const { multivariate } = spec.drift;
  if (multivariate === undefined) return {};
  const { python } = deps;
  const comparison = comparisonOf(multivariate, reference.targetColumn, {
    ...(python !== undefined && { python: () => python }),
    ...(signal !== undefined && { signal }),
  });
  const { method } = comparison;
  const { minRows } = spec.window;
  const before = await reference.rows();
  const current = new ReferenceRows([rows], LOG_COLUMN.eventTime).atMost(
    comparison.options.maxRows,
  );
  if (rows.rows < minRows || before.rows < minRows) {
    const none = { statistic: null, threshold: null, pValue: null, rows: current.rows };
    return { multivariateDrift: { method, verdict: 'insufficient', ...none } };
  }
  const sampled = await sampleReference(
    before,
    [...reference.features, ...targetOf(comparison, context)],
    spec.window,
    comparison.options.maxRows,
  );
  const calibration = await calibrationOf(context, comparison, sampled);
  const found = await compareRows(sampled.all, await current.frame(reference.features), comparison);
  const threshold = thresholdFor(calibration, current.rows);
  const { statistic, pValue, note } = found;
  const isInside = threshold !== null && statistic !== null && statistic <= threshold;
  const measured: MultivariateMeasurement = {
    method,
    verdict: found.verdict === 'drift' && isInside ? 'no-drift' : found.verdict,
    statistic,
    threshold,
    pValue,
    rows: current.rows,
    calibration,
    ...(note !== null && { note }),
  };
  return { multivariateDrift: measured };
}

/** The range that an earlier window found is that of this one, as long as nothing changed. */
async function calibrationOf(
  { deps, request, reference, version, pause }: WindowContext,
  comparison: Comparison,
  sampled: SampledReference,
) {
  const key = calibrationKey(reference.id, comparison);
  const { model, window } = request;
  const earlier = await deps.registry.measurementBefore(model, version.version, window.start);
  const known = earlier?.multivariateDrift?.calibration;
  if (known?.of === key) return known;
  return calibrateComparison(sampled, comparison, key, pause);
}

function targetOf({ target }: Comparison, { reference }: WindowContext) {
  return target === null ? [] : [{ name: target, kind: reference.target.kind }];
}
