import {
  type Halving,
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
const DEFAULT_FACTOR = 3;

type Given = Pick<TuneInputs, 'space' | 'metric' | 'goal' | 'method' | 'maxParallel' | 'seed'>;

/** What a search is told, with its defaults. */
export interface TuningOptions extends Required<Given> {
  /** Empty where every trial is a step. */
  readonly file: string;
  readonly params: JsonObject;
  readonly halving: Required<Halving> | null;
  /** `null`: as many as the space holds. */
  readonly trials: number | null;
  readonly target: number | null;
  readonly plateau: number | null;
  readonly minDelta: number;
  readonly afterMs: number | null;
  /** `null`: any number, but the first five. */
  readonly maxFailures: number | null;
}

/** Checked when the file was compiled; what an expression gives is known only now. */
export async function readTuneInputs(
  deps: Pick<ActivityDeps, 'artifacts'>,
  task: StepTask,
  step: PlanStep,
): Promise<TuningOptions> {
  const resolved = resolveInputs(step, await taskScope(deps, task));
  for (const key of ['trials', 'maxParallel', 'seed', 'maxFailures'] as const) {
    const value: unknown = resolved[key];
    if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0)) continue;
    throw new MillraceError(
      'InvalidInput',
      `step ${step.id}: with.${key} is ${JSON.stringify(value)}`,
      'give it a whole number',
    );
  }
  return withDefaults(resolved as unknown as TuneInputs);
}

/** @example withDefaults({ file: 'trial.yaml', metric: 'mae', space: { … } }).trials; // 20 */
export function withDefaults(given: TuneInputs): TuningOptions {
  const { method = 'tpe', metric, stop = {} } = given;
  const halving = given.halving === undefined ? null : halvingOf(given.halving, metric);
  const together = halving === null || halving.asynchronous ? 1 : halving.factor;
  return {
    file: given.file ?? '',
    params: given.params ?? {},
    space: given.space,
    metric,
    goal: given.goal ?? 'minimise',
    method,
    trials: given.trials ?? (method === 'grid' ? null : DEFAULT_TRIALS),
    maxParallel: Math.max(1, given.maxParallel ?? together),
    seed: given.seed ?? 42,
    halving,
    target: stop.target ?? null,
    plateau: stop.plateau ?? null,
    minDelta: stop.minDelta ?? 0,
    afterMs: stop.after === undefined ? null : parseDurationMs(stop.after),
    maxFailures: given.maxFailures ?? null,
  };
}

function halvingOf(
  { rungs, factor = DEFAULT_FACTOR, asynchronous = false, metric }: Halving,
  score: string,
): Required<Halving> {
  return { rungs, factor, asynchronous, metric: metric ?? score };
}
