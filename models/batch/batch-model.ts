import { availableParallelism } from 'node:os';
import { MillraceError, type VersionRecord } from '../../contracts/index.js';
import type { ServedModel } from '../inference/served-model.js';
import type { RegistryReader } from '../registry/ports.js';
import { type ModelDeps, openModel } from '../sources/index.js';

/**
 * The version that a job asks: the one that is named, else the champion at this moment.
 *
 * @throws MillraceError `NotFound` naming what there is instead
 */
export async function versionOfJob(
  registry: Pick<RegistryReader, 'champion' | 'version' | 'versions'>,
  model: string,
  number: number | null,
): Promise<VersionRecord> {
  const wanted = number ?? (await registry.champion(model))?.version ?? null;
  const record = wanted === null ? null : await registry.version(model, wanted);
  if (record !== null) return record;
  const versions = (await registry.versions(model)).map(({ version }) => version);
  throw new MillraceError(
    'NotFound',
    wanted === null ? `model ${model} has no champion` : `model ${model} has no version ${wanted}`,
    versions.length === 0
      ? 'register one first'
      : `it has ${versions.join(', ')}; name one as ${model}@${versions.at(-1)}`,
  );
}

/** Opens a version for many rows at once: a graph with all the threads that the machine has. */
export async function loadForJob(
  deps: ModelDeps,
  { model, version, content }: VersionRecord,
): Promise<ServedModel> {
  return openModel(deps, content, {
    name: `version ${version} of ${model}`,
    threads: availableParallelism(),
  });
}
