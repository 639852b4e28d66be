import { formatDurationMs, formatEventTime, type RetrainRequest } from '../../contracts/index.js';
import type { ModelState } from './state.js';

export type Guard = 'paused' | 'in-flight' | 'stale' | 'cooldown' | 'budget' | 'circuit-breaker';

export type Admission =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      readonly guard: Guard;
      /** One sentence: what holds it back, and what would release it. */
      readonly detail: string;
    };

/**
 * Whether a retrain may start now. Pure: the only clock is `request.asOf`, event time, so replayed
 * history is judged as live time is.
 *
 * A person's request passes every guard but the one that keeps two retrains from running at once. A
 * schedule also passes cooldown and budget: it is the backstop against staleness.
 *
 * @returns the first guard that holds it back, in the order of {@link Guard}
 */
export function admitRetrain(state: ModelState, request: RetrainRequest): Admission {
  const held = (guard: Guard, detail: string): Admission => ({ admitted: false, guard, detail });
  const manual = request.trigger === 'manual';

  if (state.paused !== null && !manual) {
    return held(
      'paused',
      `automation is paused by ${state.paused.actor} (${state.paused.reason}); resume it to go on`,
    );
  }
  if (state.retrain !== null) {
    const run = state.retrain.runId === null ? 'is starting' : `runs as ${state.retrain.runId}`;
    return held('in-flight', `a retrain ${run}; the next is admitted when it has ended`);
  }
  const guards = state.guards;
  if (guards === null || manual) return { admitted: true };

  if (state.ineffectiveRetrains >= guards.stopAfterIneffective) {
    return held(
      'circuit-breaker',
      `${state.ineffectiveRetrains} retrains in a row promoted nothing (limit ${guards.stopAfterIneffective}); a manual retrain or promotion closes the breaker`,
    );
  }
  if (request.trigger === 'schedule') return { admitted: true };

  const asOfMs = Date.parse(request.asOf);
  const newest = state.retrains.at(-1);
  if (newest !== undefined) {
    const sinceMs = asOfMs - Date.parse(newest);
    if (sinceMs < 0) {
      return held(
        'stale',
        `the request is of ${request.asOf}, before the last retrain at ${newest}`,
      );
    }
    if (sinceMs < guards.cooldownMs) {
      const releasedAt = formatEventTime(Date.parse(newest) + guards.cooldownMs);
      return held(
        'cooldown',
        `the last retrain was ${formatDurationMs(sinceMs)} ago (cooldown ${formatDurationMs(guards.cooldownMs)}); released at ${releasedAt}`,
      );
    }
  }
  const { count, periodMs } = guards.maxRetrains;
  const recent = state.retrains.filter((at) => asOfMs - Date.parse(at) < periodMs);
  if (recent.length >= count) {
    const releasedAt = formatEventTime(Date.parse(recent.at(-count) ?? request.asOf) + periodMs);
    return held(
      'budget',
      `${recent.length} retrains in the last ${formatDurationMs(periodMs)} (budget ${count}); released at ${releasedAt}`,
    );
  }
  return { admitted: true };
}
