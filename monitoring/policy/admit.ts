import { formatDurationMs, formatEventTime, type RetrainRequest } from '../../contracts/index.js';
import { isAutomatic } from './automatic.js';
import { type Guard, type Held, heldByGate } from './gate.js';
import type { ModelState, Pause } from './state.js';

export type Admission = { readonly admitted: true } | ({ readonly admitted: false } & Held);

/**
 * Whether a retrain may start now. Pure: `request.asOf`, event time, is what cooldown and budget are
 * counted by, so replayed history is judged as live time is; pauses and quiet hours end by the wall
 * clock.
 *
 * A person's request passes every guard but the one that keeps two retrains from running at once. A
 * schedule also passes staleness, labels, cooldown and budget: it is the backstop.
 *
 * @param nowMs - wall clock
 * @returns the first guard that holds it back, in the order of {@link Guard}
 */
export function admitRetrain(
  state: ModelState,
  request: RetrainRequest,
  nowMs: number = Date.parse(request.asOf),
): Admission {
  const held = heldBy(state, request, nowMs);
  return held === null ? { admitted: true } : { admitted: false, ...held };
}

function heldBy(state: ModelState, request: RetrainRequest, nowMs: number): Held | null {
  if (!isAutomatic(request)) return heldInFlight(state, request);
  return (
    heldByPause(state, nowMs) ??
    heldInFlight(state, request) ??
    heldByCounts(state, request) ??
    heldByGate(state, request, nowMs)
  );
}

export function heldByPause(state: ModelState, nowMs: number): Held | null {
  const pause = pauseAt(state, nowMs);
  return pause === null ? null : held('paused', pauseDetail(pause));
}

/** The pause that holds at a moment, if one does. */
export function pauseAt({ paused }: Pick<ModelState, 'paused'>, nowMs: number): Pause | null {
  if (paused?.until !== undefined && Date.parse(paused.until) <= nowMs) return null;
  return paused;
}

export function pauseDetail({ actor, reason, until }: Pause): string {
  const release = until === undefined ? 'resume it to go on' : `released at ${until}`;
  return `automation is paused by ${actor} (${reason}); ${release}`;
}

function held(guard: Guard, detail: string): Held {
  return { guard, detail };
}

function heldInFlight(state: ModelState, request: RetrainRequest): Held | null {
  if (state.retrain !== null) {
    const run = state.retrain.runId === null ? 'is starting' : `runs as ${state.retrain.runId}`;
    return held('in-flight', `a retrain ${run}; the next is admitted when it has ended`);
  }
  const waiting = state.pending.find(({ request: { kind } }) => kind === 'retrain');
  if (waiting === undefined || !isAutomatic(request)) return null;
  return held('in-flight', `a retrain waits already: ${waiting.detail}`);
}

function heldByCounts(state: ModelState, request: RetrainRequest): Held | null {
  const { guards, ineffectiveRetrains } = state;
  if (guards === null) return null;
  const scheduled = request.trigger === 'schedule';
  const stale = scheduled ? null : heldByAge(state, request);
  if (stale !== null) return stale;
  if (ineffectiveRetrains >= guards.stopAfterIneffective) {
    return held(
      'circuit-breaker',
      `${ineffectiveRetrains} retrains in a row promoted nothing (limit ${guards.stopAfterIneffective}); a manual retrain or promotion closes the breaker`,
    );
  }
  if (scheduled) return null;
  const { minLabels } = guards;
  if (minLabels !== undefined && request.newLabels !== undefined && request.newLabels < minLabels) {
    return held(
      'min-labels',
      `${request.newLabels} labels came since the champion's training (needed ${minLabels}); released when ${minLabels - request.newLabels} more have come`,
    );
  }
  return heldByCooldown(state, request) ?? heldByBudget(state, request);
}

function heldByAge(state: ModelState, request: RetrainRequest): Held | null {
  const newest = state.retrains.at(-1);
  if (newest === undefined || Date.parse(request.asOf) >= Date.parse(newest)) return null;
  return held(
    'stale',
    `the request is of ${request.asOf}, before the last retrain at ${newest}; released by a request of a later time`,
  );
}

function heldByCooldown({ guards, retrains }: ModelState, request: RetrainRequest): Held | null {
  const newest = retrains.at(-1);
  if (guards === null || newest === undefined) return null;
  const sinceMs = Date.parse(request.asOf) - Date.parse(newest);
  if (sinceMs >= guards.cooldownMs) return null;
  const releasedAt = formatEventTime(Date.parse(newest) + guards.cooldownMs);
  return held(
    'cooldown',
    `the last retrain was ${formatDurationMs(sinceMs)} ago (cooldown ${formatDurationMs(guards.cooldownMs)}); released at ${releasedAt}`,
  );
}

function heldByBudget({ guards, retrains }: ModelState, request: RetrainRequest): Held | null {
  if (guards === null) return null;
  const asOfMs = Date.parse(request.asOf);
  const { count, periodMs } = guards.maxRetrains;
  const recent = retrains.filter((at) => asOfMs - Date.parse(at) < periodMs);
  if (recent.length < count) return null;
  const releasedAt = formatEventTime(Date.parse(recent.at(-count) ?? request.asOf) + periodMs);
  return held(
    'budget',
    `${recent.length} retrains in the last ${formatDurationMs(periodMs)} (budget ${count}); released at ${releasedAt}`,
  );
}
