import { availableParallelism } from 'node:os';
import { MillraceError, type ServeSpec, type VersionRecord } from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { ServedModel } from '../inference/served-model.js';
import { maskingKey } from '../predictions/masking-key.js';
import type { RegistryReader } from '../registry/ports.js';
import { type ModelDeps, openModel } from '../sources/index.js';
import type { BatchLog } from './log-predictions.js';

/**
 * The version that a job asks: the one of that number, the one that an alias points to at this moment,
 * or the champion.
 *
 * @throws MillraceError `NotFound` naming what there is instead
 */
export async function versionOfJob(
  registry: Pick<RegistryReader, 'champion' | 'version' | 'versions' | 'life'>,
  model: string,
  named: VersionWanted,
): Promise<VersionRecord> {
  const wanted = await numberOf(registry, model, named);
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

async function numberOf(
  registry: Pick<RegistryReader, 'champion' | 'life'>,
  model: string,
  named: VersionWanted,
): Promise<number | null> {
  if (typeof named === 'number') return named;
  if (named === null) return (await registry.champion(model))?.version ?? null;
  const aliases = (await registry.life.aliases(model)).filter(({ version }) => version !== null);
  const version = aliases.find(({ alias }) => alias === named)?.version ?? null;
  if (version !== null) return version;
  const names = aliases.map(({ alias }) => alias).join(', ');
  throw new MillraceError(
    'NotFound',
    `model ${model} has no alias ${named}`,
    names === '' ? 'no alias points to a version of it' : `it has ${names}`,
  );
}

/** A version by its number, or by an alias such as `challenger`; `null`: the champion. */
export type VersionWanted = number | string | null;

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

/** How the predictions of a version are logged, as its pipeline says of its gateways. */
export async function logOfJob(
  artifacts: Pick<ArtifactStore, 'readJson'>,
  home: Pick<HomeLayout, 'root' | 'predictionsDir'>,
  { plan }: Pick<VersionRecord, 'plan'>,
): Promise<BatchLog> {
  const { serve } = await artifacts.readJson<{ readonly serve?: ServeSpec | null }>(plan);
  const spec = serve?.log ?? {};
  return { directory: home.predictionsDir, spec, maskingKey: await maskingKey(home.root) };
}
