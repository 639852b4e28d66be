import { suggestion } from '../../pipelines/nearest.js';
import type { DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { MODELS_CATALOGUE } from '../models/catalogue.js';
import { listModels } from '../models/list.js';
import { showModel } from '../models/show.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[name]', 'name of a model to show')
    .allowExcessArguments()
    .action(
      (name: string | undefined, _: object, { args }: { readonly args: readonly string[] }) => {
        if (name !== undefined && args.length > 1) throw unknownCommand(name);
        return name === undefined ? listModels(cli) : showModel(cli, name);
      },
    );
  for (const { name, summary } of MODELS_CATALOGUE) command.command(name).description(summary);
  command.hook('preSubcommand', async (_, subcommand) => {
    const entry = MODELS_CATALOGUE.find(({ name }) => name === subcommand.name());
    (await entry?.load())?.define(subcommand, cli);
  });
};

/** One word is a model; what has more behind it was meant as a command. */
function unknownCommand(name: string): UsageError {
  const names = MODELS_CATALOGUE.map((entry) => entry.name);
  const hint = suggestion(name, names) ?? 'millrace models --help lists the commands';
  return new UsageError(`there is no command models ${name}`, hint);
}
