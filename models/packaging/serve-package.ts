import type { VersionRecord } from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { RegistryWriter } from '../registry/ports.js';
import { importPackage, storePackage } from './import-package.js';
import { readPackage } from './read-package.js';

export interface ServePorts {
  readonly registry: RegistryWriter;
  readonly artifacts: ArtifactStore;
}

/**
 * Makes the version of a package the champion of a state directory that nothing else fills: what a
 * serving image does when it starts. Repeatable: a start after the first changes nothing.
 *
 * @param path - a directory or a tar
 * @param scratch - an empty directory
 * @throws MillraceError `InvalidInput` when the package is refused
 */
export async function servePackage(
  { registry, artifacts }: ServePorts,
  path: string,
  scratch: string,
): Promise<VersionRecord> {
  const read = await readPackage(path, scratch);
  const { model } = read.manifest;
  const record = await importPackage(
    { registry, artifacts },
    {
      manifest: await storePackage(artifacts, read),
      model,
      baseDirectory: scratch,
      actor: 'gateway',
    },
  );
  if ((await registry.champion(model))?.version === record.version) return record;
  const number = (await registry.transitionNumber(model)) + 1;
  await registry.transition({
    model,
    number,
    version: record.version,
    sinceAsOf: record.asOf,
    ledger: {
      model,
      key: `transition/${model}/${number}`,
      at: new Date().toISOString(),
      asOf: record.asOf,
      actor: 'gateway',
      action: 'promoted',
      from: null,
      to: record.version,
      reason: `the package that this gateway serves, ${read.hash}`,
      evidence: {},
    },
  });
  return record;
}
