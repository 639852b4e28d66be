import type { Severity, Verdict, VerdictKind } from '../../contracts/index.js';

/** Production is broken or about to be, whatever the policy does about it. */
const BROKEN: readonly VerdictKind[] = [
  'no-data',
  'data-quality-break',
  'regression-after-deploy',
  'prediction-drift',
  'service-degraded',
];

/**
 * How bad a breach is. `info`: the policy does not act on it, or not yet, since too few windows
 * agree. `critical`: production is broken ({@link BROKEN}), or another version has to answer.
 * `warning`: everything else that the policy acts on.
 */
export function severityOf({ kind, action }: Pick<Verdict, 'kind' | 'action'>): Severity {
  if (action === 'rollback' || action === 'fallback') return 'critical';
  if (action === 'none') return 'info';
  return BROKEN.includes(kind) ? 'critical' : 'warning';
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

export function isWorse(severity: Severity, than: Severity): boolean {
  return RANK[severity] > RANK[than];
}
