import { gainOver, type Trial, type TuningEnd } from '../../contracts/index.js';
import type { TuningOptions } from './read-inputs.js';
import { bestOf } from './summarise.js';

/** So many trials, and all of them failed: the pipeline or the metric is wrong, not the luck. */
const HOPELESS_TRIALS = 5;

/** What a search ends by. */
export type StopRules = Pick<
  TuningOptions,
  'goal' | 'trials' | 'target' | 'plateau' | 'minDelta' | 'afterMs' | 'maxFailures'
>;

/**
 * Why no further trial is begun; `null` where one is.
 *
 * @param trials - those that have ended, by number
 * @param running - how many have not
 */
export function stopReason(
  options: StopRules,
  trials: readonly Trial[],
  running: number,
  elapsedMs: number,
): TuningEnd | null {
  const { goal, target, plateau, afterMs, maxFailures } = options;
  const best = bestOf(trials, goal)?.score ?? null;
  if (best !== null && target !== null && gainOver(best, target, goal) >= 0) return 'target';
  const failures = trials.filter(hasFailed).length;
  if (maxFailures === null) {
    if (failures >= HOPELESS_TRIALS && failures === trials.length) return 'no-score';
  } else if (failures > maxFailures) return 'failures';
  if (plateau !== null && trialsWithoutGain(trials, options) >= plateau) return 'plateau';
  if (options.trials !== null && trials.length + running >= options.trials) return 'trials';
  return afterMs !== null && elapsedMs >= afterMs ? 'time' : null;
}

/** Gave no score, though nobody ended it. */
export function hasFailed({ status, score }: Trial): boolean {
  return score === null && status !== 'pruned' && status !== 'cancelled';
}

/**
 * How many of the newest trials in a row did not gain at least `minDelta` on the best before them. 0
 * until there is a score.
 *
 * @example trialsWithoutGain(scored(5, 4.9, 4.8), { goal: 'minimise', minDelta: 0.5 }); // 2
 */
export function trialsWithoutGain(
  trials: readonly Trial[],
  { goal, minDelta }: Pick<StopRules, 'goal' | 'minDelta'>,
): number {
  let best: number | null = null;
  let without = 0;
  for (const { score } of trials) {
    const gain = score === null || best === null ? null : gainOver(score, best, goal);
    const gains = score !== null && (gain === null || (gain > 0 && gain >= minDelta));
    if (gains) best = score;
    if (best !== null) without = gains ? 0 : without + 1;
  }
  return without;
}
