import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MillraceError, NAME_PATTERN } from '../../contracts/index.js';
import { askWorker } from '../by-hand.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { currentActor } from '../options.js';
import { openCliHome } from '../rooms.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<path>', 'directory or tar of a package')
    .option('--as <name>', 'name of the model here; default its own')
    .option('--hash <sha256>', 'take no other package than the one of this hash')
    .action((path: string, options: ImportOptions) => importPackage(cli, path, options));
};

interface ImportOptions {
  readonly as?: string;
  readonly hash?: string;
}

async function importPackage(cli: Cli, path: string, { as, hash }: ImportOptions): Promise<void> {
  if (as !== undefined && !NAME_PATTERN.test(as)) {
    throw new UsageError(
      `${as} cannot be the name of a model`,
      'lower-case letters, digits and single hyphens',
    );
  }
  const home = await openCliHome(cli);
  const { readPackage } = await import('../../models/packaging/read-package.js');
  const { storePackage } = await import('../../models/packaging/import-package.js');
  const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
  const scratch = await mkdtemp(join(home.runtimeDir, 'import-'));
  try {
    const read = await readPackage(resolve(cli.cwd, path), scratch);
    if (hash !== undefined && hash.toLowerCase() !== read.hash) {
      throw new MillraceError(
        'InvalidInput',
        `${path} is another package: its hash is ${read.hash}`,
      );
    }
    const manifest = await storePackage(createLocalArtifactStore(home.artifactsDir), read);
    const { model: name, version: number, missing } = read.manifest;
    const { model, version, registeredAt } = await askWorker(cli, home, 'importPackage', {
      manifest,
      model: as ?? name,
      baseDirectory: cli.cwd,
      actor: currentActor(),
    });
    const from = { model: name, version: number };
    cli.out.result(
      { model, version, registeredAt, packageHash: read.hash, from, missing },
      () =>
        `${model}@${version} is ${name}@${number} of ${path} (sha256 ${read.hash}); millrace promote ${model}@${version} makes it the champion`,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
