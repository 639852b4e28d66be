import { MillraceError } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { type ChangeOptions, changeChampion } from '../models/change-command.js';
import { readEventTime, readVersionName } from '../options.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name@version>', 'version to promote, such as bike-demand@3')
    .requiredOption('--reason <text>', 'why; the ledger keeps it')
    .option(
      '--as-of <time>',
      'event time of the change (default: now, or where a monitor of replayed history stands)',
      readEventTime,
    )
    .option('--detach', 'return as soon as the request is accepted')
    .action(async (text: string, options: ChangeOptions) => {
      const { model, version } = readVersionName(text);
      await changeChampion(cli, model, options, async (registry, champion, base) => {
        const versions = await registry.versions(model);
        const record = versions.find((candidate) => candidate.version === version);
        if (record === undefined) {
          const known = versions.map((candidate) => candidate.version).join(', ');
          throw new MillraceError(
            'NotFound',
            `${model} has no version ${version}`,
            `it has: ${known === '' ? 'none' : known}`,
          );
        }
        if (champion?.version === version) return `version ${version} is champion already`;
        const risk = record.monitor?.risk;
        return {
          ...base,
          kind: 'promote',
          version,
          comparedWith: null,
          answerTo: null,
          // Of a version of high risk the model's workflow first finds out what it lacks.
          ...(risk !== undefined && { risk }),
        };
      });
    });
};
