import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArtifactRef,
  MEDIA_TYPE,
  type ModelManifest,
  type VersionProvenance,
} from '../../contracts/index.js';
import { buildExample } from '../../models/packaging/build-example.js';
import { openModel } from '../../models/sources/index.js';
import { readTable } from '../../storage/tabular/index.js';
import type { StepWorkContext } from '../step-work.js';

const LICENCE_NAME = /^(licen[cs]e|copying)(\.(md|txt|rst))?$/i;
const LICENCE_BYTES = 1 << 20;

/** What a version keeps of where it comes from, gathered when it is registered. */
export async function versionProvenance(
  context: StepWorkContext,
  manifest: ModelManifest,
): Promise<VersionProvenance> {
  const { deps, task } = context;
  const run = await deps.registry.run(task.run.runId);
  return {
    code: run?.code ?? null,
    example: await storeExample(context, manifest),
    licence: await storeLicence(context),
    // What really trained it comes before what is pinned: a custom step may use another Python.
    requirements: { ...deps.python.environment, ...librariesOf(manifest) },
  };
}

async function storeExample(
  { deps, signal, logger }: StepWorkContext,
  manifest: ModelManifest,
): Promise<ArtifactRef | null> {
  try {
    const data = manifest.evaluation?.holdout ?? manifest.trainingData;
    // What is usual for a server is not known, and what it answers may differ from time to time.
    if (data === null) return null;
    const file = await deps.artifacts.localPath(data);
    const table = await readTable(file, { format: 'parquet', signal });
    const model = await openModel(deps, manifest);
    try {
      return await deps.artifacts.putJson(await buildExample(model, table), MEDIA_TYPE.json);
    } finally {
      await model.release();
    }
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ err: error }, 'no example request could be made: the version has none');
    return null;
  }
}

/** The file beside the pipeline, as repositories have it. */
async function storeLicence({ deps, task }: StepWorkContext): Promise<ArtifactRef | null> {
  const directory = task.run.baseDirectory;
  const names = await readdir(directory).catch((): readonly string[] => []);
  for (const name of names.filter((found) => LICENCE_NAME.test(found)).sort()) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true && found.size > 0 && found.size <= LICENCE_BYTES) {
      return deps.artifacts.putFile(path, 'text/plain');
    }
  }
  return null;
}

/** `environment` names Python itself besides its libraries. */
function librariesOf({ environment }: ModelManifest): { readonly [library: string]: string } {
  const { python: _, ...libraries } = environment;
  return libraries;
}
