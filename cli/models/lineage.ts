import type { DefineCommand } from '../command.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { noSuchModel } from './document.js';
import { findVersion } from './find-version.js';
import { lineageLines } from './lineage-view.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<version>', 'NAME@VERSION; of NAME alone the champion, else the newest')
    .action(async (name: string) => {
      const lineage = await withRegistry(await findCliHome(cli), async (registry, home) => {
        const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
        const { readLineage } = await import('../../models/packaging/lineage/lineage.js');
        const artifacts = createLocalArtifactStore(home.artifactsDir);
        return readLineage({ registry, artifacts }, await findVersion(registry, name));
      });
      if (lineage === null) throw noSuchModel(name.replace(/@.*/, ''), []);
      cli.out.result(lineage, () => lineageLines(lineage).join('\n'));
    });
};
