import {
  type JsonObject,
  MillraceError,
  type PlanStep,
  parseDurationMs,
  type StepTask,
  type TuneInputs,
} from '../../contracts/index.js';
import { resolveInputs } from '../../pipelines/cache/index.js';
import type { ActivityDeps } from '../deps.js';
import { taskScope } from '../items/task-scope.js';

const DEFAULT_TRIALS = 20;

/** What a search is told, with its defaults. */
export interface TuningOptions extends Required<Omit<TuneInputs, 'stop' | 'params' | 'trials'>> {
  readonly params: JsonObject;
  /** `null`: as many as the space holds. */
  readonly trials: number | null;
  readonly target: number | null;
  readonly plateau: number | null;
  readonly afterMs: number | null;
}

/** Checked when the file was compiled; what an expression gives is known only now. */
export async function readTuneInputs(
  deps: ActivityDeps,
  task: StepTask,
  step: PlanStep,
): Promise<TuningOptions> {
  const resolved = resolveInputs(step, await taskScope(deps, task));
  const given = resolved as unknown as TuneInputs;
  const method = given.method ?? 'tpe';
  for (const key of ['trials', 'parallel', 'seed'] as const) {
    const value: unknown = given[key];
    if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0)) continue;
    throw new MillraceError(
      'InvalidInput',
      `step ${step.id}: with.${key} is ${JSON.stringify(value)}`,
      'give it a whole number',
    );
  }
  return {
    file: given.file,
    params: given.params ?? {},
    space: given.space,
    metric: given.metric,
    goal: given.goal ?? 'minimise',
    method,
    trials: given.trials ?? (method === 'grid' ? null : DEFAULT_TRIALS),
    parallel: Math.max(1, given.parallel ?? 1),
    seed: given.seed ?? 42,
    target: given.stop?.target ?? null,
    plateau: given.stop?.plateau ?? null,
    afterMs: given.stop?.after === undefined ? null : parseDurationMs(given.stop.after),
  };
}
