import {
  type ChampionStanding,
  formatDurationMs,
  type MonitorSpec,
  type RetrainRequest,
  type Verdict,
  type VerdictKind,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { evidenceOf, type VersionOrigin } from './evidence.js';

/** A retrain that no drift asks for. */
export type DueReason = 'continuous' | 'new-labels' | 'new-rows' | 'staleness';

/**
 * The retrain that is due after a window though nothing is wrong: at every window with enough
 * labels, after enough new labels or rows, or because the champion is old. `null` where none is, or
 * where the window shows a trouble that a training would only learn.
 *
 * It has the id of a retrain that drift asks for: of one window there is one.
 */
export function dueRetrain(
  verdict: Verdict,
  measurement: WindowMeasurement,
  standing: ChampionStanding,
  origin: VersionOrigin,
  spec: MonitorSpec,
): RetrainRequest | null {
  if (BLOCKING.has(verdict.kind) || verdict.action === 'retrain') return null;
  const due = dueReason(measurement, standing, spec);
  if (due === null) return null;
  const { model, window } = measurement;
  return {
    kind: 'retrain',
    trigger: 'monitor',
    requestId: `monitor/${model}/${window.end}/retrain`,
    asOf: window.end,
    actor: 'monitor',
    reason: due.reason,
    evidence: { ...evidenceOf(verdict, measurement, origin), due: due.kind },
    window,
    plan: null,
    answerTo: null,
    newLabels: standing.newLabels,
    ...(spec.risk !== undefined && { risk: spec.risk }),
  };
}

/** What must not be learned from, or is answered otherwise. */
const BLOCKING: ReadonlySet<VerdictKind> = new Set([
  'no-data',
  'data-quality-break',
  'regression-after-deploy',
  'prediction-drift',
]);

function dueReason(
  { labelledRows, window }: WindowMeasurement,
  { trainedTo, newRows, newLabels }: ChampionStanding,
  { respond: { retrain } }: MonitorSpec,
): { readonly kind: DueReason; readonly reason: string } | null {
  const { continuous, newLabels: labels, newRows: rows, maxAgeMs } = retrain;
  if (continuous !== undefined && labelledRows >= continuous.minLabels) {
    const reason = `continuous: the window has ${labelledRows} labels (at least ${continuous.minLabels})`;
    return { kind: 'continuous', reason };
  }
  if (labels !== undefined && newLabels >= labels) {
    return {
      kind: 'new-labels',
      reason: `${newLabels} labels came since ${trainedTo} (${labels})`,
    };
  }
  if (rows !== undefined && newRows >= rows) {
    return { kind: 'new-rows', reason: `${newRows} predictions came since ${trainedTo} (${rows})` };
  }
  const ageMs = Date.parse(window.end) - Date.parse(trainedTo);
  if (maxAgeMs === undefined || ageMs <= maxAgeMs) return null;
  const reason = `the champion is ${formatDurationMs(ageMs)} old (at most ${formatDurationMs(maxAgeMs)})`;
  return { kind: 'staleness', reason };
}

/**
 * Rows and labels since the champion's training, counted from the measurements of windows that began
 * after it. Of sliding windows each row is in several: it counts by its share.
 *
 * @param measurements - of every version
 */
export function standingOf(
  trainedTo: string,
  measurements: readonly WindowMeasurement[],
  { window: { everyMs, slideMs = everyMs } }: MonitorSpec,
): ChampionStanding {
  const share = Math.min(1, slideMs / everyMs);
  const since = measurements.filter(
    ({ window }) => Date.parse(window.start) >= Date.parse(trainedTo),
  );
  const sum = (of: (item: WindowMeasurement) => number): number =>
    Math.round(since.reduce((total, item) => total + of(item), 0) * share);
  return {
    trainedTo,
    newRows: sum(({ rows }) => rows),
    newLabels: sum(({ labelledRows }) => labelledRows),
  };
}
