import type { DriftFindings } from '../../contracts/index.js';
import type { ReplayedDecision } from '../replay/replay.js';

/** An alarm this many windows after a drift is still of that drift. */
export const DRIFT_HORIZON_WINDOWS = 8;

/**
 * Alarms against the drifts that are known. An alarm is a decided window whose verdict asks for an
 * action; alarms of windows that follow one another are one. It belongs to the drift before it, where
 * that is no longer ago than {@link DRIFT_HORIZON_WINDOWS} of the compared windows; else it is false.
 *
 * @param driftsMs - event times of the drifts, ascending
 */
export function driftFindings(
  decisions: readonly ReplayedDecision[],
  driftsMs: readonly number[],
  everyMs: number,
): DriftFindings {
  const alarms = decisions.filter(
    (decision, index) => isAlarm(decision) && !isAlarm(decisions[index - 1]),
  );
  const horizonMs = DRIFT_HORIZON_WINDOWS * everyMs;
  const delays = new Map<number, number>();
  let falseAlarms = 0;
  for (const { window, decidedAt } of alarms) {
    const endMs = Date.parse(window.end);
    const drift = driftsMs.findLast((ms) => ms < endMs);
    if (drift === undefined || endMs - drift > horizonMs) falseAlarms += 1;
    else if (!delays.has(drift)) delays.set(drift, Date.parse(decidedAt) - drift);
  }
  return {
    alarms: alarms.length,
    falseAlarms,
    detected: delays.size,
    missed: driftsMs.length - delays.size,
    delaysMs: [...delays.values()],
  };
}

function isAlarm(decision: ReplayedDecision | undefined): boolean {
  return decision !== undefined && decision.verdict.action !== 'none';
}
