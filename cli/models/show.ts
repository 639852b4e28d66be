import type { Cli, DefineCommand } from '../command.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { noSuchModel, readModel } from './document.js';
import { modelLines } from './view.js';

export const define: DefineCommand = (command, cli) => {
  command.argument('<name>', 'name of the model').action((name: string) => showModel(cli, name));
};

/** Champion, versions and ledger of one model. */
export async function showModel(cli: Cli, name: string): Promise<void> {
  const model = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
    return readModel(registry, createLocalArtifactStore(home.artifactsDir), name);
  });
  if (model === null) throw noSuchModel(name, []);
  cli.out.result(model, () => modelLines(model, cli.out.columns, cli.out.style).join('\n'));
}
