import type {
  ConceptDrift,
  Incident,
  IncidentChange,
  IncidentWindow,
  LedgerEntry,
  MonitorDecision,
  RootCause,
  WindowMeasurement,
} from '../../contracts/index.js';
import { VERDICT_KINDS } from '../../contracts/index.js';
import { mergeCauses } from './causes/merge-causes.js';
import { firstResponse } from './first-response.js';
import { isClean, isRecovered, type RecoveryRule, unprovenChallenger } from './recovery.js';
import { isWorse, severityOf } from './severity.js';

const WINDOWS_KEPT = 200;

export interface TrackedWindow {
  readonly decision: MonitorDecision;
  /** `null` where the window could not be measured, or had no rows. */
  readonly measurement: Pick<WindowMeasurement, 'concept'> | null;
  /** Candidates that this window shows, the likeliest first. */
  readonly causes: readonly RootCause[];
  /** Of the model, oldest line first. */
  readonly ledger: readonly LedgerEntry[];
  readonly recovery: RecoveryRule;
  /** Wall clock at which the window's data began to arrive, where that is known. */
  readonly arrivedAt?: string;
}

export interface TrackedIncident {
  /** As it is after the window; `null` where the model has no open one and none was opened. */
  readonly incident: Incident | null;
  readonly change: IncidentChange;
}

/**
 * What a decided window makes of a model's incident. A breach opens one, or joins the open one and
 * may escalate it; clean windows close it once enough of them came in a row ({@link RecoveryRule}),
 * unless a new version that is not proven waits as a challenger. An `insufficient` window changes
 * nothing. Pure, and the same window given again yields what it yielded first.
 *
 * @param latest - the model's newest incident, open or closed; `null` before the first
 * @example trackIncident(null, breach).change; // 'opened'
 */
export function trackIncident(latest: Incident | null, tracked: TrackedWindow): TrackedIncident {
  const { decision } = tracked;
  const seen = latest?.windows.find(({ window }) => sameWindow(window, decision.window));
  if (latest !== null && seen !== undefined) {
    return { incident: latest, change: seen.change ?? 'none' };
  }
  const open = latest?.status === 'open' ? latest : null;
  if (decision.verdict.kind === 'insufficient') return { incident: open, change: 'none' };
  if (isClean(decision.verdict)) {
    return open === null ? { incident: null, change: 'none' } : recover(open, tracked);
  }
  return open === null
    ? { incident: opened((latest?.number ?? 0) + 1, tracked), change: 'opened' }
    : join(open, tracked);
}

function opened(number: number, tracked: TrackedWindow): Incident {
  const { decision, measurement, causes, ledger, arrivedAt } = tracked;
  const { model, version, window, verdict, decidedAt } = decision;
  const incident: Incident = {
    model,
    number,
    status: 'open',
    severity: severityOf(verdict),
    kind: verdict.kind,
    version,
    summary: verdict.reason,
    since: changedFrom(measurement?.concept) ?? window.start,
    openedAt: decidedAt,
    ...(arrivedAt !== undefined && arrivedAt <= decidedAt && { arrivedAt }),
    windows: [windowOf(decision, 'opened')],
    causes: mergeCauses([], causes),
    respondedAt: null,
    resolution: null,
  };
  return { ...incident, respondedAt: firstResponse(incident, ledger) };
}

function join(open: Incident, { decision, causes, ledger }: TrackedWindow): TrackedIncident {
  const { verdict } = decision;
  const severity = severityOf(verdict);
  const escalates = isWorse(severity, open.severity);
  const change = escalates ? 'escalated' : 'joined';
  // Of the same severity the rule that is asked first is the worse one.
  const isWorst =
    escalates || (severity === open.severity && ruleOf(verdict.kind) < ruleOf(worstKind(open)));
  const joined: Incident = {
    ...open,
    severity: escalates ? severity : open.severity,
    summary: isWorst ? verdict.reason : open.summary,
    windows: withWindow(open, windowOf(decision, change)),
    causes: mergeCauses(open.causes, causes),
  };
  return { incident: responded(joined, ledger), change };
}

function recover(open: Incident, { decision, ledger, recovery }: TrackedWindow): TrackedIncident {
  const clean = withWindow(open, windowOf(decision, 'recovered'));
  const unproven = unprovenChallenger(open, ledger);
  if (!isRecovered(clean, recovery) || unproven !== null) {
    const reason =
      unproven === null
        ? decision.verdict.reason
        : `${decision.verdict.reason}; version ${unproven.to ?? '?'} waits as a challenger that is not proven`;
    const windows = withWindow(open, { ...windowOf(decision, 'recovered'), reason });
    return { incident: responded({ ...open, windows }, ledger), change: 'recovered' };
  }
  const closed: Incident = {
    ...open,
    status: 'closed',
    windows: withWindow(open, windowOf(decision, 'closed')),
    resolution: {
      how: 'recovered',
      actor: 'monitor',
      note: `${recovery.count} of the last ${recovery.of} windows were clean`,
      at: decision.decidedAt,
    },
  };
  return { incident: responded(closed, ledger), change: 'closed' };
}

/** A person ends the incident, whatever the windows say; one that is closed stays as it is. */
export function closeIncident(
  incident: Incident,
  by: { readonly actor: string; readonly note: string; readonly at: string },
  ledger: readonly LedgerEntry[],
): Incident {
  if (incident.status === 'closed') return incident;
  const { actor, note, at } = by;
  return {
    ...responded(incident, ledger),
    status: 'closed',
    resolution: { how: 'closed-by-person', actor, note, at },
  };
}

function responded(incident: Incident, ledger: readonly LedgerEntry[]): Incident {
  if (incident.respondedAt !== null) return incident;
  return { ...incident, respondedAt: firstResponse(incident, ledger) };
}

/** The first window tells how it began: it stays, of the others the newest do. */
function withWindow({ windows }: Incident, next: IncidentWindow): readonly IncidentWindow[] {
  if (windows.length < WINDOWS_KEPT) return [...windows, next];
  return [...windows.slice(0, 1), ...windows.slice(2 - WINDOWS_KEPT), next];
}

function windowOf(decision: MonitorDecision, change: IncidentChange): IncidentWindow {
  const { window, verdict, version, signalled, decidedAt } = decision;
  return {
    window,
    kind: verdict.kind,
    reason: verdict.reason,
    action: signalled ?? verdict.action,
    version,
    change,
    at: decidedAt,
  };
}

function worstKind({ summary, windows, kind }: Incident) {
  return windows.find(({ reason }) => reason === summary)?.kind ?? kind;
}

function ruleOf(kind: MonitorDecision['verdict']['kind']): number {
  return VERDICT_KINDS.indexOf(kind);
}

/** Errors rose at a row, which is nearer to the beginning than the window in which it was seen. */
function changedFrom(concept: ConceptDrift | undefined): string | null {
  return concept?.verdict === 'drift' ? concept.changedFrom : null;
}

function sameWindow(a: MonitorDecision['window'], b: MonitorDecision['window']): boolean {
  return a.start === b.start && a.end === b.end;
}
