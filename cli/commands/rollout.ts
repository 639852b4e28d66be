import { uuidv7 } from 'uuidv7';
import {
  MESSAGE,
  MillraceError,
  type RolloutCommand,
  type RolloutCommandRequest,
} from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { currentActor, readEventTime } from '../options.js';
import { sendAndWait, tellLines, withModel } from '../policy/model-policy.js';
import { isOver, readRollout } from '../rollout/document.js';
import { rolloutLines } from '../rollout/view.js';
import { watchRollout } from '../rollout/watch.js';

interface SteerOptions {
  readonly reason: string;
  readonly asOf?: string;
}

const SUMMARIES: Readonly<Record<RolloutCommand, string>> = {
  pause: 'keep the shares as they are; it still falls back',
  resume: 'let it go on, also from a pause among its steps',
  abort: 'give all requests back to the champion',
};

export const define: DefineCommand = (command, cli) => {
  command
    .command('status')
    .description('how the newest rollout of a model stands')
    .argument('<name>', 'name of the model')
    .option('--watch', 'until it is over')
    .action((model: string, { watch }: { watch?: boolean }) => status(cli, model, watch === true));
  for (const name of Object.keys(SUMMARIES) as RolloutCommand[]) {
    command
      .command(name)
      .description(SUMMARIES[name])
      .argument('<name>', 'name of the model')
      .requiredOption('--reason <text>', 'why; the ledger keeps it')
      .option('--as-of <time>', 'event time (default: now)', readEventTime)
      .action((model: string, options: SteerOptions) => steer(cli, model, name, options));
  }
};

async function status(cli: Cli, model: string, watch: boolean): Promise<void> {
  await withModel(cli, model, async ({ registry }) => {
    const first = await readRollout(registry, model);
    if (first === null) {
      throw new MillraceError(
        'NotFound',
        `${model} was never rolled out`,
        `millrace deploy ${model}@VERSION --strategy canary --reason … begins a rollout`,
      );
    }
    const shown =
      watch && !isOver(first)
        ? ((await watchRollout(cli, registry, model, first.rolloutId)) ?? first)
        : first;
    cli.out.result(shown, () => rolloutLines(shown, cli.out.columns, cli.out.style).join('\n'));
  });
}

async function steer(
  cli: Cli,
  model: string,
  command: RolloutCommand,
  { reason, asOf }: SteerOptions,
): Promise<void> {
  await withModel(cli, model, async ({ registry, now }) => {
    const requestId = uuidv7();
    const message: RolloutCommandRequest = {
      requestId,
      command,
      actor: currentActor(),
      reason,
      asOf: asOf ?? now,
    };
    const line = await sendAndWait(cli, model, registry, {
      update: MESSAGE.steerRollout,
      message,
      updateId: requestId,
      answers: ({ evidence }) => evidence['requestId'] === requestId,
    });
    tellLines(cli, model, [line]);
  });
}
