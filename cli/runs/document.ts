import {
  type ApprovalRequest,
  type ArtifactRef,
  type DataVersion,
  type GateResult,
  itemIndex,
  type JsonObject,
  type JsonValue,
  type Metrics,
  type PlanStep,
  planStepId,
  type RunPause,
  type RunRecord,
  type RunStatus,
  type StepFailure,
  type StepRecord,
  type StepReuse,
  type StepStatus,
} from '../../contracts/index.js';
import { dataVersions } from '../../pipelines/cache/index.js';
import type { WaitingPromotion } from '../approvals/promotions.js';
import { type WaitingDocument, waitingDocument } from '../approvals/waiting.js';
import { itemsReuse } from './items-reuse.js';
import { type RunWait, waitsOf } from './waits.js';

/** A step in the JSON of `run` and `show`. */
export interface StepDocument {
  readonly status: StepStatus;
  readonly cached: boolean;
  readonly attempts: number;
  readonly durationMs: number | null;
  /** Values and artifact references by name, as `${steps.ID.NAME}` reads them. */
  readonly outputs: { readonly [name: string]: JsonValue | ArtifactRef };
  readonly metrics: Metrics;
  /** Why its result was found again, or not. */
  readonly reuse?: StepReuse;
  readonly gate?: GateResult;
  readonly failure?: StepFailure;
  /** Only of one that failed, or whose run was rejected: the file says to go on (`continueOnError`). */
  readonly tolerated?: true;
  /** While it runs: when this attempt began. */
  readonly startedAt?: string;
  /** While it runs: what it told last on its file descriptor 3. */
  readonly progress?: {
    /** In [0, 1]; `null` where it told metrics alone. */
    readonly share: number | null;
    readonly metrics: Metrics;
  };
  /** Only of a fanned-out step, in item order. */
  readonly items?: readonly ItemDocument[];
}

/** One item of a fanned-out step. */
export interface ItemDocument extends StepDocument {
  /** From 0: `train[3]` is the fourth. */
  readonly index: number;
  /** What tells it from the others: `depth=8`. */
  readonly item: string;
}

/** The JSON of `run` and `show`. Fields may be added, never renamed. */
export interface RunDocument {
  readonly runId: string;
  readonly workflowId: string;
  readonly status: RunStatus;
  readonly planHash: string;
  readonly steps: { readonly [id: string]: StepDocument };
  readonly pipeline: string;
  readonly model: string | null;
  readonly params: JsonObject;
  readonly asOf: string;
  readonly detail: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly logs: string;
  /** What it asks people; empty where it waits for nobody. */
  readonly waitingFor: readonly WaitingDocument[];
  /** All that it waits for now, with what would let it go on. */
  readonly waits: readonly RunWait[];
  /** Of its model: what its `deploy` asked for and a person has not answered. */
  readonly promotions: readonly WaitingPromotion[];
  /** Which of the file's environments it was planned for; `null`: none. */
  readonly environment: string | null;
  /** Files that it read from outside, with the rows that were counted in them. */
  readonly inputs: readonly DataVersion[];
  /** Why it starts no step now; `null`: it is not paused. */
  readonly paused: RunPause | null;
  /** The run whose finished steps it took over; `null`: none. */
  readonly rerunOf: string | null;
}

/** What a run shows of a step that only the plan says. */
export type PlannedStep = Pick<PlanStep, 'id' | 'continueOnError'> & {
  readonly kind?: PlanStep['kind'];
};

/**
 * @param planned - the plan's steps in order; steps without a record have not begun
 * @param logs - directory of the run's logs
 * @param questions - what it asks people and waits for
 */
