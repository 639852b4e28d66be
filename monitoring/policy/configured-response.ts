import {
  type MonitorSpec,
  type Response,
  type ResponseRule,
  responseRule,
  type Verdict,
  type VerdictKind,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { type Finding, truthOf } from './findings/index.js';

/** The rule of the monitor block for a finding. */
export function configuredRule(
  { kind, condition }: Finding,
  { respond }: MonitorSpec,
): ResponseRule {
  if (kind === 'condition') {
    return respond.conditions?.find(({ name }) => name === condition) ?? { action: 'alert' };
  }
  const configured: Readonly<Record<typeof kind, Response>> = {
    'no-data': respond.noData ?? 'alert',
    'data-quality-break': respond.dataQuality ?? 'hold',
    'regression-after-deploy': respond.regressionAfterDeploy,
    'prediction-drift': respond.predictionDrift ?? 'alert',
    'service-degraded': respond.service ?? 'alert',
    'feature-skew': respond.featureSkew ?? 'alert',
    'label-drift': respond.labelDrift ?? 'alert',
    'concept-drift': respond.performance,
    'fairness-breach': respond.fairness ?? 'alert',
    'data-drift': respond.dataDrift,
    'estimated-loss': respond.estimatedLoss ?? 'alert',
    outliers: respond.outliers ?? 'alert',
    unknown: respond.unknown ?? 'alert',
  };
  return responseRule(configured[kind]);
}

/** What no training mends: these kinds never lead to one, whatever is configured. */
const NEVER_RETRAINED: ReadonlySet<VerdictKind> = new Set([
  'no-data',
  'data-quality-break',
  'prediction-drift',
  'service-degraded',
  'feature-skew',
]);

/** The inputs of a window that `impute` would fill: past their limit of missing values. */
export function imputableFeatures({ quality }: WindowMeasurement): readonly string[] {
  return quality.breaches
    .filter(({ check }) => check === 'missing-values' || check === 'missing-column')
    .map(({ column }) => column);
}

export interface ConfiguredAction {
  readonly action: Verdict['action'];
  readonly held?: NonNullable<Verdict['held']>;
}

/** The configured action for a finding that enough windows agree on, and what keeps it back. */
export function configuredAction(
  finding: Finding,
  measurement: WindowMeasurement,
  spec: MonitorSpec,
): ConfiguredAction {
  const rule = configuredRule(finding, spec);
  const action = possibleAction(finding, rule, measurement);
  // The condition of a team's own response is what matched.
  const waits = finding.kind === 'condition' ? null : waitsFor(rule, measurement);
  if (waits !== null) return { action: 'none', held: { guard: 'condition', detail: waits } };
  if (finding.tolerated !== undefined && action !== 'alert' && action !== 'hold') {
    const detail = `${finding.tolerated}; ${action} follows once the estimate is past it`;
    return { action: 'alert', held: { guard: 'tolerance', detail } };
  }
  return { action };
}

function possibleAction(
  { kind }: Finding,
  { action }: ResponseRule,
  measurement: WindowMeasurement,
): Verdict['action'] {
  if (action === 'retrain' && NEVER_RETRAINED.has(kind)) return 'alert';
  // Nothing is missing that could be filled: the break is of another kind, and a person decides.
  if (action === 'impute' && imputableFeatures(measurement).length === 0) return 'hold';
  return action;
}

function waitsFor({ when }: ResponseRule, measurement: WindowMeasurement): string | null {
  if (when === undefined) return null;
  const { holds, reason } = truthOf(when, measurement);
  if (holds) return null;
  const why = reason === null ? '' : `, which cannot be told in this window: ${reason}`;
  return `it waits for ${when}${why}`;
}
