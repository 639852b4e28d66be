import { InvalidArgumentError } from 'commander';
import { uuidv7 } from 'uuidv7';
import { formatEventTime, MESSAGE, parseDurationMs } from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { currentActor, readEventTime, readReason } from '../options.js';
import { sendAndWait, tellLines, withModel } from '../policy/model-policy.js';
import { namesRun, steerRun } from '../runs/steer-run.js';

interface PauseOptions {
  readonly reason: string;
  readonly until?: string;
  readonly for?: number;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model, or a run: its id, a beginning of one, or latest')
    .requiredOption('--reason <text>', 'why; the ledger keeps it', readReason)
    .option('--until <time>', 'when it ends by itself, by the wall clock', readEventTime)
    .option('--for <duration>', 'how long it lasts, such as 12h or 7d', readDuration)
    .action(async (name: string, options: PauseOptions) => {
      if (!(await namesRun(cli, name))) return pause(cli, name, options);
      if (options.until !== undefined || options.for !== undefined) {
        throw new UsageError('a run is paused until it is resumed', 'leave --until and --for out');
      }
      await steerRun(cli, name, 'pause', options.reason);
    });
};

function readDuration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null || ms <= 0) throw new InvalidArgumentError('it must be a span such as 12h or 7d');
  return ms;
}

async function pause(cli: Cli, model: string, options: PauseOptions): Promise<void> {
  const until = endOf(options);
  await withModel(cli, model, async ({ registry, now }) => {
    const line = await sendAndWait(cli, model, registry, {
      update: MESSAGE.pause,
      message: {
        actor: currentActor(),
        reason: options.reason,
        asOf: now,
        ...(until !== null && { until }),
      },
      updateId: uuidv7(),
      answers: ({ key }, changeId) => key === `paused/${changeId}`,
    });
    tellLines(cli, model, [line]);
    const end = until === null ? `until millrace resume ${model}` : `until ${until}`;
    cli.out.noteProse(`nothing automatic happens to ${model} ${end}; what people ask for does`);
  });
}

function endOf({ until, for: spanMs }: PauseOptions): string | null {
  if (until !== undefined && spanMs !== undefined) {
    throw new UsageError('--until and --for exclude each other', 'give one of them');
  }
  const end = spanMs === undefined ? until : formatEventTime(Date.now() + spanMs);
  if (end === undefined) return null;
  if (Date.parse(end) <= Date.now()) {
    throw new UsageError(`${end} has passed`, 'give a time that lies ahead');
  }
  return end;
}
