import {
  NON_RETRYABLE_FAILURE_TYPES,
  type PlanStep,
  parseDurationMs,
  type RetrySpec,
  type StepKind,
} from '../../contracts/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import type { PipelineSource } from '../schema/file-schema.js';
import type { RetrySource } from '../schema/step-schema.js';
import { orderSteps } from './graph.js';
import { reuseOf } from './step-reuse.js';
import type { StepDraft } from './steps.js';

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

export function buildSteps(ordered: OrderedSteps, source: PipelineSource): readonly PlanStep[] {
  return ordered.drafts.map((draft) => {
    const step = source.steps[draft.id] ?? {};
    const needs = ordered.needs.get(draft.id) ?? [];
    const read = new Set(draft.uses.map((use) => use.step));
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
      timeoutMs: milliseconds(step.timeout ?? defaultTimeout(draft.kind, source)),
      ...(step.onTimeout !== undefined && { onTimeout: step.onTimeout }),
      queue: step.queue ?? null,
      ...reuseOf(step, draft.env),
    };
  });
}

/** People are not hurried by a default that was meant for machines. */
function defaultTimeout(kind: StepKind, source: PipelineSource): string {
  return kind === 'approve' ? '0s' : (source.defaults?.timeout ?? DEFAULT_TIMEOUT);
}

/** Each key of the step's own policy stands before the defaults'. */
function buildRetry(defaults: RetrySource | undefined, own: RetrySource | undefined): RetrySpec {
  const policy = { ...defaults, ...own };
  const named = policy.nonRetryable ?? [];
  return {
    maxAttempts: policy.maxAttempts ?? 3,
    initialIntervalMs: milliseconds(policy.initialInterval ?? '1s'),
    backoff: policy.backoff ?? 2,
    maxIntervalMs: milliseconds(policy.maxInterval ?? '1m'),
    nonRetryable: [...new Set<string>([...NON_RETRYABLE_FAILURE_TYPES, ...named])].sort(),
  };
}

function milliseconds(duration: string): number {
  return parseDurationMs(duration) ?? 0;
}
