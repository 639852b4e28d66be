import type { ServingDeps } from '../serving-deps.js';

/** One version of a model, as the model repository extension lists it. */
export interface RepositoryEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE';
  /** Why it is not ready. */
  readonly reason: string;
}

/** The versions that answer now, and the models whose version does not yet. */
export function repositoryIndex({
  champions,
}: Pick<ServingDeps, 'champions'>): readonly RepositoryEntry[] {
  const served = champions.servedVersions();
  const fallbacks = champions.fallbacks();
  return champions.models().map((name): RepositoryEntry => {
    const version = fallbacks[name] ?? served[name];
    return version === undefined
      ? { name, version: '', state: 'UNAVAILABLE', reason: 'its version is not loaded' }
      : { name, version: String(version), state: 'READY', reason: '' };
  });
}
