import { join, resolve } from 'node:path';
import { packageRoot } from '../../setup/places.mjs';
import type { Cli, DefineCommand } from '../command.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { readVersion } from '../version.js';
import { noSuchModel } from './document.js';
import { findVersion } from './find-version.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<version>', 'NAME@VERSION; of NAME alone the champion, else the newest')
    .requiredOption('--out <directory>', 'directory to make')
    .action((name: string, { out }: { out: string }) => writeImage(cli, name, out));
};

async function writeImage(cli: Cli, name: string, out: string): Promise<void> {
  const directory = resolve(cli.cwd, out);
  const facts = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
    const { gatherPackage } = await import('../../models/packaging/export-package.js');
    const { writeImageContext } = await import('../../models/packaging/image/write-context.js');
    const program = packageRoot();
    const ports = {
      registry,
      artifacts: createLocalArtifactStore(home.artifactsDir),
      edgeDirectory: join(program, 'models', 'packaging', 'edge'),
    };
    const made = await gatherPackage(ports, await findVersion(registry, name));
    return writeImageContext(made, { directory, program, productVersion: readVersion() });
  });
  if (facts === null) throw noSuchModel(name.replace(/@.*/, ''), []);
  const { model, version } = facts;
  const files = ['Dockerfile', '.dockerignore', 'kubernetes.yaml', 'package', 'millrace'];
  cli.out.result({ ...facts, directory, files }, () =>
    [
      `${out} has a Dockerfile, kubernetes.yaml, the package of ${model}@${version} and the gateway`,
      `docker build --tag ${model}:${version} ${out}`,
    ].join('\n'),
  );
}
