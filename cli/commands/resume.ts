import { uuidv7 } from 'uuidv7';
import { MESSAGE } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { currentActor } from '../options.js';
import { sendAndWait, tellLines, withModel } from '../policy/model-policy.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model')
    .requiredOption('--reason <text>', 'why; the ledger keeps it')
    .action(async (model: string, { reason }: { readonly reason: string }) => {
      await withModel(cli, model, async ({ registry, now }) => {
        const line = await sendAndWait(cli, model, registry, {
          update: MESSAGE.resume,
          message: { actor: currentActor(), reason, asOf: now },
          updateId: uuidv7(),
          answers: ({ key }, changeId) => key === `resumed/${changeId}`,
        });
        tellLines(cli, model, [line]);
      });
    });
};
