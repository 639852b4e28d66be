import {
  type ArtifactRef,
  isArtifactRef,
  type LifeChange,
  type VersionRecord,
} from '../../contracts/index.js';
import type { LifeDeps } from './change-version.js';

type Files = NonNullable<LifeChange['files']>;

/**
 * Removes the files of a deleted version that nothing else refers to. The plan stays with the run that
 * it was of.
 *
 * @returns what was removed now, and why the rest stays
 */
export async function removeFiles(
  { registry, artifacts, logger }: LifeDeps,
  { plan: _, ...record }: VersionRecord,
): Promise<Files> {
  const { model, version, runId } = record;
  const references = new Map(
    artifactsIn(record).map((reference) => [reference.sha256, reference] as const),
  );
  const needed = await registry.life.keptFiles(model, version, runId, [...references.keys()]);
  const removed: string[] = [];
  for (const [sha256, reference] of references) {
    if (needed.has(sha256)) continue;
    if (await artifacts.remove(reference)) removed.push(sha256);
  }
  const kept = [...needed].map(([sha256, why]) => ({ sha256, why: `${why} refers to it` }));
  logger.info({ model, version, removed, kept }, 'the files of a deleted version were removed');
  return { removed, kept };
}

function artifactsIn(value: unknown): readonly ArtifactRef[] {
  if (isArtifactRef(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(artifactsIn);
}
