export { comparisonTerms } from './comparison-terms.js';
export { dataVersions, experimentOf } from './experiment.js';
export { explainMiss } from './explain-miss.js';
export { type FoundResult, findResult, type ResultPorts } from './find-result.js';
export { pinnedLibraries } from './pinned-libraries.js';
export { resolveArguments } from './resolve-arguments.js';
export { asksDigest, resolveContainer } from './resolve-container.js';
export { resolveEnvironment } from './resolve-environment.js';
export { resolveInputs } from './resolve-inputs.js';
export {
  type NoStepKey,
  restsOnChampion,
  type StepKey,
  type StepKeyRequest,
  stepKey,
} from './step-key.js';
export type { ItemCacheStatus } from './walk-items.js';
export { type PlanWalkPorts, type StepCacheStatus, walkPlan } from './walk-plan.js';
