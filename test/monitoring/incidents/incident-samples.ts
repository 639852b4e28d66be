import type {
  LedgerEntry,
  MonitorDecision,
  RootCause,
  TimeWindow,
  Verdict,
  VerdictKind,
} from '../../../contracts/index.js';
import type { TrackedWindow } from '../../../monitoring/incidents/index.js';
import { DEFAULT_RECOVERY } from '../../../monitoring/incidents/index.js';

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2011, 3, 4);
/** Windows of 2011 are replayed in 2026, a minute each. */
const DECIDED_MS = Date.UTC(2026, 0, 1, 12);

export function weekOf(index: number): TimeWindow {
  const start = FIRST_MS + index * 7 * DAY_MS;
  return { start: iso(start), end: iso(start + 7 * DAY_MS) };
}

export function decidedAt(index: number): string {
  return new Date(DECIDED_MS + index * 60_000).toISOString();
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

export function decided(
  index: number,
  kind: VerdictKind,
  action: Verdict['action'] = kind === 'ok' || kind === 'insufficient' ? 'none' : 'alert',
  over: Partial<Verdict> = {},
): MonitorDecision {
  return {
    model: 'bikes',
    version: 2,
    window: weekOf(index),
    verdict: {
      kind,
      rule: null,
      action,
      breaches: { seen: 1, needed: 1, of: 1 },
      reason: `week ${index} is ${kind}`,
      ...over,
    },
    signalled: action === 'retrain' || action === 'rollback' ? action : null,
    decidedAt: decidedAt(index),
  };
}

export function tracked(
  decision: MonitorDecision,
  over: Partial<TrackedWindow> = {},
): TrackedWindow {
  return {
    decision,
    measurement: null,
    causes: [],
    ledger: [],
    recovery: DEFAULT_RECOVERY,
    ...over,
  };
}

export function line(
  action: LedgerEntry['action'],
  at: string,
  over: Partial<LedgerEntry> = {},
): LedgerEntry {
  return {
    model: 'bikes',
    key: `${action}/${at}`,
    at,
    asOf: '2011-04-11T00:00:00Z',
    actor: 'monitor',
    action,
    from: 2,
    to: 3,
    reason: 'a test says so',
    evidence: {},
    ...over,
  };
}

export function column(name: string, since: string | null = null): RootCause {
  return { what: 'column', name, detail: `${name} moved`, since };
}
