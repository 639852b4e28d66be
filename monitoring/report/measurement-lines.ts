import {
  type FeatureDrift,
  formatEventTime,
  parseEventTimeMs,
  type QualityBreach,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { referenceLine, rowLines, wholeLines } from './data-lines.js';
import { number, percent, shortList, signed, within } from './figures.js';
import { estimateLine, fairnessLines, shadowLine, sliceLine } from './model-lines.js';
import { type ReportLine, tone } from './report-line.js';

/**
 * A measurement as lines, in the order in which policy looks at it: quality, the earlier version,
 * performance with bias and errors, slices, fairness, the estimate, labels, features, predictions, all inputs
 * together, outliers, confidence, the shadow. What the monitor does not watch has no line.
 *
 * @example measurementLines(measurement).map(({ subject }) => subject); // ['quality', 'features', …]
 */
export function measurementLines(measurement: WindowMeasurement): readonly ReportLine[] {
  return [
    ...referenceLine(measurement),
    qualityLine(measurement.quality.breaches),
    ...rowLines(measurement),
    ...previousLine(measurement),
    ...driftLine('inputs since deploy', measurement.inputsSinceDeploy),
    ...performanceLine(measurement),
    ...biasLine(measurement),
    ...errorLine(measurement),
    ...sliceLine(measurement),
    ...fairnessLines(measurement),
    ...estimateLine(measurement),
    ...labelLine(measurement),
    ...driftLine('features', measurement.featureDrift),
    ...predictionLine(measurement),
    ...wholeLines(measurement),
    ...shadowLine(measurement),
  ];
}

/** The heading of a measurement: which version, which window, how many rows and labels. */
export function measurementHeading(measurement: WindowMeasurement): string {
  const { model, version, window, rows, labelledRows } = measurement;
  return `${model} version ${version}, ${day(window.start)} – ${day(window.end)}: ${rows} rows, ${labelledRows} labelled`;
}

function qualityLine(breaches: readonly QualityBreach[]): ReportLine {
  if (breaches.length === 0) return { subject: 'quality', verdict: 'ok', text: 'no breach' };
  const named = breaches.map(
    ({ column, check, observed, limit }) =>
      `${column} ${check} ${percent(observed)} (limit ${percent(limit)})`,
  );
  return { subject: 'quality', verdict: 'bad', text: shortList(named) };
}

function previousLine({ previous, performance }: WindowMeasurement): ReportLine[] {
  if (previous === null) return [];
  const { version, value, better, lossDifference } = previous;
  const metric = performance === null ? '' : `${performance.metric} `;
  const interval = `${number(lossDifference.low)} to ${number(lossDifference.high)}`;
  const text = `version ${version} on the same rows: ${metric}${number(value)}; loss differs by ${number(lossDifference.mean)} (95 %: ${interval})`;
  return [{ subject: 'earlier version', verdict: better ? 'bad' : 'ok', text }];
}

function performanceLine({ performance }: WindowMeasurement): ReportLine[] {
  if (performance === null) return [];
  const { metric, value, baseline, relativeLoss, threshold, interval } = performance;
  if (value === null || relativeLoss === null) {
    return [{ subject: 'performance', verdict: 'unknown', text: `too few labels for ${metric}` }];
  }
  const change = `${percent(Math.abs(relativeLoss))} ${relativeLoss > 0 ? 'worse' : 'better'}`;
  const text = `${metric} ${number(value)}${within(interval)}, baseline ${number(baseline)}: ${change} (limit ${percent(threshold)} worse)`;
  return [{ subject: 'performance', verdict: performance.verdict === 'lost' ? 'bad' : 'ok', text }];
}

/** The policy does not judge it: what a person may want to look at is a question mark. */
function biasLine({ bias }: WindowMeasurement): ReportLine[] {
  if (bias === undefined) return [];
  const { interval, baseline, isBiased, predictionVariance, varianceRatio } = bias;
  const parts = [
    `${signed(bias.bias)}${within(interval ?? undefined)}`,
    ...(baseline === null ? [] : [`hold-out ${signed(baseline)}`]),
    ...(predictionVariance === null ? [] : [`variance ${number(predictionVariance)}`]),
  ];
  const ratio = varianceRatio === null ? '' : ` (${number(varianceRatio)} of the hold-out's)`;
  const verdict = isBiased ? 'unknown' : 'ok';
  return [{ subject: 'bias', verdict, text: `${parts.join(', ')}${ratio}` }];
}

function errorLine({ concept }: WindowMeasurement): ReportLine[] {
  if (concept === undefined) return [];
  const { detector, driftAt, changedFrom, before, since, rows } = concept;
  const rise =
    driftAt === null || changedFrom === null
      ? `steady over ${rows} rows`
      : `from ${number(before ?? 0)} to ${number(since ?? 0)} since ${changedFrom}, found ${driftAt}`;
  const open = concept.verdict === 'insufficient' ? ', too few rows to tell' : '';
  return [
    { subject: 'errors', verdict: tone(concept.verdict), text: `${detector}: ${rise}${open}` },
  ];
}

function labelLine({ labelDrift }: WindowMeasurement): ReportLine[] {
  if (labelDrift === undefined) return [];
  const { distance, threshold, answersPerLabel } = labelDrift;
  const text =
    distance === null
      ? 'too few labels to tell'
      : `Jensen–Shannon distance ${number(distance)} (limit ${number(threshold)}), answers to each ${answersPerLabel}`;
  return [{ subject: 'labels', verdict: tone(labelDrift.verdict), text }];
}

function driftLine(subject: string, drift: FeatureDrift | null): ReportLine[] {
  if (drift === null) return [];
  if (drift.share === null) {
    return [{ subject, verdict: 'unknown', text: 'too few rows to tell' }];
  }
  const names = drift.driftedColumns.length === 0 ? '' : `: ${shortList(drift.driftedColumns)}`;
  const how = drift.method === 'resampled' ? ', thresholds resampled' : '';
  const text = `${percent(drift.share)} of ${drift.measuredColumns} columns moved${names} (limit ${percent(drift.threshold)}${how})${furthest(drift)}`;
  return [{ subject, verdict: tone(drift.verdict), text }];
}

function furthest({ largestEffect, furtherThan }: FeatureDrift): string {
  if (furtherThan === undefined || largestEffect === undefined || largestEffect === null) return '';
  const { distance, columns } = furtherThan;
  const past = columns.length === 0 ? '' : `, past it and their own range: ${shortList(columns)}`;
  return `; furthest ${largestEffect.column} by ${number(largestEffect.value)} (limit ${number(distance)}${past})`;
}

function predictionLine({ predictionDrift }: WindowMeasurement): ReportLine[] {
  if (predictionDrift === null) return [];
  const { distance, threshold } = predictionDrift;
  const text =
    distance === null
      ? 'too few rows to tell'
      : `Jensen–Shannon distance ${number(distance)} (limit ${number(threshold)})`;
  return [{ subject: 'predictions', verdict: tone(predictionDrift.verdict), text }];
}

function day(time: string): string {
  const ms = parseEventTimeMs(time);
  return ms === null ? time : formatEventTime(ms).replace('T00:00:00Z', '');
}
