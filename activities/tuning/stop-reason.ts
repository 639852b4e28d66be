import type { Trial, TuningEnd } from '../../contracts/index.js';
import type { TuningOptions } from './read-inputs.js';
import { bestOf, isBetter } from './summarise.js';

/** So many trials without any score: the pipeline or the metric is wrong, not the luck. */
const HOPELESS_TRIALS = 5;

/** Why no further trial is begun; `null` where one is. */
export function stopReason(
  options: Pick<TuningOptions, 'goal' | 'trials' | 'target' | 'plateau' | 'afterMs'>,
  trials: readonly Trial[],
  elapsedMs: number,
): TuningEnd | null {
  const { goal, target, plateau, afterMs } = options;
  const best = bestOf(trials, goal);
  if (best?.score != null && target !== null) {
    if (best.score === target || isBetter(best.score, target, goal)) return 'target';
  }
  if (best === null && trials.length >= HOPELESS_TRIALS) return 'no-score';
  if (plateau !== null && best !== null && trials.length - 1 - best.number >= plateau) {
    return 'plateau';
  }
  if (options.trials !== null && trials.length >= options.trials) return 'trials';
  return afterMs !== null && elapsedMs >= afterMs ? 'time' : null;
}
