import {
  isBetter,
  type StepOutputs,
  type Trial,
  type TuningEnd,
  type TuningGoal,
  type TuningHistory,
} from '../../contracts/index.js';
import { importanceOf } from './importance.js';
import type { TuningOptions } from './read-inputs.js';

/** The best of the trials that gave a score; of equals the first. */
export function bestOf(trials: readonly Trial[], goal: TuningGoal): Trial | null {
  let best: Trial | null = null;
  for (const trial of trials) {
    if (trial.score === null) continue;
    if (best?.score == null || isBetter(trial.score, best.score, goal)) best = trial;
  }
  return best;
}

/** Everything that a search tried, as it is kept. */
export function historyOf(
  { metric, goal, method, seed, space, halving }: TuningOptions,
  trials: readonly Trial[],
  stopped: TuningEnd,
): TuningHistory {
  return {
    format: 'millrace-tuning/2',
    metric,
    goal,
    method,
    seed,
    space,
    halving,
    trials,
    best: bestOf(trials, goal)?.number ?? null,
    stopped,
    importance: importanceOf(space, trials),
  };
}

/** What a search hands on: all that its best trial did, and how it came to it. */
export function searchOutputs(
  history: TuningHistory,
  outputs: StepOutputs,
  ref: StepOutputs['artifacts'][string],
): StepOutputs {
  const { trials, metric, stopped } = history;
  const winner = trials.find(({ number }) => number === history.best);
  const score = winner?.score ?? null;
  return {
    values: {
      ...outputs.values,
      best: winner?.params ?? null,
      score,
      trial: winner?.number ?? null,
      trials: trials.length,
      stopped,
      runId: winner?.runId ?? null,
    },
    artifacts: { ...outputs.artifacts, history: ref },
    metrics: { ...outputs.metrics, ...(score !== null && { [metric]: score }) },
  };
}
