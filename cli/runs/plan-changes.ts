import {
  canonicalJson,
  isMillraceError,
  type JsonValue,
  type PipelinePlan,
  type RunRecord,
} from '../../contracts/index.js';
import { comparePlans } from '../../pipelines/reuse/plan-differences.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { readPlan } from './read-run.js';
import type { Change } from './run-diff.js';

/**
 * What two runs were to do differently, by its place: `steps.train.with.depth`, and `steps.train.run[2]` of a
 * command with as many words.
 *
 * @returns `null` where the store has lost a plan
 */
export async function planChanges(
  home: HomeLayout,
  before: RunRecord,
  after: RunRecord,
): Promise<readonly Change[] | null> {
  if (before.planHash === after.planHash) return [];
  const [a, b] = [await storedPlan(home, before), await storedPlan(home, after)];
  if (a === null || b === null) return null;
  return comparePlans(a, b).differences.flatMap(({ path, a: was, b: is }) =>
    itemChanges({ name: path, before: was ?? null, after: is ?? null }),
  );
}

async function storedPlan(home: HomeLayout, run: RunRecord): Promise<PipelinePlan | null> {
  try {
    return await readPlan(home, run);
  } catch (error) {
    if (isMillraceError(error) && error.type === 'ArtifactCorrupt') return null;
    throw error;
  }
}

/** Of lists that are as long as each other, the items that differ. */
function itemChanges(change: Change): readonly Change[] {
  const { name, before, after } = change;
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) {
    return [change];
  }
  return before.flatMap((item: JsonValue, at): readonly Change[] => {
    const other: JsonValue = after[at] ?? null;
    const isSame = canonicalJson(item) === canonicalJson(other);
    return isSame ? [] : [{ name: `${name}[${at}]`, before: item, after: other }];
  });
}
