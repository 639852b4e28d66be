import { standInObstacles } from '../../models/inference/index.js';
import { checkVersion } from '../control/model-state.js';
import type { ActivityDeps } from '../deps.js';

/** The first of the versions that can answer the champion's requests, or why none can. */
export async function standInVersion(
  deps: Pick<ActivityDeps, 'registry' | 'artifacts'>,
  model: string,
  versions: readonly number[],
): Promise<{ readonly version: number } | { readonly problem: string }> {
  const problems: string[] = [];
  for (const version of versions) {
    const { problem } = await checkVersion(deps)({ model, version });
    const obstacles = problem === null ? await obstaclesOf(deps, model, version) : [];
    if (problem === null && obstacles.length === 0) return { version };
    problems.push(problem ?? `version ${version} cannot stand in: ${obstacles.join(', ')}`);
  }
  return {
    problem:
      problems.length === 0
        ? 'no version was champion before that could answer in its place'
        : problems.join('; '),
  };
}

/** As the gateways ask before they let it answer: what they would not take is not begun. */
async function obstaclesOf(
  { registry }: Pick<ActivityDeps, 'registry'>,
  model: string,
  version: number,
): Promise<readonly string[]> {
  const champion = await registry.champion(model);
  if (champion === null) return [];
  const [standIn, live] = await Promise.all([
    registry.version(model, version),
    registry.version(model, champion.version),
  ]);
  return standIn === null || live === null
    ? []
    : standInObstacles(standIn.content.signature, live.content.signature);
}
