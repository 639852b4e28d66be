import type { StepTask } from '../../contracts/index.js';
import { evaluateCondition } from '../../pipelines/expressions/index.js';
import type { ActivityDeps } from '../deps.js';
import { taskScope } from './task-scope.js';

/** The truth of an `if` that reads more items than a history should hold. */
export function evaluateIf(deps: Pick<ActivityDeps, 'artifacts'>) {
  return async ({
    task,
    condition,
  }: {
    readonly task: StepTask;
    readonly condition: string;
  }): Promise<boolean> => evaluateCondition(condition, await taskScope(deps, task));
}
