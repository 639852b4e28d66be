import type { CacheEntry, StepOutcome } from '../contracts/index.js';
import type { ActivityDeps } from './deps.js';

/** The entry under this key, if every artifact that it hands on is still there. */
export async function findCached(
  { registry, artifacts }: Pick<ActivityDeps, 'registry' | 'artifacts'>,
  key: string,
): Promise<CacheEntry | null> {
  const entry = await registry.cacheEntry(key);
  if (entry === null || !(await artifactsExist(artifacts, entry.outcome))) return null;
  return entry;
}

async function artifactsExist(
  artifacts: ActivityDeps['artifacts'],
  outcome: StepOutcome,
): Promise<boolean> {
  for (const ref of Object.values(outcome.outputs.artifacts)) {
    if (!(await artifacts.has(ref))) return false;
  }
  return true;
}
