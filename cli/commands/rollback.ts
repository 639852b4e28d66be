import { MillraceError } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { type ChangeOptions, changeChampion } from '../models/change-command.js';
import { readEventTime, readVersionNumber } from '../options.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model')
    .option('--to <version>', 'champion to return to (default: the one before)', readVersionNumber)
    .requiredOption('--reason <text>', 'why; the ledger keeps it')
    .option(
      '--as-of <time>',
      'event time of the change (default: now, or where a monitor of replayed history stands)',
      readEventTime,
    )
    .option('--detach', 'return as soon as the request is accepted')
    .action(async (model: string, options: ChangeOptions & { readonly to?: number }) => {
      await changeChampion(cli, model, options, async (registry, champion, base) => {
        const version = options.to ?? null;
        if (version !== null && (await registry.version(model, version)) === null) {
          throw new MillraceError(
            'NotFound',
            `${model} has no version ${version}`,
            `millrace models show ${model} lists its versions`,
          );
        }
        // Blames what is champion now: a rollback must not undo a change made in the meantime.
        return { ...base, kind: 'rollback', version, blames: champion?.version ?? null };
      });
    });
};
