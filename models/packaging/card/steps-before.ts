import type { PipelinePlan, PlanStep, StepRecord } from '../../../contracts/index.js';

/**
 * The records of the steps that a version rests on, in the order of the plan: everything that its
 * `register` step needed. What a run does afterwards changes nothing of it.
 *
 * @param version - tells which `register` step it was, where a plan has several
 */
export function stepsBefore(
  plan: PipelinePlan,
  recorded: readonly StepRecord[],
  version: number,
): readonly StepRecord[] {
  const byId = new Map(recorded.map((step) => [step.stepId, step]));
  const registering = plan.steps.filter(({ kind }) => kind === 'register');
  const own = registering.filter(
    ({ id }) => byId.get(id)?.outcome?.outputs.values['version'] === version,
  );
  const wanted = new Set<string>();
  for (const step of own.length > 0 ? own : registering) addNeeds(plan, step, wanted);
  return plan.steps.flatMap(({ id }) => {
    const step = byId.get(id);
    return wanted.has(id) && step?.status === 'completed' ? [step] : [];
  });
}

function addNeeds(plan: PipelinePlan, { needs }: PlanStep, into: Set<string>): void {
  for (const id of needs) {
    if (into.has(id)) continue;
    into.add(id);
    const step = plan.steps.find((candidate) => candidate.id === id);
    if (step !== undefined) addNeeds(plan, step, into);
  }
}
