import type {
  ConceptDrift,
  ErrorMeasure,
  MonitorSpec,
  VerdictKind,
  WindowMeasurement,
} from '../../contracts/index.js';

/** One rule of the response policy that a measurement matches. */
export interface Finding {
  readonly kind: Exclude<VerdictKind, 'ok' | 'insufficient'>;
  readonly rule: 1 | 2 | 3 | 4 | 5 | 6;
  /** One sentence with the numbers in it. */
  readonly reason: string;
}

/**
 * Every rule that a window matches, in the order of the response policy: the first decides, all of
 * them are remembered for the windows that follow.
 *
 * 1 data-quality break · 2 the version or its serving at fault: a regression after a deploy, the
 * earlier version better on the same rows and inputs unmoved; or predictions moved and no input did ·
 * 3 label drift without a loss · 4 concept drift: performance lost, or errors rose · 5 data drift ·
 * 6 conflicting or unknown.
 */
export function findings(measurement: WindowMeasurement, spec: MonitorSpec): readonly Finding[] {
  const found = [
    dataQualityBreak(measurement),
    regressionAfterDeploy(measurement, spec),
    predictionDrift(measurement),
    labelDrift(measurement),
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

/** With the same inputs a model gives the same answers: something between the two changed. */
function predictionDrift(measurement: WindowMeasurement): Finding | null {
  const moved = movedPredictions(measurement);
  const { featureDrift } = measurement;
  if (moved === null || featureDrift === null || featureDrift.verdict !== 'no-drift') return null;
  if (featureDrift.driftedColumns.length > 0) return null;
  return {
    kind: 'prediction-drift',
    rule: 2,
    reason: `${moved} while no input did: the model, its preprocessing or its serving changed`,
  };
}

function movedPredictions({ predictionDrift: drift }: WindowMeasurement): string | null {
  if (drift === null || drift.verdict !== 'drift') return null;
  return `predictions moved (Jensen–Shannon distance ${short(drift.distance ?? 0)}, limit ${short(drift.threshold)})`;
}

/** Outcomes are more or less frequent, and nothing is lost by it yet: with a loss, rule 4 decides. */
function labelDrift(measurement: WindowMeasurement): Finding | null {
  const moved = movedLabels(measurement);
  const answers = measurement.labelDrift?.answersPerLabel;
  if (moved === null || answers === 'moved' || errorsRose(measurement)) return null;
  const stable =
    answers === 'stable'
      ? 'the model answers each label as before'
      : 'whether each label looks as before cannot be told';
  return { kind: 'label-drift', rule: 3, reason: `${moved}; ${stable}, and no loss is seen` };
}

function movedLabels({ labelDrift: drift }: WindowMeasurement): string | null {
  if (drift === undefined || drift.verdict !== 'drift') return null;
  return `labels moved (Jensen–Shannon distance ${short(drift.distance ?? 0)}, limit ${short(drift.threshold)})`;
}

function errorsRose({ performance, concept }: WindowMeasurement): boolean {
  return performance?.verdict === 'lost' || concept?.verdict === 'drift';
}

function conceptDrift(measurement: WindowMeasurement): Finding | null {
  const { featureDrift, performance, concept } = measurement;
  const reasons = [lossOf(performance), riseOf(concept)].filter((reason) => reason !== null);
  if (reasons.length === 0) return null;
  if (featureDrift?.verdict === 'drift') {
    reasons.push(`${percent(featureDrift.share ?? 0)} of columns drifted`);
  }
  if (measurement.labelDrift?.verdict === 'drift') reasons.push('labels moved too');
  return { kind: 'concept-drift', rule: 4, reason: reasons.join('; ') };
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
  const [predictions, labels] = [movedPredictions(measurement), movedLabels(measurement)];
  const { featureDrift } = measurement;
  if (predictions !== null && featureDrift?.verdict === 'no-drift') {
    const { driftedColumns, measuredColumns, threshold } = featureDrift;
    if (driftedColumns.length > 0) {
      const few = `only ${driftedColumns.length} of ${measuredColumns} columns did (limit ${percent(threshold)})`;
      return { kind: 'unknown', rule: 6, reason: `${predictions} while ${few}` };
    }
  }
  if (labels !== null && !errorsRose(measurement) && labelDrift(measurement) === null) {
    const reason = `${labels}, and the model answers the same label otherwise, but no loss is seen`;
    return { kind: 'unknown', rule: 6, reason };
  }
  return null;
}

/** How an error is written, and of what it is. */
const ERROR_WORDS: Readonly<Record<ErrorMeasure, readonly [(value: number) => string, string]>> = {
  'relative-error': [short, 'times the error at registration'],
  'wrong-class': [percent, 'of rows wrong'],
  'large-error': [percent, 'of rows off by more than twice the error at registration'],
};

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
