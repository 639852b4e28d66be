import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import {
  type JsonValue,
  MillraceError,
  type StepTask,
  type Suggestion,
  type Trial,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { beating } from '../heartbeat.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { KILL_AFTER_MS } from '../steps/run-command.js';
import { dimensionsOf, gridTrials, randomTrial, type TrialParams } from './plain-trials.js';
import { readTuneInputs, type TuningOptions } from './read-inputs.js';
import { stopReason } from './stop-reason.js';

/** Chooses the next trials of a search by those that have ended: the same ones for the same seed. */
export function suggestTrials(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    trials,
    elapsedMs,
  }: {
    readonly task: StepTask;
    readonly trials: readonly Trial[];
    readonly elapsedMs: number;
  }): Promise<Suggestion> => {
    const step = stepOf(await plans.load(task.run.plan), task.stepId);
    const options = await readTuneInputs(deps, task, step);
    const { goal, parallel } = options;
    const stopped = stopReason(options, trials, elapsedMs);
    if (stopped !== null) return { trials: [], goal, stopped };
    const left = (options.trials ?? Number.POSITIVE_INFINITY) - trials.length;
    const chosen = await choose(deps, task, options, trials, Math.min(parallel, left));
    return { trials: chosen, goal, stopped: chosen.length === 0 ? 'space' : null };
  };
}

async function choose(
  deps: ActivityDeps,
  task: StepTask,
  options: TuningOptions,
  trials: readonly Trial[],
  count: number,
): Promise<readonly TrialParams[]> {
  const { space, seed, method } = options;
  const from = trials.length;
  if (method === 'random') {
    return Array.from({ length: count }, (_, index) => randomTrial(space, seed, from + index));
  }
  if (method === 'tpe') return askOptuna(deps, task, options, trials, count);
  const chosen: TrialParams[] = [];
  let number = 0;
  for (const trial of gridTrials(space)) {
    if (number >= from) chosen.push(trial);
    number += 1;
    if (chosen.length === count) break;
  }
  return chosen;
}

async function askOptuna(
  deps: ActivityDeps,
  { run, stepId }: StepTask,
  { space, goal, seed }: TuningOptions,
  trials: readonly Trial[],
  count: number,
): Promise<readonly TrialParams[]> {
  const values = JSON.parse(
    JSON.stringify({
      space: dimensionsOf(space),
      goal,
      seed,
      count,
      trials: trials.map(({ params, score }) => ({ params, score })),
    }),
  ) as { [name: string]: JsonValue };
  const { tuning, directory } = deps.python;
  if (tuning === undefined) {
    throw new MillraceError('EnvironmentMissing', 'there is no Python to search with');
  }
  const outputs = await beating(async (signal) =>
    deps.processes.run({
      runId: run.runId,
      stepId: `${stepId}-suggest`,
      attempt: Context.current().info.attempt,
      argv: [await tuning(), join(directory, 'suggest.py')],
      shell: false,
      baseDirectory: run.baseDirectory,
      values,
      artifacts: {},
      env: { PYTHONDONTWRITEBYTECODE: '1' },
      signal,
      killAfterMs: KILL_AFTER_MS,
      onProgress: () => undefined,
    }),
  );
  const chosen = outputs.values['trials'];
  if (Array.isArray(chosen)) return chosen as unknown as readonly TrialParams[];
  throw new MillraceError('StepContractBroken', 'suggest.py chose nothing');
}
