import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import type { ModelCard } from '../../models/packaging/card/model-card.js';
import type { Cli, DefineCommand } from '../command.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { noSuchModel } from './document.js';
import { findVersion } from './find-version.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<version>', 'NAME@VERSION; of NAME alone the champion, else the newest')
    .option('--out <file>', 'write it to a file: Markdown, or JSON where the name ends so')
    .action((name: string, options: { out?: string }) => showCard(cli, name, options.out));
};

async function showCard(cli: Cli, name: string, out: string | undefined): Promise<void> {
  const { cardMarkdown } = await import('../../models/packaging/card/model-card.js');
  const card = await readCard(cli, name);
  if (out === undefined) {
    cli.out.result(card, () => cardMarkdown(card).trimEnd());
    return;
  }
  const file = resolve(cli.cwd, out);
  const text = file.endsWith('.json') ? `${JSON.stringify(card, null, 2)}\n` : cardMarkdown(card);
  await writeFile(file, text).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MillraceError('InvalidInput', `cannot write ${out}: ${why}`, undefined, { cause });
  });
  const { model, version, isComplete, missing } = card;
  cli.out.result({ file, model, version, isComplete, missing }, () => {
    const state = isComplete ? 'complete' : `${missing.length} facts are missing`;
    return `the card of ${model}@${version} is in ${out}: ${state}`;
  });
}

async function readCard(cli: Cli, name: string): Promise<ModelCard> {
  const card = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
    const { cardOfVersion } = await import('../../models/packaging/card/card-of-version.js');
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    const record = await findVersion(registry, name);
    return cardOfVersion({ registry, artifacts }, record, 'until-now');
  });
  if (card === null) throw noSuchModel(name.replace(/@.*/, ''), []);
  return card;
}
