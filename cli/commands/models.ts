import type { DefineCommand } from '../command.js';
import { MODELS_CATALOGUE } from '../models/catalogue.js';
import { listModels } from '../models/list.js';
import { showModel } from '../models/show.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[name]', 'name of a model to show')
    .action((name?: string) => (name === undefined ? listModels(cli) : showModel(cli, name)));
  for (const { name, summary } of MODELS_CATALOGUE) command.command(name).description(summary);
  command.hook('preSubcommand', async (_, subcommand) => {
    const entry = MODELS_CATALOGUE.find(({ name }) => name === subcommand.name());
    (await entry?.load())?.define(subcommand, cli);
  });
};
