import type { Incident, LedgerAction, LedgerEntry } from '../../contracts/index.js';

/** What is done about a trouble, by the policy or by a person; being held or refused is not. */
const RESPONSES: readonly LedgerAction[] = [
  'promoted',
  'rolled-back',
  'retrain-started',
  'paused',
  'approved',
  'rejected',
  'undone',
  'repaired',
  'labels-asked',
];

type Opened = Pick<Incident, 'openedAt' | 'windows' | 'resolution'>;

/**
 * Lines of the ledger that belong to an incident: those written while it was open, and those that
 * its windows asked for. A signal is sent before the window that sent it is recorded, so the line of
 * its action can be older than the incident.
 */
export function linesOf(incident: Opened, ledger: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const ends = new Set(incident.windows.map(({ window }) => window.end));
  const until = incident.resolution?.at;
  return ledger.filter((entry) => {
    if (entry.action === 'registered') return false;
    if (entry.at >= incident.openedAt) return until === undefined || entry.at <= until;
    return ends.has(windowEndOf(entry) ?? '');
  });
}

/** Wall clock of the first action on it, never before it was opened; `null` while there is none. */
export function firstResponse(incident: Opened, ledger: readonly LedgerEntry[]): string | null {
  const first = linesOf(incident, ledger).find(({ action }) => RESPONSES.includes(action));
  if (first === undefined) return null;
  const isOlder = first.at < incident.openedAt;
  return isOlder ? incident.openedAt : first.at;
}

function windowEndOf({ evidence }: LedgerEntry): string | null {
  const window = evidence['window'];
  if (typeof window !== 'object' || window === null || !('end' in window)) return null;
  return typeof window.end === 'string' ? window.end : null;
}
