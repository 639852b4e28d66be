import {
  type CacheEntry,
  EFFECT_STEP_KINDS,
  type JsonObject,
  type KeyParts,
  type PipelinePlan,
  type PlanStep,
  type RetrainContext,
  type StepContainer,
  type StepOutputs,
} from '../../contracts/index.js';
import { ExpressionError, type ExpressionScope, evaluateCondition } from '../expressions/index.js';
import { comparisonTerms } from './comparison-terms.js';
import { findResult, type ResultPorts } from './find-result.js';
import { resolveArguments } from './resolve-arguments.js';
import { asksDigest, resolveContainer } from './resolve-container.js';
import { resolveEnvironment } from './resolve-environment.js';
import { resolveInputs } from './resolve-inputs.js';
import { restsOnChampion, stepKey } from './step-key.js';
import { type ItemCacheStatus, walkItems } from './walk-items.js';

export interface StepCacheStatus {
  readonly stepId: string;
  readonly status: 'hit' | 'miss' | 'unknown';
  /** One sentence: why it is reused, why not, or why that cannot be told yet. */
  readonly reason: string;
  /** Its `if`, or that of a step that it needs, is false already now. */
  readonly skipped?: true;
  readonly key?: string;
  readonly parts?: KeyParts;
  /** Of a fanned-out step whose items are known: what would become of each. */
  readonly items?: readonly ItemCacheStatus[];
  /** The result, on a hit. */
  readonly entry?: CacheEntry;
  /** Of a fanned-out step whose items are all there: what they hand on. */
  readonly outputs?: StepOutputs;
}

/** What the walk is told and asks for. */
export interface PlanWalkPorts extends ResultPorts {
  readonly params: JsonObject;
  /** Whether items of fanned-out steps are looked up too; a run looks for them as each step begins. */
  readonly eachItem?: true;
  /**
   * This is not the worker: variables whose values are the worker's are taken to be what they were for
   * the step's last result, and the reason says so.
   */
  readonly elsewhere?: true;
  /** Absent before a run exists: what reads `run` cannot be told then. */
  readonly run?: { readonly id: string; readonly asOf: string };
  /** Only of a retrain. */
  readonly retrain?: RetrainContext;
  readonly baseDirectory: string;
  /** Library name → version that training runs with. */
  readonly environment: { readonly [library: string]: string };
  /** `null` where the model has no champion. */
  championVersion(): Promise<number | null>;
  /** What an image is on this machine; `null` where it is not there; absent: of none is known. */
  imageDigest?(image: string): Promise<string | null>;
}

/**
 * Walks a plan and tells for each step whether its result is there already. A step is followed into
 * only while all before it are hits: what a miss will hand on is not known yet.
 *
 * @returns one status for each step, in the plan's order
 */
export async function walkPlan(
  plan: PipelinePlan,
  ports: PlanWalkPorts,
): Promise<readonly StepCacheStatus[]> {
  const outputs: Record<string, StepOutputs> = {};
  const statuses: StepCacheStatus[] = [];
  const open = new Map<string, string>();
  for (const step of plan.steps) {
    const status = await statusOf(step, plan, ports, outputs, open);
    statuses.push(status);
    const known = status.outputs ?? status.entry?.outcome.outputs;
    if (status.status === 'hit' && known !== undefined) outputs[step.id] = known;
    else open.set(step.id, status.skipped === true ? IS_SKIPPED : 'will run first');
  }
  return statuses;
}

const IS_SKIPPED = 'is skipped';

async function statusOf(
  step: PlanStep,
  plan: PipelinePlan,
  ports: PlanWalkPorts,
  outputs: { readonly [step: string]: StepOutputs },
  open: ReadonlyMap<string, string>,
): Promise<StepCacheStatus> {
  const unknown = (reason: string): StepCacheStatus => {
    return { stepId: step.id, status: 'unknown', reason };
  };
  const scope: ExpressionScope = {
    params: ports.params,
    steps: outputs,
    ...(ports.run === undefined ? {} : { run: ports.run }),
  };
  // An `if` over parameters alone is known whatever the steps before do.
  if (step.if !== null && isFalse(step.if, scope)) {
    return { ...unknown(`it is skipped: ${step.if} is false`), skipped: true };
  }
  const joins = step.runIf !== undefined;
  const skipped = joins ? undefined : step.needs.find((need) => open.get(need) === IS_SKIPPED);
  if (skipped !== undefined) return { ...unknown(`${skipped} ${IS_SKIPPED}`), skipped: true };
  const { fanOut } = step;
  if (fanOut === undefined) return doneStatus(step, plan, ports, scope, open);
  if (ports.eachItem !== true) return unknown('its items are looked for when it begins');
  return walkItems(step, fanOut, scope, open, (item, own) =>
    doneStatus(item, plan, ports, own, open),
  );
}

/** Of a step that is done once, or of one item: whether its result is there. */
async function doneStatus(
  step: PlanStep,
  plan: PipelinePlan,
  ports: PlanWalkPorts,
  scope: ExpressionScope,
  open: ReadonlyMap<string, string>,
): Promise<StepCacheStatus> {
  const unknown = (reason: string): StepCacheStatus => {
    return { stepId: step.id, status: 'unknown', reason };
  };
  if (EFFECT_STEP_KINDS.includes(step.kind)) {
    return unknown(`${step.kind} changes something outside the run: it always runs`);
  }
  const blocker = step.needs.find((need) => open.has(need));
  if (blocker !== undefined) return unknown(`${blocker} ${open.get(blocker)}`);

  let inputs: JsonObject;
  let argv: readonly string[];
  let env: { readonly [name: string]: string | null };
  let container: StepContainer | null;
  try {
    if (step.if !== null) evaluateCondition(step.if, scope);
    inputs = resolveInputs(step, scope, ports.retrain);
    argv = resolveArguments(step, scope);
    env = resolveEnvironment(step, scope);
    container = resolveContainer(step, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return unknown(error.message);
    throw error;
  }
  const imageDigest = asksDigest(container)
    ? ((await ports.imageDigest?.(container.image)) ?? null)
    : null;
  if (asksDigest(container) && imageDigest === null) {
    return unknown(`what the image ${container.image} is cannot be told here`);
  }
  const assumed = ports.elsewhere === true ? workerVariables(env) : [];
  const made = await stepKey({
    pipeline: plan,
    step,
    inputs,
    argv,
    env,
    ...(assumed.length > 0 && { lastParts: await ports.latest(step.id) }),
    ...(container !== null && { image: container.image }),
    ...(imageDigest !== null && { imageDigest }),
    params: ports.params,
    baseDirectory: ports.baseDirectory,
    championVersion: restsOnChampion(step.kind, inputs) ? await ports.championVersion() : null,
    comparison: comparisonTerms(plan, ports.retrain),
    environment: ports.environment,
  });
  if (made.key === null) return { ...unknown(made.reason), status: 'miss' };
  const found = await findResult(step, made, ports);
  const reason =
    found.status === 'hit' && assumed.length > 0
      ? `${found.reason}, if the worker's ${assumed.join(', ')} did not either`
      : found.reason;
  return { stepId: step.id, ...made, ...found, reason };
}

/** Variables that a step takes from the process that does it. */
function workerVariables(env: { readonly [name: string]: string | null }): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => (value === null ? [name] : []));
}

function isFalse(condition: string, scope: ExpressionScope): boolean {
  try {
    return !evaluateCondition(condition, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}
