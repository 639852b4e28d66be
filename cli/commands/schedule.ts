import type { Client } from '@temporalio/client';
import { type JsonObject, MillraceError, scheduleId } from '../../contracts/index.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import {
  applySchedule,
  deleteSchedule,
  listSchedules,
  type ScheduledWorkflow,
  type ScheduleInfo,
  triggerSchedule,
} from '../../temporal/schedules.js';
import { ensureSearchAttributes } from '../../temporal/search-attributes.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { readParam } from '../options.js';
import {
  checkPipelineParams,
  type LoadedPipeline,
  loadPipeline,
} from '../pipelines/load-pipeline.js';
import { scheduledWorkflow } from '../pipelines/scheduled-workflow.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { openCliHome } from '../rooms.js';
import { keepPlan } from '../runs/start-run.js';
import { withTemporal } from '../temporal.js';

const NAME = 'name of the pipeline';

export const define: DefineCommand = (command, cli) => {
  command
    .command('apply')
    .description('make the schedule be as the file says')
    .argument('<file>', 'pipeline file')
    .option('-p, --param <name=value>', 'value of a parameter; again for each', readParam)
    .action((file: string, options: { param?: Readonly<Record<string, string>> }) =>
      apply(cli, file, options.param ?? {}),
    );
  command
    .command('list')
    .description('list the schedules with their next and last runs')
    .action(() => list(cli));
  command
    .command('trigger')
    .description('start what the schedule starts, now')
    .argument('<name>', NAME)
    .action((name: string) => trigger(cli, name));
  command
    .command('delete')
    .description('remove a schedule; what it started goes on')
    .argument('<name>', NAME)
    .action((name: string) => remove(cli, name));
};

async function apply(
  cli: Cli,
  file: string,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  const pipeline = await loadPipeline(cli, file);
  const { plan } = pipeline;
  const { spec, params } = scheduleOf(pipeline, given);
  const home = await openCliHome(cli);
  const reference = await keepPlan(home, plan);
  const action: ScheduledWorkflow = scheduledWorkflow(pipeline, reference, params);
  const change = await ofSchedules(cli, home, (client) =>
    applySchedule(client, scheduleId(plan.name), spec, action),
  );
  cli.out.result({ name: plan.name, ...change, schedule: spec }, () => {
    const clock = `${spec.cron} ${spec.timezone}`;
    const what = plan.model === null ? `runs ${plan.name}` : `retrains ${plan.model}`;
    if (change.change === 'unchanged') return `${plan.name}: the schedule is so already (${clock})`;
    const differences = change.differences.map(
      ({ field, from, to }) => `  ${field}: ${from} → ${to}`,
    );
    return [`${plan.name}: schedule ${change.change}; ${clock} ${what}`, ...differences].join('\n');
  });
}

function scheduleOf(pipeline: LoadedPipeline, given: Readonly<Record<string, string>>) {
  const { plan } = pipeline;
  if (plan.schedule === null) {
    throw new MillraceError(
      'InvalidInput',
      `${plan.name} has no schedule`,
      'add one to the file: schedule: {cron: "0 3 * * MON", timezone: UTC, overlap: skip}',
    );
  }
  // A model's retraining is given its parameters by the policy; a plain run needs them all now.
  const params: JsonObject = plan.model === null ? checkPipelineParams(pipeline, given) : {};
  if (plan.model !== null && Object.keys(given).length > 0) {
    throw new UsageError(
      `${plan.name} makes the model ${plan.model}: monitor.respond.retrain.params gives a retraining its parameters`,
      'leave --param out',
    );
  }
  return { spec: plan.schedule, params };
}

async function list(cli: Cli): Promise<void> {
  const home = await openCliHome(cli);
  const schedules = await ofSchedules(cli, home, listSchedules);
  const named = schedules.map((schedule) => ({
    name: schedule.id.replace(/^schedule\//, ''),
    ...schedule,
  }));
  cli.out.result({ schedules: named }, () =>
    named.length === 0
      ? 'no schedules: millrace schedule apply FILE makes one'
      : scheduleTable(named, cli.out.columns, cli.out.style).join('\n'),
  );
}

const COLUMNS: readonly Column[] = [
  { title: 'pipeline', shrinkTo: 12 },
  { title: 'cron' },
  { title: 'zone', shrinkTo: 8, dropOrder: 3 },
  { title: 'next (UTC)' },
  { title: 'last (UTC)', dropOrder: 1 },
  { title: 'runs', align: 'right', dropOrder: 2 },
  { title: 'state', dropOrder: 4 },
];

function scheduleTable(
  schedules: readonly (ScheduleInfo & { readonly name: string })[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = schedules.map((schedule): readonly Cell[] => [
    schedule.name,
    schedule.spec?.cron ?? 'changed by hand',
    schedule.spec?.timezone ?? '',
    formatTime(schedule.nextRuns[0] ?? null).slice(0, 16),
    formatTime(schedule.lastRun).slice(0, 16),
    String(schedule.runs),
    schedule.paused ? { text: 'paused', paint: style.yellow } : '',
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

async function trigger(cli: Cli, name: string): Promise<void> {
  await ofSchedules(cli, await openCliHome(cli), (client) =>
    triggerSchedule(client, scheduleId(name)),
  );
  cli.out.result(
    { name, triggered: true },
    () => `${name}: triggered; millrace runs shows the run`,
  );
}

async function remove(cli: Cli, name: string): Promise<void> {
  await ofSchedules(cli, await openCliHome(cli), (client) =>
    deleteSchedule(client, scheduleId(name)),
  );
  cli.out.result({ name, deleted: true }, () => `${name}: the schedule is deleted`);
}

async function ofSchedules<T>(
  cli: Cli,
  home: HomeLayout,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  return withTemporal(cli, home, async ({ client, connection, target }) => {
    await ensureSearchAttributes(connection, target.namespace);
    return use(client);
  });
}
