import {
  FAILURE_TYPES,
  NON_RETRYABLE_FAILURE_TYPES,
  type PlanStep,
  parseDurationMs,
  type RetrySpec,
  type StepKind,
} from '../../contracts/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { buildPriority } from '../schema/concurrency-schema.js';
import type { PipelineSource } from '../schema/file-schema.js';
import { buildResources } from '../schema/resources-schema.js';
import { buildRunner } from '../schema/runner-schema.js';
import type { RetrySource, StepSource } from '../schema/step-schema.js';
import { orderSteps } from './graph.js';
import { reuseOf } from './step-reuse.js';
import type { StepDraft } from './steps.js';
import type { UsedPipeline, UsedPipelines } from './use-pipelines.js';

/** Drafts with all their needs, in topological order. */
export interface OrderedSteps {
  readonly drafts: readonly StepDraft[];
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

/** Adds the steps that expressions read to the declared needs, and puts all in order. */
export function orderDrafts(
  drafts: readonly StepDraft[],
  report: (finding: Finding) => void,
): OrderedSteps {
  const position = new Map(drafts.map((draft, index) => [draft.id, index]));
  const needs = new Map<string, readonly string[]>();
  for (const draft of drafts) {
    const named = [...draft.declared, ...draft.uses].map(({ step }) => step);
    const existing = [...new Set(named)].filter((step) => position.has(step));
    needs.set(
      draft.id,
      existing.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)),
    );
  }
  const result = orderSteps(drafts.map(({ id }) => ({ id, needs: needs.get(id) ?? [] })));
  if (!result.ok) {
    for (const cycle of result.cycles) reportCycle(cycle, drafts, position, report);
    return { drafts, needs };
  }
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  return { drafts: result.order.flatMap((id) => byId.get(id) ?? []), needs };
}

/** At the step of the cycle that stands first in the file, where it names its predecessor. */
function reportCycle(
  cycle: readonly string[],
  drafts: readonly StepDraft[],
  position: ReadonlyMap<string, number>,
  report: (finding: Finding) => void,
): void {
  const positions = cycle.map((id) => position.get(id) ?? 0);
  const start = positions.indexOf(Math.min(...positions));
  const turned = [...cycle.slice(start), ...cycle.slice(0, start)];
  const [first = ''] = turned;
  const before = turned.at(-1) ?? first;
  const draft = drafts[position.get(first) ?? 0];
  const use = draft?.uses.find(({ step }) => step === before);
  const declared = draft?.declared.find(({ step }) => step === before);
  const path: DocumentPath = declared?.path ?? use?.path ?? ['steps', first];
  const message =
    cycle.length === 1
      ? `step ${first} needs itself`
      : `the steps need each other in a cycle: ${abridged([...turned, first]).join(' → ')}`;
  report({
    path,
    at: 'value',
    code: 'cycle',
    message,
    hint:
      cycle.length === 1
        ? 'a step can only read steps that end before it'
        : `${first} can only read steps that end before it; take one of these needs away`,
    part: declared === undefined ? use?.part : undefined,
  });
}

/** A long cycle by its ends. */
function abridged(ids: readonly string[]): readonly string[] {
  return ids.length <= 12 ? ids : [...ids.slice(0, 6), '…', ...ids.slice(-5)];
}

const DEFAULT_TIMEOUT = '1h';

export function buildSteps(
  ordered: OrderedSteps,
  source: PipelineSource,
  used: UsedPipelines,
): readonly PlanStep[] {
  return ordered.drafts.map((draft) => {
    const step = source.steps[draft.id] ?? {};
    return buildStep(draft, step, ordered.needs.get(draft.id) ?? [], source, used.get(draft.id));
  });
}

/** @param needs - declared and inferred, in file order */
export function buildStep(
  draft: StepDraft,
  step: StepSource,
  needs: readonly string[],
  source: PipelineSource,
  used?: UsedPipeline,
): PlanStep {
  const read = new Set(draft.uses.map((use) => use.step));
  const { runIf, continueOnError } = step;
  const timeout = typeof step.timeout === 'object' ? step.timeout : { attempt: step.timeout };
  return {
    id: draft.id,
    kind: draft.kind,
    command: draft.command,
    needs,
    reads: needs.filter((id) => read.has(id)),
    with: draft.with,
    if: step.if === undefined ? null : String(step.if).trim(),
    gate: step.gate?.trim() ?? null,
    retry: buildRetry(source.defaults?.retry, step.retry),
    timeoutMs: milliseconds(timeout.attempt ?? defaultTimeout(draft.kind, source)),
    ...(step.onTimeout !== undefined && { onTimeout: step.onTimeout }),
    queue: step.queue ?? null,
    ...(step.resources !== undefined && { resources: buildResources(step.resources) }),
    ...(step.priority !== undefined && { priority: buildPriority(step.priority) }),
    ...runnerOf(step, draft),
    ...reuseOf(step, draft.env),
    ...totalTimeout(timeout.total, source),
    ...(runIf !== undefined && runIf !== 'allSucceeded' && { runIf }),
    ...(continueOnError === true && { continueOnError: true as const }),
    ...(draft.fanOut !== null && { fanOut: draft.fanOut }),
    ...(used !== undefined && { pipeline: used.planHash }),
  };
}

function runnerOf({ runner }: StepSource, { image }: StepDraft): Pick<PlanStep, 'runner'> {
  const built = runner === undefined || image === null ? null : buildRunner(runner, image);
  return built === null ? {} : { runner: built };
}

function totalTimeout(
  own: string | undefined,
  { defaults }: PipelineSource,
): Pick<PlanStep, 'totalTimeoutMs'> {
  const common = typeof defaults?.timeout === 'object' ? defaults.timeout.total : undefined;
  const total = own ?? common;
  return total === undefined ? {} : { totalTimeoutMs: milliseconds(total) };
}

/** People are not hurried by a default that was meant for machines. */
function defaultTimeout(kind: StepKind, { defaults }: PipelineSource): string {
  if (kind === 'approve') return '0s';
  const common = defaults?.timeout;
  return (typeof common === 'object' ? common.attempt : common) ?? DEFAULT_TIMEOUT;
}

/** Each key of the step's own policy stands before the defaults'. */
function buildRetry(defaults: RetrySource | undefined, own: RetrySource | undefined): RetrySpec {
  const policy = { ...defaults, ...own };
  const { retryOn } = policy;
  const others = FAILURE_TYPES.filter((type) => retryOn !== undefined && !retryOn.includes(type));
  const named = [...others, ...(policy.nonRetryable ?? [])];
  const longestMs = milliseconds(policy.maxInterval ?? '1m');
  const initialIntervalMs =
    policy.initialInterval === undefined
      ? Math.min(1_000, longestMs)
      : milliseconds(policy.initialInterval);
  return {
    maxAttempts: policy.maxAttempts ?? 3,
    initialIntervalMs,
    backoff: policy.backoff ?? 2,
    // A step may say the one wait and take over the other; Temporal refuses a longest below the first.
    maxIntervalMs: Math.max(initialIntervalMs, longestMs),
    nonRetryable: [...new Set<string>([...NON_RETRYABLE_FAILURE_TYPES, ...named])].sort(),
  };
}

function milliseconds(duration: string): number {
  return parseDurationMs(duration) ?? 0;
}
