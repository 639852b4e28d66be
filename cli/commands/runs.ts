import { Option } from 'commander';
import { formatDurationMs, type RunRecord, type RunStatus } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { readCount } from '../options.js';
import { statusCell } from '../render/status.js';
import type { Style } from '../render/style.js';
import { type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { shortRunId } from '../runs/view.js';

const STATUSES: readonly RunStatus[] = ['running', 'completed', 'failed', 'cancelled', 'rejected'];

interface RunsOptions {
  readonly pipeline?: string;
  readonly status?: RunStatus;
  readonly limit: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'run' },
  { title: 'pipeline', shrinkTo: 10 },
  { title: 'state' },
  { title: 'started (UTC)', dropOrder: 2 },
  { title: 'time', align: 'right', dropOrder: 1 },
  { title: 'started by', shrinkTo: 8, dropOrder: 3 },
];

export const define: DefineCommand = (command, cli) => {
  command
    .option('--pipeline <name>', 'only runs of this pipeline')
    .addOption(new Option('--status <status>', 'only runs in this state').choices(STATUSES))
    .option('--limit <n>', 'at most this many', readCount, 20)
    .action(async (options: RunsOptions) => {
      const runs =
        (await withRegistry(await findCliHome(cli), (registry) => registry.runs(options))) ?? [];
      cli.out.result({ runs }, () =>
        runs.length === 0
          ? 'no runs: millrace run FILE starts one'
          : runTable(runs, cli.out.columns, cli.out.style).join('\n'),
      );
    });
};

function runTable(runs: readonly RunRecord[], width: number, style: Style): readonly string[] {
  const rows = runs.map((run) => [
    shortRunId(run.runId),
    run.pipeline,
    statusCell(run.status, style),
    formatTime(run.startedAt),
    duration(run),
    run.trigger.actor,
  ]);
  return renderTable(COLUMNS, rows, width, style);
}

function duration({ startedAt, endedAt }: RunRecord): string {
  return endedAt === null
    ? ''
    : formatDurationMs(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)));
}
