import { Option } from 'commander';
import { OVERLAP_POLICIES, scheduleId } from '../../contracts/index.js';
import { deleteSchedule, setPaused, triggerSchedule } from '../../temporal/schedules.js';
import type { Cli, DefineCommand } from '../command.js';
import { currentActor, readEventTime, readParam } from '../options.js';
import { openCliHome } from '../rooms.js';
import { type ApplyOptions, apply } from '../schedules/apply.js';
import { type BackfillOptions, backfill } from '../schedules/backfill.js';
import { list } from '../schedules/list.js';
import { withRunningTemporal, withTemporal } from '../temporal.js';

const NAME = 'name of the pipeline';

export const define: DefineCommand = (command, cli) => {
  command
    .command('apply')
    .description('make the schedule be as the file says')
    .argument('<file>', 'pipeline file')
    .option('-p, --param <name=value>', 'value of a parameter; again for each', readParam)
    .option('--env <name>', 'with the values of this environment of the file')
    .action((file: string, options: ApplyOptions) => apply(cli, file, options));
  command
    .command('list')
    .description('list the schedules with their next times and how the last run ended')
    .action(() => list(cli));
  command
    .command('pause')
    .description('start nothing until it is resumed; applying the file does not resume it')
    .argument('<name>', NAME)
    .requiredOption('--reason <text>', 'why; `schedule list` shows it')
    .action((name: string, options: { reason: string }) => pause(cli, name, options.reason));
  command
    .command('resume')
    .description('let a paused schedule go on with its next time')
    .argument('<name>', NAME)
    .option('--reason <text>', 'why')
    .action((name: string, options: { reason?: string }) => resume(cli, name, options.reason));
  command
    .command('trigger')
    .description('start what the schedule starts, now')
    .argument('<name>', NAME)
    .action((name: string) => trigger(cli, name));
  command
    .command('backfill')
    .description('run it for its times that lie behind, both ends included')
    .argument('<name>', NAME)
    .requiredOption('--from <time>', 'such as 2026-11-01 or 2026-11-01T05:00:00Z', readEventTime)
    .requiredOption('--to <time>', 'the last moment', readEventTime)
    .addOption(
      new Option('--overlap <policy>', 'what happens while one of them is still going on')
        .choices(OVERLAP_POLICIES)
        .default('bufferAll'),
    )
    .option('--dry-run', 'only say what would be started')
    .action((name: string, options: BackfillOptions) => backfill(cli, name, options));
  command
    .command('delete')
    .description('remove a schedule; what it started goes on')
    .argument('<name>', NAME)
    .action((name: string) => remove(cli, name));
};

async function pause(cli: Cli, name: string, reason: string): Promise<void> {
  const note = `${currentActor()}: ${reason}`;
  const changed = await withRunningTemporal(cli, ({ client }) =>
    setPaused(client, scheduleId(name), true, note),
  );
  cli.out.result({ name, paused: true, changed, note }, () =>
    changed ? `${name}: paused` : `${name}: it was paused already; the reason is now this one`,
  );
}

async function resume(cli: Cli, name: string, reason = 'resumed'): Promise<void> {
  const note = `${currentActor()}: ${reason}`;
  const changed = await withRunningTemporal(cli, ({ client }) =>
    setPaused(client, scheduleId(name), false, note),
  );
  cli.out.result({ name, paused: false, changed, note: changed ? note : null }, () =>
    changed ? `${name}: goes on` : `${name}: it is not paused`,
  );
}

async function trigger(cli: Cli, name: string): Promise<void> {
  await withTemporal(cli, await openCliHome(cli), ({ client }) =>
    triggerSchedule(client, scheduleId(name)),
  );
  cli.out.result(
    { name, triggered: true },
    () => `${name}: triggered; millrace runs shows the run`,
  );
}

async function remove(cli: Cli, name: string): Promise<void> {
  await withRunningTemporal(cli, ({ client }) => deleteSchedule(client, scheduleId(name)));
  cli.out.result({ name, deleted: true }, () => `${name}: the schedule is deleted`);
}
