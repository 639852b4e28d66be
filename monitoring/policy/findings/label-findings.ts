import type { ConceptDrift, ErrorMeasure, WindowMeasurement } from '../../../contracts/index.js';
import { type Finding, percent, short } from './finding.js';

/** Rules 3 and 4: what labels tell. */

/**
 * Outcomes are more or less frequent, and nothing is lost by it yet: with a loss, rule 4 decides.
 * Labels that follow moved inputs, as those of a regression do, are data drift: only where the
 * model is known to answer each label as before did the outcomes move by themselves.
 */
export function labelDrift(measurement: WindowMeasurement): Finding | null {
  const moved = movedLabels(measurement);
  const answers = measurement.labelDrift?.answersPerLabel;
  if (moved === null || answers === 'moved' || errorsRose(measurement)) return null;
  if (answers !== 'stable' && measurement.featureDrift?.verdict === 'drift') return null;
  const stable =
    answers === 'stable'
      ? 'the model answers each label as before'
      : 'whether each label looks as before cannot be told';
  return { kind: 'label-drift', rule: 3, reason: `${moved}; ${stable}, and no loss is seen` };
}

export function movedLabels({ labelDrift: drift }: WindowMeasurement): string | null {
  if (drift === undefined || drift.verdict !== 'drift') return null;
  return `labels moved (Jensen–Shannon distance ${short(drift.distance ?? 0)}, limit ${short(drift.threshold)})`;
}

export function errorsRose({ performance, concept }: WindowMeasurement): boolean {
  return performance?.verdict === 'lost' || concept?.verdict === 'drift';
}

export function conceptDrift(measurement: WindowMeasurement): Finding | null {
  const { featureDrift, performance, concept, slices = [] } = measurement;
  const reasons = [lossOf(performance), riseOf(concept)].filter((reason) => reason !== null);
  if (reasons.length === 0) return null;
  if (featureDrift?.verdict === 'drift') {
    reasons.push(`${percent(featureDrift.share ?? 0)} of columns drifted`);
  }
  if (measurement.labelDrift?.verdict === 'drift') reasons.push('labels moved too');
  const lost = slices.filter(({ verdict }) => verdict === 'lost').map(({ name }) => name);
  if (lost.length > 0) reasons.push(`lost in the slices ${lost.slice(0, 5).join(', ')}`);
  return { kind: 'concept-drift', rule: 4, reason: reasons.join('; ') };
}

export function fairnessBreach({ fairness = [] }: WindowMeasurement): Finding | null {
  const unfair = fairness.filter(({ verdict }) => verdict === 'unfair');
  if (unfair.length === 0) return null;
  const reason = unfair
    .map(({ criterion, column, breach }) => `${criterion} over ${column}: ${breach ?? 'unfair'}`)
    .join('; ');
  return { kind: 'fairness-breach', rule: 4, reason };
}

function lossOf(performance: WindowMeasurement['performance']): string | null {
  if (performance === null || performance.verdict !== 'lost') return null;
  const { metric, value, baseline, relativeLoss, threshold } = performance;
  if (value === null || relativeLoss === null) return null;
  return `${metric} ${short(value)} is ${percent(relativeLoss)} worse than the baseline ${short(baseline)} (limit ${percent(threshold)})`;
}

function riseOf(concept: ConceptDrift | undefined): string | null {
  if (concept === undefined || concept.verdict !== 'drift') return null;
  const { detector, errors, driftAt, changedFrom, before, since } = concept;
  const [write, unit] = ERROR_WORDS[errors];
  return `errors rose from ${changedFrom} on, from ${write(before ?? 0)} to ${write(since ?? 0)} ${unit} (${detector}, found at ${driftAt})`;
}

/** How an error is written, and of what it is. */
const ERROR_WORDS: Readonly<Record<ErrorMeasure, readonly [(value: number) => string, string]>> = {
  'relative-error': [short, 'times the error at registration'],
  'wrong-class': [percent, 'of rows wrong'],
  'large-error': [percent, 'of rows off by more than twice the error at registration'],
};
