import type {
  Incident,
  IncidentWindow,
  LedgerAction,
  LedgerEntry,
  Verdict,
} from '../../contracts/index.js';

/** An incident recovers once `count` of its last `of` windows were clean. */
export interface RecoveryRule {
  readonly count: number;
  readonly of: number;
}

/** Where the monitor has no `guards.exit`. */
export const DEFAULT_RECOVERY: RecoveryRule = { count: 2, of: 2 };

/**
 * Nothing of the window itself is past a limit. A kind that only hysteresis keeps standing is not in
 * `matched`: such a window is clean.
 */
export function isClean({ kind, matched }: Pick<Verdict, 'kind' | 'matched'>): boolean {
  return kind === 'ok' || (matched !== undefined && matched.length === 0);
}

/** @param windows - of the incident, oldest first, the newest included */
export function isRecovered(windows: readonly IncidentWindow[], rule: RecoveryRule): boolean {
  return windows.slice(-rule.of).filter(isCleanWindow).length >= rule.count;
}

function isCleanWindow({ kind, change }: IncidentWindow): boolean {
  return kind === 'ok' || change === 'recovered' || change === 'closed';
}

/** What settles the question whether a kept challenger should serve. */
const SETTLED: readonly LedgerAction[] = ['promoted', 'rolled-back', 'rejected', 'undone'];

/**
 * The line by which a new version was kept as a challenger since the incident was opened, while
 * nothing has settled that yet: what was done about the trouble is not proven to help.
 */
export function unprovenChallenger(
  { openedAt }: Pick<Incident, 'openedAt'>,
  ledger: readonly LedgerEntry[],
): LedgerEntry | null {
  const last = ledger
    .filter(({ at }) => at >= openedAt)
    .findLast(({ action }) => action === 'kept-as-challenger' || SETTLED.includes(action));
  return last?.action === 'kept-as-challenger' ? last : null;
}
