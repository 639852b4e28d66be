import type { Incident, VerdictKind } from '../../contracts/index.js';
import { nameOf } from './causes/merge-causes.js';

/** A mean over the incidents that it is known of; `null` where it is known of none. */
export interface MeanTime {
  readonly meanMs: number | null;
  readonly incidents: number;
}

export interface RecurringCause {
  /** Kind of the incidents' first verdict. */
  readonly kind: VerdictKind;
  readonly cause: string;
  /** Numbers of the incidents that it was a candidate in, by model, at least two. */
  readonly incidents: readonly { readonly model: string; readonly number: number }[];
}

export interface IncidentReport {
  readonly incidents: number;
  readonly open: number;
  readonly detect: MeanTime;
  readonly respond: MeanTime;
  readonly recover: MeanTime;
  /** Event time from the beginning of the trouble to the end of its last breaching window. */
  readonly lasted: MeanTime;
  /** Most frequent first. */
  readonly recurring: readonly RecurringCause[];
}

/**
 * Mean times and recurring causes of incidents.
 *
 * - detect: from the arrival of the first breaching window's data to the opening, by the wall clock;
 *   where the arrival is not known, event time from the beginning of the trouble to the end of the
 *   window that showed it
 * - respond: from the opening to the first action, by a person or the policy
 * - recover: from the opening to the close of incidents that recovered; one that a person closed
 *   says nothing of recovery
 */
export function incidentReport(incidents: readonly Incident[]): IncidentReport {
  return {
    incidents: incidents.length,
    open: incidents.filter(({ status }) => status === 'open').length,
    detect: meanOf(incidents.map(detectedAfterMs)),
    respond: meanOf(incidents.map(respondedAfterMs)),
    recover: meanOf(incidents.map(recoveredAfterMs)),
    lasted: meanOf(incidents.map(lastedMs)),
    recurring: recurringCauses(incidents),
  };
}

export function detectedAfterMs({ arrivedAt, openedAt, since, windows }: Incident): number | null {
  if (arrivedAt !== undefined) return between(arrivedAt, openedAt);
  const first = windows[0];
  return first === undefined ? null : between(since, first.window.end);
}

export function respondedAfterMs({ openedAt, respondedAt }: Incident): number | null {
  return respondedAt === null ? null : between(openedAt, respondedAt);
}

export function recoveredAfterMs({ openedAt, resolution }: Incident): number | null {
  return resolution?.how === 'recovered' ? between(openedAt, resolution.at) : null;
}

/** Only of incidents that are over: the last breach of an open one may be still to come. */
export function lastedMs({ status, since, windows }: Incident): number | null {
  const last = windows.findLast(({ change }) => change !== 'recovered' && change !== 'closed');
  return status === 'open' || last === undefined ? null : between(since, last.window.end);
}

function recurringCauses(incidents: readonly Incident[]): readonly RecurringCause[] {
  const found = new Map<string, RecurringCause>();
  for (const { model, number, kind, causes } of incidents) {
    for (const cause of new Set(causes.map(recurringName))) {
      const key = `${kind} ${cause}`;
      const known = found.get(key)?.incidents ?? [];
      found.set(key, { kind, cause, incidents: [...known, { model, number }] });
    }
  }
  return [...found.values()]
    .filter(({ incidents: those }) => those.length >= 2)
    .sort((a, b) => b.incidents.length - a.incidents.length);
}

/** That something was deployed recurs, whichever version it was. */
function recurringName(cause: Incident['causes'][number]): string {
  return cause.what === 'deploy' ? 'deploy' : nameOf(cause);
}

function meanOf(times: readonly (number | null)[]): MeanTime {
  const known = times.filter((ms) => ms !== null);
  const sum = known.reduce((total, ms) => total + ms, 0);
  return { meanMs: known.length === 0 ? null : sum / known.length, incidents: known.length };
}

function between(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
