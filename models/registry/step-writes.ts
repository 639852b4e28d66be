import type { CacheEntry, StepRecord } from '../../contracts/index.js';
import type { RegistryStore } from './store.js';
import { putCacheEntry } from './tables/cache-entries.js';
import {
  findStep,
  listSteps,
  putReusedStep,
  putStep,
  selectCompletedStep,
} from './tables/steps.js';

export async function recordStep(store: RegistryStore, step: StepRecord): Promise<void> {
  await store.writeBatch(putStep(store.db, step));
}

/** So many rows are one transaction: others that write wait no longer than for a moment. */
const ROWS_AT_ONCE = 500;

export async function recordItems(
  store: RegistryStore,
  items: readonly StepRecord[],
): Promise<void> {
  for (let at = 0; at < items.length; at += ROWS_AT_ONCE) {
    const rows = items.slice(at, at + ROWS_AT_ONCE);
    await store.writeBatch(...rows.map((item) => putStep(store.db, item)));
  }
}

/** @returns whether the record was taken */
export async function completeStep(
  store: RegistryStore,
  step: StepRecord,
  cache: CacheEntry | null,
): Promise<boolean> {
  const { db } = store;
  const entry = cache === null ? [] : [putCacheEntry(db, cache, step)];
  const [, rows] = await store.writeBatch(
    putStep(db, step),
    selectCompletedStep(db, step),
    ...entry,
  );
  return rows.length > 0;
}

/**
 * @param steps - of one run
 * @returns ids of those whose record was taken
 */
export async function reuseSteps(
  store: RegistryStore,
  steps: readonly StepRecord[],
): Promise<ReadonlySet<string>> {
  const [first] = steps;
  if (first === undefined) return new Set();
  await store.writeBatch(...steps.map((step) => putReusedStep(store.db, step)));
  const fences = new Map(steps.map(({ stepId, fence }) => [stepId, fence]));
  // Of a wide step each item asks by itself: it must not read all the others.
  const alone = steps.length === 1 ? await findStep(store.db, first.runId, first.stepId) : null;
  const recorded = alone === null ? await listSteps(store.db, first.runId) : [alone];
  return new Set(
    recorded
      .filter(({ status, stepId, fence }) => {
        return status === 'completed' && fences.has(stepId) && fence === fences.get(stepId);
      })
      .map(({ stepId }) => stepId),
  );
}
