import {
  type JsonObject,
  MillraceError,
  type ScheduleSpec,
  scheduleId,
} from '../../contracts/index.js';
import { applySchedule, type ScheduleChange } from '../../temporal/schedules.js';
import { ensureSearchAttributes } from '../../temporal/search-attributes.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import {
  checkPipelineParams,
  type LoadedPipeline,
  loadPipeline,
} from '../pipelines/load-pipeline.js';
import { scheduledWorkflow } from '../pipelines/scheduled-workflow.js';
import { openCliHome } from '../rooms.js';
import { keepPlan } from '../runs/start-run.js';
import { findStack } from '../stack/ensure-stack.js';
import { withTemporal } from '../temporal.js';
import { plannedSchedule } from './planned-schedule.js';
import { scheduleWords } from './words.js';

export interface ApplyOptions {
  readonly param?: Readonly<Record<string, string>>;
  readonly env?: string;
}

/** Makes the schedule on the server be as the file says. */
export async function apply(
  cli: Cli,
  file: string,
  { param: given = {}, env }: ApplyOptions,
): Promise<void> {
  const pipeline = await loadPipeline(cli, file, env);
  const { plan } = pipeline;
  const { spec, params } = scheduleOf(pipeline, given);
  for (const warning of plannedSchedule(spec, Date.now()).warnings) {
    cli.out.noteProse(`${cli.out.noteStyle.yellow('warning:')} ${warning}`);
  }
  const home = await openCliHome(cli);
  const ran = findStack(home, cli.env) !== null;
  const reference = await keepPlan(home, plan);
  const action = scheduledWorkflow(pipeline, spec, reference, params);
  const change = await withTemporal(cli, home, async ({ client, connection, target }) => {
    await ensureSearchAttributes(connection, target.namespace);
    return applySchedule(client, scheduleId(plan.name), spec, action);
  });
  if (!ran) {
    cli.out.noteProse(
      'a schedule fires while the server runs: `millrace up` keeps it running, this one ends itself when idle',
    );
  }
  cli.out.result({ name: plan.name, ...change, schedule: spec }, () =>
    changeWords(plan.name, change, spec, plan.model),
  );
}

function changeWords(
  name: string,
  change: ScheduleChange,
  spec: ScheduleSpec,
  model: string | null,
): string {
  const times = scheduleWords(spec);
  const paused = change.paused ? '; it stays paused' : '';
  if (change.change === 'unchanged') {
    return `${name}: the schedule is so already (${times})${paused}`;
  }
  const what = model === null ? `runs ${name}` : `retrains ${model}`;
  return [
    `${name}: schedule ${change.change}; ${times} ${what}${paused}`,
    ...change.differences.map(({ field, from, to }) => `  ${field}: ${from} → ${to}`),
  ].join('\n');
}

function scheduleOf(pipeline: LoadedPipeline, given: Readonly<Record<string, string>>) {
  const { plan } = pipeline;
  const spec = plan.schedule;
  if (spec === null) {
    throw new MillraceError(
      'InvalidInput',
      `${plan.name} has no schedule`,
      'add one to the file: schedule: {cron: "0 3 * * MON", timezone: UTC, overlap: skip}',
    );
  }
  if (plan.model !== null && Object.keys(given).length > 0) {
    throw new UsageError(
      `${plan.name} makes the model ${plan.model}: monitor.respond.retrain.params gives a retraining its parameters`,
      'leave --param out',
    );
  }
  // A model's retraining is given its parameters by the policy; a plain run needs them all now.
  const said = Object.entries(spec.params ?? {}).map(([name, value]) => [name, String(value)]);
  const params: JsonObject =
    plan.model === null
      ? checkPipelineParams(pipeline, { ...Object.fromEntries(said), ...given })
      : {};
  // The schedule is listed with what its runs are given.
  return { spec: Object.keys(params).length === 0 ? spec : { ...spec, params }, params };
}
