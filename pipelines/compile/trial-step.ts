import {
  EFFECT_STEP_KINDS,
  type ParamSpec,
  type ParamType,
  type PipelinePlan,
  type PlanStep,
  type StepKind,
} from '../../contracts/index.js';
import type { RootTypes } from '../expressions/index.js';
import type { DocumentPath } from '../issue.js';
import { planHash } from '../plan-hash.js';
import type { PipelineSource } from '../schema/file-schema.js';
import { type StepSource, stepSchema } from '../schema/step-schema.js';
import { checkRead, checkTuning } from './check-tuning.js';
import { entriesOf, isRawObject, type RawObject } from './context.js';
import type { StepUse } from './expressions.js';
import { paramTypes } from './params.js';
import { buildStep, type OrderedSteps } from './plan-steps.js';
import type { checkStep, StepDraft, StepSurroundings } from './steps.js';
import { trialStepOf } from './trial-step-of.js';
import type { UsedPipelines } from './use-pipelines.js';

/** The step that every trial of a search does, as far as it could be read. */
export interface TrialDraft {
  readonly draft: StepDraft;
  readonly source: StepSource;
  /** What its expressions may read as `params`: those of the file, and what is searched. */
  readonly params: PipelinePlan['params'];
}

/** Doing these again and again is not a search. */
const NEVER_TRIED: readonly StepKind[] = [...EFFECT_STEP_KINDS, 'features'];

/**
 * Checks the step of a search's trials as any step; it reads searched parameters as it does the
 * file's, which those of the same name stand before.
 *
 * @param uses - the steps that it reads are added
 * @param check - checks a step as it stands anywhere
 * @returns `null` where the trials are a file's, or it is no step
 */
export function checkTrialStep(
  id: string,
  search: RawObject,
  searchBase: DocumentPath,
  { roots, gateRoots, context }: StepSurroundings,
  uses: StepUse[],
  check: typeof checkStep,
): TrialDraft | null {
  const inputs = search['with'];
  const step = trialStepOf(inputs);
  if (step === null || !isRawObject(inputs)) return null;
  const base: DocumentPath = [...searchBase, 'with', 'step'];
  const params = trialParams(context.source['params'], inputs['space']);
  const types = { fields: paramTypes(params) };
  const draft = check(id, step, base, {
    roots: { ...roots, params: types } satisfies RootTypes,
    gateRoots,
    context,
  });
  uses.push(...draft.uses);
  if (NEVER_TRIED.includes(draft.kind)) {
    context.report({
      path: [...base, 'uses'],
      at: 'value',
      code: 'misplaced',
      message: `${draft.kind} is no step to try with many values`,
      hint: 'a trial of many steps is a pipeline of its own: file: trial.yaml',
    });
  }
  const plan = { name: id, params };
  checkTuning(inputs, plan, [...searchBase, 'with'], context.report);
  checkRead(inputs['space'], step, [...searchBase, 'with', 'space'], context.report);
  const parsed = stepSchema.safeParse(step);
  // What is wrong with it has been told by the schema of the search.
  return parsed.success ? { draft, source: parsed.data, params } : null;
}

/** Of a parameter that the file declares, its declaration; of any other, what the search tries. */
function trialParams(declared: unknown, space: unknown): PipelinePlan['params'] {
  const own = Object.fromEntries(entriesOf(declared)) as unknown as PipelinePlan['params'];
  const searched = entriesOf(space).flatMap(([name, dimension]) => {
    if (Object.hasOwn(own, name) || !isRawObject(dimension)) return [];
    return [[name, { type: typeOf(dimension) } satisfies ParamSpec] as const];
  });
  return { ...own, ...Object.fromEntries(searched) };
}

function typeOf({ int, choice }: RawObject): ParamType {
  if (int !== undefined) return 'integer';
  if (!Array.isArray(choice)) return 'number';
  const values: readonly unknown[] = choice;
  if (values.every((value) => typeof value === 'boolean')) return 'boolean';
  if (values.every((value) => Number.isInteger(value))) return 'integer';
  return values.every((value) => typeof value === 'number') ? 'number' : 'string';
}

/** The plans of trials that are one step, beside those that are files: by step. */
export function withTrialPlans(
  ordered: OrderedSteps,
  file: PipelineSource,
  params: PipelinePlan['params'],
  used: UsedPipelines,
): UsedPipelines {
  const trials = ordered.drafts.flatMap(({ id, trial }) => {
    if (trial === undefined) return [];
    const plan = trialPlanOf(id, trial, file, params);
    return [[id, { plan, planHash: planHash(plan) }] as const];
  });
  return trials.length === 0 ? used : new Map([...used, ...trials]);
}

/** One step, and stand-ins for those that it reads: what they handed on is given to every trial. */
function trialPlanOf(
  id: string,
  { draft, source, params: searched }: TrialDraft,
  file: PipelineSource,
  params: PipelinePlan['params'],
): PipelinePlan {
  const reads = [...new Set(draft.uses.map(({ step }) => step))].sort();
  const step = buildStep(draft, source, reads, file);
  return {
    apiVersion: 'millrace/v1',
    expressionVersion: 1,
    name: `${file.name}-${id}`,
    model: null,
    params: { ...searched, ...params },
    steps: [...reads.map((read) => standIn(read, step)), step],
    schedule: null,
    monitor: null,
    handsOn: id,
  };
}

function standIn(id: string, { retry, timeoutMs }: PlanStep): PlanStep {
  return {
    id,
    kind: 'noop',
    command: null,
    needs: [],
    reads: [],
    with: {},
    if: null,
    gate: null,
    retry,
    timeoutMs,
    queue: null,
  };
}
