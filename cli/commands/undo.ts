import { uuidv7 } from 'uuidv7';
import { MESSAGE, MillraceError } from '../../contracts/index.js';
import { newestUndoable, type Undoable } from '../../monitoring/policy/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { currentActor } from '../options.js';
import {
  type KnownModel,
  lineOf,
  sendAndWait,
  tellLines,
  withModel,
} from '../policy/model-policy.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model')
    .option('--reason <text>', 'why; the ledger keeps it. Without it: show what would be undone')
    .action((model: string, { reason }: { readonly reason?: string }) =>
      withModel(cli, model, (known) => undo(cli, model, known, reason)),
    );
};

async function undo(
  cli: Cli,
  model: string,
  { registry, state, now }: KnownModel,
  reason: string | undefined,
): Promise<void> {
  const action = newestUndoable(state, Date.now());
  if (reason === undefined) {
    cli.out.result({ model, undoable: action }, () =>
      action === null
        ? `nothing of ${model} can be undone now`
        : `${model}: ${undoableText(action)}; millrace undo ${model} --reason … takes it back until ${action.until}`,
    );
    return;
  }
  if (action === null) {
    throw new MillraceError(
      'InvalidInput',
      `nothing of ${model} can be undone now`,
      'only actions of medium risk can, for a while; millrace rollback brings an earlier version back',
    );
  }
  const requestId = uuidv7();
  const line = await sendAndWait(cli, model, registry, {
    update: MESSAGE.undo,
    message: { requestId, actor: currentActor(), reason, asOf: now },
    updateId: requestId,
    answers: ({ action: what, evidence }) =>
      (what === 'undone' || what === 'undo-refused') && evidence['requestId'] === requestId,
  });
  const moves = line.evidence['what'] === 'promotion' || line.evidence['what'] === 'rollback';
  const change =
    line.action === 'undone' && moves
      ? [
          await lineOf(
            cli,
            model,
            registry,
            ({ evidence }) => evidence['requestId'] === `${requestId}/change`,
          ),
        ]
      : [];
  tellLines(cli, model, [line, ...change]);
}

function undoableText(action: Undoable): string {
  switch (action.what) {
    case 'promotion':
    case 'rollback':
      return `the ${action.what} to version ${action.to}`;
    case 'retrain':
      return `the retraining run ${action.runId}`;
    case 'repair':
      return `the repair ${action.repairKey}`;
  }
}
