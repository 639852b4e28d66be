import {
  type MonitorSpec,
  type RecentWindow,
  type Response,
  responseRule,
  type Verdict,
  type VerdictKind,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { type Finding, findings } from './findings.js';

/**
 * The verdict on one closed window: the first rule of the response policy that matches, and the
 * configured action once `count` of the last `of` windows of this version agree. Pure: the monitor
 * and a backtest call the same.
 *
 * @param recent - earlier decided windows, newest last; those of other versions do not count
 */
export function diagnose(
  measurement: WindowMeasurement,
  recent: readonly RecentWindow[],
  spec: MonitorSpec,
): Verdict {
  const { count, of } = spec.respond.guards.breaches;
  const none = { seen: 0, needed: count, of };
  if (measurement.rows < spec.window.minRows) {
    return {
      kind: 'insufficient',
      rule: null,
      action: 'none',
      breaches: none,
      reason: `${measurement.rows} rows, fewer than the ${spec.window.minRows} that a verdict needs`,
    };
  }
  const found = findings(measurement, spec);
  const first = found[0];
  if (first === undefined) {
    return {
      kind: 'ok',
      rule: null,
      action: 'none',
      breaches: none,
      reason: 'nothing past its limit',
    };
  }
  const sameVersion = recent.filter((item) => item.version === measurement.version);
  const before = sameVersion.slice(Math.max(0, sameVersion.length - (of - 1)));
  const seen = 1 + before.filter((item) => item.kinds.includes(first.kind)).length;
  const enough = seen >= count;
  return {
    kind: first.kind,
    rule: first.rule,
    action: enough ? actionFor(first, spec) : 'none',
    breaches: { seen, needed: count, of },
    reason: enough ? first.reason : `${first.reason}; ${seen} of ${count} windows needed so far`,
    matched: found.map((finding) => finding.kind),
  };
}

/** The kinds to remember of a decided window, for the verdicts on those that follow. */
export function kindsOf(verdict: Verdict): readonly VerdictKind[] {
  if (verdict.matched !== undefined) return verdict.matched;
  return verdict.kind === 'ok' ? [] : [verdict.kind];
}

function actionFor(finding: Finding, spec: MonitorSpec): Verdict['action'] {
  const { respond } = spec;
  const configured: Readonly<Record<Finding['kind'], Response>> = {
    'no-data': respond.noData ?? 'alert',
    'data-quality-break': respond.dataQuality ?? 'hold',
    'regression-after-deploy': respond.regressionAfterDeploy,
    'prediction-drift': respond.predictionDrift ?? 'alert',
    'service-degraded': respond.service ?? 'alert',
    'label-drift': respond.labelDrift ?? 'alert',
    'concept-drift': respond.performance,
    'fairness-breach': respond.fairness ?? 'alert',
    'data-drift': respond.dataDrift,
    'estimated-loss': respond.estimatedLoss ?? 'alert',
    outliers: respond.outliers ?? 'alert',
    condition: 'alert',
    unknown: respond.unknown ?? 'alert',
  };
  return responseRule(configured[finding.kind]).action;
}