export function runDocument(
  run: RunRecord,
  records: readonly StepRecord[],
  planned: readonly PlannedStep[],
  logs: string,
  questions: readonly ApprovalRequest[],
): RunDocument {
  const waitingFor = questions.map(waitingDocument);
  const byId = new Map(records.map((record) => [record.stepId, record]));
  const items = itemsByStep(records);
  const goneOn = new Map(planned.map((step) => [step.id, goneOnFrom(step)]));
  const ids = new Set(planned.map(({ id }) => id));
  for (const { stepId } of records) ids.add(planStepId(stepId));
  return {
    runId: run.runId,
    workflowId: run.workflowId,
    status: run.status,
    planHash: run.planHash,
    steps: Object.fromEntries(
      [...ids].map((id) => {
        const shown = (record: StepRecord | undefined) =>
          stepDocument(record, run.status, goneOn.get(id) ?? []);
        const step = shown(byId.get(id));
        const own = items.get(id);
        return [id, own === undefined ? step : withItems(id, step, own, shown)] as const;
      }),
    ),
    pipeline: run.pipeline,
    model: run.model,
    params: run.params,
    asOf: run.asOf,
    detail: run.detail,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    logs,
    waitingFor,
    waits: waitsOf(run, records, waitingFor),
    promotions: [],
    environment: run.environment ?? null,
    inputs: dataVersions(records),
    paused: pauseOf(run),
    rerunOf: run.takeOver?.runId ?? null,
  };
}

function itemsByStep(records: readonly StepRecord[]): ReadonlyMap<string, readonly StepRecord[]> {
  const byStep = new Map<string, StepRecord[]>();
  for (const record of records) {
    if (itemIndex(record.stepId) === null) continue;
    const id = planStepId(record.stepId);
    const known = byStep.get(id);
    if (known === undefined) byStep.set(id, [record]);
    else known.push(record);
  }
  for (const items of byStep.values()) {
    items.sort((a, b) => (itemIndex(a.stepId) ?? 0) - (itemIndex(b.stepId) ?? 0));
  }
  return byStep;
}

/** A fanned-out step with its items, and what they handed on as lists in item order. */
function withItems(
  id: string,
  step: StepDocument,
  records: readonly StepRecord[],
  shown: (record: StepRecord) => StepDocument,
): StepDocument {
  const items = records.map((record) => ({
    ...shown(record),
    index: itemIndex(record.stepId) ?? 0,
    item: record.item ?? '',
  }));
  const names = new Set(items.flatMap(({ outputs }) => Object.keys(outputs)));
  const outputs = Object.fromEntries(
    [...names].map((name) => [name, items.map((item) => item.outputs[name] ?? null)]),
  );
  const reuse = itemsReuse(id, items);
  return {
    ...step,
    cached: step.cached || (step.status === 'completed' && reuse?.status === 'hit'),
    outputs: outputs as StepDocument['outputs'],
    ...(reuse !== null && { reuse }),
    items,
  };
}

/** Ends of a step that the file goes on from. */
function goneOnFrom({ continueOnError, kind }: PlannedStep): readonly StepStatus[] {
  if (continueOnError !== true) return [];
  return kind === 'pipeline' ? ['failed', 'rejected'] : ['failed'];
}

function stepDocument(
  record: StepRecord | undefined,
  run: RunStatus,
  goneOn: readonly StepStatus[],
): StepDocument {
  const outcome = record?.outcome ?? null;
  const status = settled(record?.status ?? 'pending', run);
  return {
    status,
    cached: outcome?.cached ?? false,
    attempts: record?.attempts ?? 0,
    durationMs: record?.durationMs ?? null,
    outputs: outcome === null ? {} : { ...outcome.outputs.values, ...outcome.outputs.artifacts },
    metrics: outcome?.outputs.metrics ?? {},
    ...(record?.reuse ? { reuse: record.reuse } : {}),
    ...(outcome?.gate ? { gate: outcome.gate } : {}),
    ...(record?.failure ? { failure: record.failure } : {}),
    ...(goneOn.includes(status) ? { tolerated: true } : {}),
    ...(status === 'running' && record?.startedAt ? { startedAt: record.startedAt } : {}),
  };
}

function pauseOf({ status, pauses }: RunRecord): RunPause | null {
  const last = pauses?.at(-1);
  return status === 'running' && last?.resumedAt === null ? last : null;
}

/** A run that has ended has no step that is still to come. */
function settled(status: StepStatus, run: RunStatus): StepStatus {
  if (run === 'running' || (status !== 'pending' && status !== 'running')) return status;
  if (run === 'cancelled') return 'cancelled';
  return status === 'running' ? 'failed' : 'skipped';
}
