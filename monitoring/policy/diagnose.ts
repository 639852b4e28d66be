import {
  type MonitorSpec,
  type RecentWindow,
  VERDICT_KINDS,
  type Verdict,
  type VerdictKind,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { configuredAction, configuredRule } from './configured-response.js';
import { type Finding, findings } from './findings/index.js';
import { type Sign, type Standing, signOfCondition, signsOf, standing } from './hysteresis.js';

/**
 * The verdict on one closed window: the first rule of the response policy that matches, and the
 * configured action once `count` of the last `of` windows of this version agree. Pure: the monitor,
 * `monitor explain` and a backtest call the same.
 *
 * @param recent - earlier decided windows, newest last; those of other versions do not count
 */
export function diagnose(
  measurement: WindowMeasurement,
  recent: readonly RecentWindow[],
  spec: MonitorSpec,
): Verdict {
  const { guards } = spec.respond;
  const same = recent.filter((item) => item.version === measurement.version);
  const tooFew = measurement.rows < spec.window.minRows;
  const found = findings(measurement, spec).filter(
    ({ kind }) => !tooFew || NEEDS_NO_ROWS.has(kind),
  );
  const stands = tooFew ? [] : standing(same, guards);
  const entered = new Map(stands.map((item) => [item.sign, item]));
  const first = firstOf(found, stands, guards.exit);
  const remembered = rememberedOf(found, tooFew);
  if (first === null) {
    const none = { seen: 0, needed: guards.breaches.count, of: guards.breaches.of };
    const unsaid = { rule: null, action: 'none', breaches: none } as const;
    return tooFew
      ? { kind: 'insufficient', reason: tooFewRows(measurement, spec), ...unsaid }
      : { kind: 'ok', reason: 'nothing past its limit', ...unsaid };
  }
  const breaches = breachesOf(signOf(first), found, same, spec);
  const base = { kind: first.kind, rule: first.rule, breaches, ...remembered };
  if ('held' in first) {
    return { ...base, action: 'none', reason: first.reason, held: first.held };
  }
  const named = first.condition === undefined ? {} : { condition: first.condition };
  if (breaches.seen < breaches.needed && !entered.has(signOf(first))) {
    const detail = `${breaches.seen} of ${breaches.needed} windows needed so far`;
    return {
      ...base,
      ...named,
      action: 'none',
      reason: `${first.reason}; ${detail}`,
      held: { guard: 'breaches', detail },
    };
  }
  const { risk = spec.risk, undoMs, notify } = configuredRule(first, spec);
  return {
    ...base,
    ...named,
    ...configuredAction(first, measurement, spec),
    reason: first.reason,
    ...(risk !== undefined && { risk }),
    ...(undoMs !== undefined && { undoMs }),
    ...(notify !== undefined && { notify }),
  };
}

/** What shows with few rows, or none. */
const NEEDS_NO_ROWS: ReadonlySet<VerdictKind> = new Set(['no-data', 'service-degraded']);

/** A trouble that this window is clear of and that has not been left. */
interface StandingFinding extends Finding {
  readonly held: NonNullable<Verdict['held']>;
}

/** What decides: the first in the order of the rules, of what was found and of what stands still. */
function firstOf(
  found: readonly Finding[],
  stands: readonly Standing[],
  exit: MonitorSpec['respond']['guards']['exit'],
): Finding | StandingFinding | null {
  const present = new Set(found.map(signOf));
  const cleared = stands
    .filter(({ sign }) => !present.has(sign))
    .map(({ sign, clear }) => standingFinding(sign, clear + 1, exit));
  const still = cleared.filter((finding) => finding !== null);
  // Sorting keeps the order of equals: conditions stay in the order of the file.
  const all = [...found, ...still].sort((a, b) => orderOf(a.kind) - orderOf(b.kind));
  return all[0] ?? null;
}

function standingFinding(
  sign: Sign,
  clear: number,
  exit: MonitorSpec['respond']['guards']['exit'],
): StandingFinding | null {
  if (exit === undefined || clear >= exit.count) return null;
  const [kindName, condition] = sign.split(/\/(.*)/s);
  const kind = VERDICT_KINDS.find((known) => known === kindName);
  if (kind === undefined || kind === 'ok' || kind === 'insufficient') return null;
  const detail = `it ends when ${exit.count} of the last ${exit.of} windows are clear (${clear} so far)`;
  return {
    kind,
    rule: RULES[kind],
    reason: `this window is clear of ${condition ?? kind}, which stands: ${detail}`,
    held: { guard: 'hysteresis', detail },
  };
}

function signOf({ kind, condition }: Finding): Sign {
  return condition === undefined ? kind : signOfCondition(condition);
}

function orderOf(kind: VerdictKind): number {
  return VERDICT_KINDS.indexOf(kind);
}

const RULES: Readonly<Record<Finding['kind'], Verdict['rule']>> = {
  'no-data': 1,
  'data-quality-break': 1,
  'regression-after-deploy': 2,
  'prediction-drift': 2,
  'service-degraded': 2,
  'feature-skew': 2,
  'label-drift': 3,
  'concept-drift': 4,
  'fairness-breach': 4,
  'data-drift': 5,
  'estimated-loss': 5,
  outliers: 5,
  condition: null,
  unknown: 6,
};

function breachesOf(
  sign: Sign,
  found: readonly Finding[],
  same: readonly RecentWindow[],
  spec: MonitorSpec,
): Verdict['breaches'] {
  const { count, of } = spec.respond.guards.breaches;
  const before = same.slice(Math.max(0, same.length - (of - 1)));
  const seen = before.filter((item) => signsOf(item).includes(sign)).length;
  const now = found.some((finding) => signOf(finding) === sign) ? 1 : 0;
  return { seen: seen + now, needed: count, of };
}

function rememberedOf(
  found: readonly Finding[],
  tooFew: boolean,
): Pick<Verdict, 'matched' | 'conditions'> {
  const conditions = found.flatMap(({ condition }) => condition ?? []);
  return {
    matched: [
      ...new Set<VerdictKind>(found.map(({ kind }) => kind)),
      ...(tooFew ? (['insufficient'] as const) : []),
    ],
    ...(conditions.length > 0 && { conditions }),
  };
}

function tooFewRows({ rows }: WindowMeasurement, spec: MonitorSpec): string {
  return `${rows} rows, fewer than the ${spec.window.minRows} that a verdict needs`;
}

/** The kinds to remember of a decided window, for the verdicts on those that follow. */
export function kindsOf(verdict: Verdict): readonly VerdictKind[] {
  if (verdict.matched !== undefined) return verdict.matched;
  return verdict.kind === 'ok' ? [] : [verdict.kind];
}

/** What the verdicts on the windows that follow need of a decided one. */
export function recentWindow(version: number, verdict: Verdict): RecentWindow {
  const { conditions } = verdict;
  return { version, kinds: kindsOf(verdict), ...(conditions !== undefined && { conditions }) };
}

/** The verdict where no data came though data was due: there is no window to measure. */
export function verdictOnSilence(spec: MonitorSpec, reason: string): Verdict {
  const finding: Finding = { kind: 'no-data', rule: 1, reason };
  const { action, risk = spec.risk, notify } = configuredRule(finding, spec);
  return {
    kind: 'no-data',
    rule: 1,
    action: action === 'retrain' || action === 'impute' ? 'alert' : action,
    breaches: { seen: 1, needed: 1, of: 1 },
    reason,
    matched: ['no-data'],
    ...(risk !== undefined && { risk }),
    ...(notify !== undefined && { notify }),
  };
}
