import { pauseAt, pauseDetail } from '../admit.js';
import { isAutomatic } from '../automatic.js';
import { quietUntil } from '../quiet-hours.js';
import type { ModelState } from '../state.js';
import type { RolloutInFlight, RolloutPhase } from './rollout-state.js';

/**
 * What keeps a rollout from giving a version more requests, or the model: a person who paused it;
 * for one that nobody asked for by hand, a pause of the model and quiet hours. Nothing keeps it
 * from giving them back.
 *
 * @param nowMs - wall clock
 * @returns `null`: nothing does
 */
export function forwardHold(
  state: ModelState,
  { request, pausedBy }: RolloutInFlight,
  nowMs: number,
): Extract<RolloutPhase, { kind: 'held' }> | null {
  if (pausedBy !== null) {
    const detail = `goes on when it is resumed with \`millrace rollout resume ${state.model}\``;
    return { kind: 'held', detail, until: null };
  }
  if (!isAutomatic(request)) return null;
  const pause = pauseAt(state, nowMs);
  if (pause !== null) {
    return { kind: 'held', detail: pauseDetail(pause), until: pause.until ?? null };
  }
  const hours = state.guards?.quietHours;
  const untilMs = hours === undefined ? null : quietUntil(hours, nowMs);
  if (untilMs === null) return null;
  const until = new Date(untilMs).toISOString();
  return { kind: 'held', detail: `quiet hours; goes on at ${until}`, until };
}
