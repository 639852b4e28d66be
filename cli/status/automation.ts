import type { Automation, MonitorSpec, PendingRequest } from '../../contracts/index.js';
import type { ModelState } from '../../monitoring/policy/index.js';

/** What happens by itself, and what keeps it from happening. */
export interface Automated {
  /** `null` where the champion has no monitor: nothing happens by itself. */
  readonly mode: Automation | null;
  /** `until` is `null` where a person has to resume. */
  readonly paused: {
    readonly actor: string;
    readonly reason: string;
    readonly until: string | null;
  } | null;
  /** So many retrains in a row promoted nothing that automatic ones are held. */
  readonly isBreakerOpen: boolean;
}

/** A request that waits. */
export interface Waiting {
  readonly requestId: string;
  readonly what: PendingRequest['request']['kind'];
  readonly waitsFor: PendingRequest['waitsFor'];
  readonly detail: string;
  /** Wall clock; `null` where only a person ends it. */
  readonly until: string | null;
}

/** An action that a person may still take back. */
export interface UndoableAction {
  readonly what: 'promotion' | 'rollback' | 'retrain' | 'repair';
  /** Wall clock. */
  readonly until: string;
}

/** @param state - as the ledger tells it */
export function automationOf(
  state: Pick<ModelState, 'paused' | 'ineffectiveRetrains'>,
  monitor: MonitorSpec | null,
  nowMs: number,
): Automated {
  const { paused } = state;
  const isPaused =
    paused !== null && (paused.until === undefined || Date.parse(paused.until) > nowMs);
  const guards = monitor?.respond.guards;
  return {
    mode: monitor === null ? null : (monitor.respond.automation ?? 'full'),
    paused: isPaused
      ? { actor: paused.actor, reason: paused.reason, until: paused.until ?? null }
      : null,
    isBreakerOpen: guards !== undefined && state.ineffectiveRetrains >= guards.stopAfterIneffective,
  };
}

export function waitingOf({ pending }: Pick<ModelState, 'pending'>): readonly Waiting[] {
  return pending.map(({ request, waitsFor, detail, until }) => ({
    requestId: request.requestId,
    what: request.kind,
    waitsFor,
    detail,
    until,
  }));
}

export function undoableOf(
  { undoable }: Pick<ModelState, 'undoable'>,
  nowMs: number,
): readonly UndoableAction[] {
  return undoable
    .filter(({ until }) => Date.parse(until) > nowMs)
    .map(({ what, until }) => ({ what, until }));
}
