import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import {
  type JsonValue,
  MillraceError,
  type Suggestion,
  type SuggestTrials,
} from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';
import { beating } from '../heartbeat.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { KILL_AFTER_MS } from '../steps/run-command.js';
import { dimensionsOf, gridTrials, randomTrial, type TrialParams } from './plain-trials.js';
import { readTuneInputs, type TuningOptions } from './read-inputs.js';
import { stopReason } from './stop-reason.js';

/**
 * Chooses the next trials of a search by those that have ended: the same ones for the same seed. As
 * many as may run beside those that still do.
 */
export function suggestTrials(deps: ActivityDeps, plans: PlanCache) {
  return async (asked: SuggestTrials): Promise<Suggestion> => {
    const { task, trials, running, elapsedMs } = asked;
    const step = stepOf(await plans.load(task.run.plan), task.stepId);
    const options = await readTuneInputs(deps, task, step);
    const { goal, maxParallel, halving } = options;
    const stopped = stopReason(options, trials, running.length, elapsedMs);
    if (stopped !== null) return { trials: [], goal, halving, stopped };
    const begun = trials.length + running.length;
    const left = (options.trials ?? Number.POSITIVE_INFINITY) - begun;
    const count = Math.min(maxParallel - running.length, left);
    if (count <= 0) return { trials: [], goal, halving, stopped: null };
    const chosen = await choose(deps, asked, options, begun, count);
    return { trials: chosen, goal, halving, stopped: chosen.length === 0 ? 'space' : null };
  };
}

/** @param from - number of the first */
async function choose(
  deps: ActivityDeps,
  asked: SuggestTrials,
  options: TuningOptions,
  from: number,
  count: number,
): Promise<readonly TrialParams[]> {
  const { space, seed, method } = options;
  if (method === 'random') {
    return Array.from({ length: count }, (_, index) => randomTrial(space, seed, from + index));
  }
  if (method === 'tpe') return askOptuna(deps, asked, options, count);
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
  { task: { run, stepId }, trials, running }: SuggestTrials,
  { space, goal, seed }: TuningOptions,
  count: number,
): Promise<readonly TrialParams[]> {
  const values = JSON.parse(
    JSON.stringify({
      space: dimensionsOf(space),
      goal,
      seed,
      count,
      trials: trials.map(({ params, score, status, reports }) => {
        // One that was left behind tells the sampler how it stood then.
        const told = (status === 'pruned' ? (reports ?? []) : []).map(({ step, value }) => [
          step,
          value,
        ]);
        return { params, score, told };
      }),
      running,
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
