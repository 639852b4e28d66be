import type {
  ApprovalForm,
  ApproveInputs,
  JsonValue,
  ParamSpec,
  PipelinePlan,
  PlanStep,
  Template,
} from '../../contracts/index.js';

/** The row filter that chooses a sample, by step; without one all rows are read. */
export type SampledSteps = ReadonlyMap<string, string>;

/**
 * The plan by which a pipeline is tried out: the same steps on a sample of the data, each of them
 * really done, with nothing changed outside of the run. What would register, deploy, tell or ask
 * hands on what it would have, as far as that is known.
 */
export function trialPlan(plan: PipelinePlan, sampled: SampledSteps): PipelinePlan {
  const { onSuccess: _s, onFailure: _f, finally: _y, concurrency: _c, ...kept } = plan;
  return {
    ...kept,
    schedule: null,
    monitor: null,
    steps: plan.steps.map((step) => ({ ...tried(step, plan, sampled), cache: false as const })),
    ...(plan.pipelines !== undefined && {
      pipelines: Object.fromEntries(
        Object.entries(plan.pipelines).map(([hash, used]) => [hash, trialPlan(used, new Map())]),
      ),
    }),
  };
}

function tried(step: PlanStep, plan: PipelinePlan, sampled: SampledSteps): PlanStep {
  switch (step.kind) {
    case 'ingest':
      return withSample(step, sampled.get(step.id));
    case 'register':
      return handingOn(step, { model: plan.model ?? '', version: 1 });
    case 'deploy':
      return handingOn(step, {
        outcome: 'promoted',
        version: step.with['version'] ?? 1,
        serving: 'confirmed',
        detail: 'a trial deploys nothing',
      });
    case 'predict':
      return handingOn(step, {
        data: step.with['data'] ?? null,
        model: step.with['model'] ?? '',
        version: step.with['version'] ?? 1,
        ...{ rows: 0, written: 0, bad: 0, unanswered: 0 },
      });
    case 'materialize':
      return handingOn(step, { views: 0, entities: 0, written: 0, removed: 0 });
    case 'notify':
      return handingOn(step, {});
    case 'approve':
      return approved(step);
    default:
      return step;
  }
}

function withSample(step: PlanStep, sample: string | undefined): PlanStep {
  if (sample === undefined) return step;
  const { where } = step.with;
  const filter: Template =
    where === undefined || where === null
      ? sample
      : { $concat: ['(', ...partsOf(where), `) AND ${sample}`] };
  return { ...step, with: { ...step.with, where: filter } };
}

type Part = string | { readonly $expr: string };

function partsOf(template: Template): readonly Part[] {
  if (typeof template === 'object' && template !== null) {
    if ('$concat' in template) return template.$concat as readonly Part[];
    if ('$expr' in template) return [{ $expr: String(template.$expr) }];
  }
  return [String(template)];
}

function handingOn(step: PlanStep, outputs: { readonly [name: string]: Template }): PlanStep {
  const { resources: _, onTimeout: _deadline, ...kept } = step;
  return { ...kept, kind: 'noop', command: null, queue: null, with: outputs };
}

function approved(step: PlanStep): PlanStep {
  const { form = {} } = step.with as ApproveInputs;
  const answer = { answer: 'approved', by: 'trial', reason: 'a trial asks nobody' };
  const outputs = { ...answer, at: { $expr: 'string(run.asOf)' }, values: filledIn(form) };
  // A question waits without limit; what stands in its place is done at once.
  return { ...handingOn(step, outputs), timeoutMs: 60_000 };
}

function filledIn(form: ApprovalForm): Template {
  return Object.fromEntries(
    Object.entries(form).map(([field, spec]) => [field, spec.default ?? standIn(spec)]),
  );
}

/** A value that the declaration allows. */
function standIn({ type, enum: choices, min, max }: ParamSpec): JsonValue {
  const [first] = choices ?? [];
  if (first !== undefined) return first;
  switch (type) {
    case 'integer':
    case 'number':
      return min ?? max ?? 0;
    case 'boolean':
      return true;
    case 'date':
      return '2000-01-01';
    case 'duration':
      return '1h';
    case 'string':
      return 'trial';
  }
}
