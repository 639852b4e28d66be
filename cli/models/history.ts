import type { StageStretch } from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { readEventTime } from '../options.js';
import { type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { withKnownModel } from './subject.js';

interface HistoryOptions {
  readonly at?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'name of the model')
    .option('--at <time>', 'only what was in production then, by each clock', readEventTime)
    .action((name: string, options: HistoryOptions) => history(cli, name, options));
};

async function history(cli: Cli, model: string, { at }: HistoryOptions): Promise<void> {
  const stages = await withKnownModel(cli, model, (registry) => registry.life.stages(model));
  if (at === undefined) {
    cli.out.result({ model, stages }, () => table(cli, model, stages));
    return;
  }
  const then = {
    model,
    time: at,
    /** What answered at that moment. */
    wallClock: inProduction(stages, at, ({ from }) => from.at),
    /** What stood for the data of that time. */
    eventTime: inProduction(stages, at, ({ from }) => from.asOf),
  };
  cli.out.result(then, () =>
    [
      `${model} at ${at}`,
      `  by the wall clock: ${shown(then.wallClock)}`,
      `  by event time: ${shown(then.eventTime)}`,
    ].join('\n'),
  );
}

/** The newest stretch that had begun then: on the event clock a later change may reach further back. */
function inProduction(
  stages: readonly StageStretch[],
  time: string,
  begin: (stage: StageStretch) => string,
): StageStretch | null {
  const ms = Date.parse(time);
  const stage = stages.findLast((one) => Date.parse(begin(one)) <= ms) ?? null;
  return stage?.version == null ? null : stage;
}

function shown(stage: StageStretch | null): string {
  if (stage === null) return 'no version was in production';
  return `version ${stage.version}, ${stage.action} by ${stage.actor}: ${stage.reason}`;
}

const COLUMNS: readonly Column[] = [
  { title: 'version', align: 'right' },
  { title: 'from (UTC)' },
  { title: 'until (UTC)' },
  { title: 'event time', dropOrder: 2 },
  { title: 'by', shrinkTo: 8, dropOrder: 3 },
  { title: 'why', shrinkTo: 20, dropOrder: 1 },
];

function table(cli: Cli, model: string, stages: readonly StageStretch[]): string {
  if (stages.length === 0) return `${model}: no version was ever in production`;
  const rows = stages.map(({ version, from, until, actor, action, reason }) => [
    version === null ? 'none' : String(version),
    formatTime(from.at),
    until === null ? 'now' : formatTime(until.at),
    `${formatTime(from.asOf)} – ${until === null ? 'now' : formatTime(until.asOf)}`,
    actor,
    `${action}: ${reason}`,
  ]);
  return renderTable(COLUMNS, rows, cli.out.columns, cli.out.style).join('\n');
}
