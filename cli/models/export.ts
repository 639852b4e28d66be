import { join, resolve } from 'node:path';
import { packageRoot } from '../../setup/places.mjs';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { noSuchModel } from './document.js';
import { findVersion } from './find-version.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<version>', 'NAME@VERSION; of NAME alone the champion, else the newest')
    .requiredOption('--out <path>', 'directory to make, or a file that ends in .tar')
    .action((name: string, { out }: { out: string }) => exportVersion(cli, name, out));
};

async function exportVersion(cli: Cli, name: string, out: string): Promise<void> {
  if (/\.(tgz|zip|gz)$/i.test(out)) {
    throw new UsageError(`${out} is no kind of package`, 'write a directory, or a name in .tar');
  }
  const path = resolve(cli.cwd, out);
  const exported = await writePackage(cli, name, path);
  const { model, version, hash, files, bytes, missing } = exported;
  cli.out.result({ model, version, packageHash: hash, path, files, bytes, missing }, () =>
    [
      `${model}@${version} is in ${out}: ${files} files, ${bytes} bytes`,
      `sha256 ${hash}`,
      ...missing.map((what) => `missing: ${what}`),
    ].join('\n'),
  );
}

async function writePackage(cli: Cli, name: string, path: string) {
  const done = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
    const { gatherPackage } = await import('../../models/packaging/export-package.js');
    const writers = await import('../../models/packaging/write-package.js');
    const { packageHash } = await import('../../models/packaging/package-manifest.js');
    const ports = {
      registry,
      artifacts: createLocalArtifactStore(home.artifactsDir),
      edgeDirectory: join(packageRoot(), 'models', 'packaging', 'edge'),
    };
    const made = await gatherPackage(ports, await findVersion(registry, name));
    if (path.endsWith('.tar')) await writers.writePackageTar(path, made);
    else await writers.writePackageDirectory(path, made);
    const { model, version, missing } = made.manifest;
    const bytes = made.entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const files = made.entries.length + 1;
    return { model, version, hash: packageHash(made.manifest), files, bytes, missing };
  });
  if (done === null) throw noSuchModel(name.replace(/@.*/, ''), []);
  return done;
}
