import { checkVersion } from '../control/model-state.js';
import type { ActivityDeps } from '../deps.js';

/** The first of the versions that can be served, or why none can. */
export async function servableVersion(
  deps: ActivityDeps,
  model: string,
  versions: readonly number[],
): Promise<{ readonly version: number } | { readonly problem: string }> {
  const problems: string[] = [];
  for (const version of versions) {
    const { problem } = await checkVersion(deps)({ model, version });
    if (problem === null) return { version };
    problems.push(problem);
  }
  return {
    problem:
      problems.length === 0
        ? 'no version was champion before that could answer in its place'
        : problems.join('; '),
  };
}
