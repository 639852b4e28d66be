import type { ConfidenceDrift } from '../../contracts/index.js';
import { measurePredictionDrift, type NumericValues } from '../drift/index.js';
import { loggedConfidence } from './confidence-columns.js';
import type { Measured, WindowContext } from './window-part.js';

/**
 * How sure the model was of its answers, against the reference: of each row the probability of the
 * likeliest class, and the entropy of all. A model meets what it does not know before labels can
 * tell.
 */
export async function measureConfidence({
  request,
  version,
  reference,
  rows,
}: WindowContext): Promise<Measured> {
  const { drift, window } = request.spec;
  if (drift.confidence === undefined) return {};
  const { distance: limit } = drift.confidence;
  const classes = version.content.signature.output.classes ?? [];
  const now = await loggedConfidence(rows, classes.length);
  const means = {
    meanConfidence: meanOf(now.confidence),
    meanUncertainty: meanOf(now.uncertainty),
  };
  const { confidence: before } = reference;
  const none = { distance: null, uncertaintyDistance: null, ...means };
  const insufficient: ConfidenceDrift = { verdict: 'insufficient', ...none, threshold: limit };
  if (before === null) return { confidenceDrift: insufficient };
  const measured = [
    measurePredictionDrift(before.confidence, now.confidence, window.minRows, limit),
    measurePredictionDrift(before.uncertainty, now.uncertainty, window.minRows, limit),
  ] as const;
  const [confidence, uncertainty] = measured;
  const threshold = Math.max(confidence.threshold, uncertainty.threshold);
  if (confidence.distance === null || uncertainty.distance === null) {
    return { confidenceDrift: { ...insufficient, threshold } };
  }
  const isFar = Math.max(confidence.distance, uncertainty.distance) > threshold;
  return {
    confidenceDrift: {
      verdict: isFar ? 'drift' : 'no-drift',
      distance: confidence.distance,
      uncertaintyDistance: uncertainty.distance,
      threshold,
      ...means,
    },
  };
}

/** `null` where no row has a value. */
function meanOf({ values }: NumericValues): number | null {
  let [sum, rows] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    rows += 1;
  }
  return rows === 0 ? null : sum / rows;
}
