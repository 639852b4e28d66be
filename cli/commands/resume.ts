import { uuidv7 } from 'uuidv7';
import { MESSAGE } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { currentActor, readReason } from '../options.js';
import { sendAndWait, tellLines, withModel } from '../policy/model-policy.js';
import { namesRun, steerRun } from '../runs/steer-run.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model, or a run: its id, a beginning of one, or latest')
    .option('--reason <text>', 'why; the ledger of a model keeps it', readReason)
    .action(async (model: string, { reason }: { readonly reason?: string }) => {
      if (await namesRun(cli, model)) return steerRun(cli, model, 'resume', reason ?? 'it goes on');
      if (reason === undefined) {
        throw new UsageError('a model needs a reason, which its ledger keeps', 'add --reason TEXT');
      }
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
