import type { ItemSource, OpenTrial, RunPipelineInput, StepTask } from '../../contracts/index.js';
import { subPipelineInput } from '../control/sub-pipeline.js';
import type { ActivityDeps } from '../deps.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { readTuneInputs } from './read-inputs.js';

/**
 * The run of one trial: the plan that was frozen with the step's own, with the trial's parameters. One
 * that is a single step is given what the steps before handed on, and the parameters of this run.
 */
export function openTrial(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    runId,
    number,
    params,
    search,
  }: OpenTrial): Promise<{ readonly input: RunPipelineInput; readonly metric: string }> => {
    const whole = await plans.load(task.run.plan);
    const step = stepOf(whole, task.stepId);
    const { file, metric, halving, ...options } = await readTuneInputs(deps, task, step);
    const isStep = whole.pipelines?.[step.pipeline ?? '']?.handsOn !== undefined;
    const common = isStep ? task.run.params : options.params;
    const input = await subPipelineInput(deps, whole, task, {
      runId,
      file,
      params: { ...common, ...params },
      reason: `trial ${number} of step ${task.stepId} of ${task.run.pipeline}`,
    });
    const { rungs, metric: compared } = halving ?? { rungs: [], metric };
    return {
      input: {
        ...input,
        ...(isStep && {
          baseDirectory: task.run.baseDirectory,
          given: await stepsBefore(deps, task),
        }),
        ...(halving !== null && { trial: { number, search, metric: compared, rungs } }),
      },
      metric,
    };
  };
}

/** An item's stand in its list of items. */
async function stepsBefore(
  { artifacts }: Pick<ActivityDeps, 'artifacts'>,
  { item, upstream }: StepTask,
): Promise<StepTask['upstream']> {
  return item === undefined
    ? upstream
    : (await artifacts.readJson<ItemSource>(item.source)).upstream;
}
