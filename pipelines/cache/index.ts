export { comparisonTerms } from './comparison-terms.js';
export { explainMiss } from './explain-miss.js';
export { pinnedLibraries } from './pinned-libraries.js';
export { resolveArguments } from './resolve-arguments.js';
export { resolveInputs } from './resolve-inputs.js';
export {
  type KeyParts,
  restsOnChampion,
  type StepKey,
  type StepKeyRequest,
  stepKey,
} from './step-key.js';
export { type PlanWalkPorts, type StepCacheStatus, walkPlan } from './walk-plan.js';
