import { MillraceError, type VersionRecord } from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { RegistryWriter } from '../registry/ports.js';
import { importPackage, storePackage } from './import-package.js';
import { readPackage } from './read-package.js';

export interface ServePorts {
  readonly registry: RegistryWriter;
  readonly artifacts: ArtifactStore;
}

/** Who makes the version champion, as the ledger has it. */
const ACTOR = 'gateway';

/**
 * Makes the version of a package the champion of a state directory that nothing else fills: what a
 * serving image does when it starts. Repeatable: a start after the first changes nothing.
 *
 * @param path - a directory or a tar
 * @param scratch - an empty directory
 * @throws MillraceError `InvalidInput` when the package is refused, or the state directory is of an
 * installation that brings versions into service itself
 */
export async function servePackage(
  { registry, artifacts }: ServePorts,
  path: string,
  scratch: string,
): Promise<VersionRecord> {
  await requireOwnPlace(registry);
  const read = await readPackage(path, scratch);
  const { model } = read.manifest;
  const record = await importPackage(
    { registry, artifacts },
    {
      manifest: await storePackage(artifacts, read),
      model,
      baseDirectory: scratch,
      actor: ACTOR,
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
      actor: ACTOR,
      action: 'promoted',
      from: null,
      to: record.version,
      reason: `the package that this gateway serves, ${read.hash}`,
      evidence: {},
    },
  });
  return record;
}

/** What a model's workflow brought into service is no package's to replace. */
async function requireOwnPlace(registry: RegistryWriter): Promise<void> {
  for (const { model } of await registry.champions()) {
    const ledger = await registry.ledger(model);
    if (!ledger.some(({ action, actor }) => action === 'promoted' && actor !== ACTOR)) continue;
    throw new MillraceError(
      'InvalidInput',
      `the state directory has a champion of ${model} that no package brought: it is served by millrace up`,
      'give the gateway of the package a state directory of its own in MILLRACE_HOME',
    );
  }
}
