import {
  type ArtifactRef,
  type CollectedItem,
  type ItemSource,
  MillraceError,
  type StepOutputs,
  type StepTask,
} from '../../contracts/index.js';
import type { ExpressionScope } from '../../pipelines/expressions/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { ActivityDeps } from '../deps.js';

const KEPT = 8;

/**
 * JSON that many activities of a run read, by its digest: immutable, so one read serves them all.
 * Only the newest few are kept, since a list of items may be large.
 */
const kept = new Map<string, Promise<unknown>>();

function readKept<T>(artifacts: ArtifactStore, ref: ArtifactRef): Promise<T> {
  const known = kept.get(ref.sha256);
  if (known !== undefined) return known as Promise<T>;
  const reading = artifacts.readJson<T>(ref);
  kept.set(ref.sha256, reading);
  reading.catch(() => kept.delete(ref.sha256));
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return reading;
}

/** What the expressions of a task read: the run, the steps before, and its item. */
export async function taskScope(
  { artifacts }: Pick<ActivityDeps, 'artifacts'>,
  task: StepTask,
): Promise<ExpressionScope> {
  const { run, item, ending } = task;
  const common = {
    params: run.params,
    run: { id: run.runId, asOf: run.asOf, ...ending },
  };
  if (item === undefined) return { ...common, steps: await withItems(artifacts, task.upstream) };
  const source = await readKept<ItemSource>(artifacts, item.source);
  const value = source.items[item.index];
  if (value === undefined) {
    throw new MillraceError('Internal', `step ${task.stepId}: there is no such item`);
  }
  const steps = await withItems(artifacts, source.upstream);
  return { ...common, steps, [source.root]: value };
}

/** The steps before with the items that fanned-out ones handed on, which may be stored. */
export async function withItems(
  artifacts: ArtifactStore,
  upstream: StepTask['upstream'],
): Promise<{ readonly [step: string]: StepOutputs }> {
  const read = Object.entries(upstream).map(async ([step, outputs]) => {
    const { items } = outputs;
    if (items === undefined || 'list' in items) return [step, outputs] as const;
    const list = await readKept<readonly CollectedItem[]>(artifacts, items.ref);
    return [step, { ...outputs, items: { count: items.count, list } }] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
