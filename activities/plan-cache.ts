import type { ArtifactRef, PipelinePlan, PlanStep } from '../contracts/index.js';
import { allSteps, MillraceError, planStepId } from '../contracts/index.js';
import type { ArtifactStore } from '../storage/artifacts/port.js';

const PLANS_KEPT = 100;

/**
 * Plans by their digest. They are immutable, so one read serves every step of every run of the
 * same plan.
 */
export class PlanCache {
  readonly #plans = new Map<string, Promise<PipelinePlan>>();

  constructor(private readonly artifacts: ArtifactStore) {}

  /** @throws MillraceError `ArtifactCorrupt` when the plan is gone or damaged */
  load(ref: ArtifactRef): Promise<PipelinePlan> {
    const known = this.#plans.get(ref.sha256);
    if (known !== undefined) return known;
    const loading = this.artifacts.readJson<PipelinePlan>(ref);
    this.#plans.set(ref.sha256, loading);
    loading.catch(() => this.#plans.delete(ref.sha256));
    const oldest = this.#plans.keys().next().value;
    if (this.#plans.size > PLANS_KEPT && oldest !== undefined) this.#plans.delete(oldest);
    return loading;
  }
}

/** The step that this id is of, an item's (`train[3]`) too, among the steps and those after the end. */
export function stepOf(plan: PipelinePlan, stepId: string): PlanStep {
  const id = planStepId(stepId);
  const step = allSteps(plan).find((candidate) => candidate.id === id);
  if (step === undefined) {
    throw new MillraceError('Internal', `the plan of ${plan.name} has no step ${stepId}`);
  }
  return step;
}
