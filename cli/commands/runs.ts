import { Option } from 'commander';
import { formatDurationMs, type RunRecord, type RunStatus } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { awaitedWords, type WaitingDocument, waitingDocument } from '../approvals/waiting.js';
import type { DefineCommand } from '../command.js';
import { readCount } from '../options.js';
import { statusCell } from '../render/status.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';
import {
  type ComparedRun,
  type Comparison,
  checkComparison,
  compareRuns,
  shownValue,
} from '../runs/compare-runs.js';
import { shortRunId } from '../runs/short-run-id.js';

const STATUSES: readonly RunStatus[] = ['running', 'completed', 'failed', 'cancelled', 'rejected'];

interface RunsOptions {
  readonly pipeline?: string;
  readonly status?: RunStatus;
  readonly limit: number;
  readonly where?: string;
  readonly sort?: string;
  readonly desc?: boolean;
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
    .option('--where <expression>', "only runs for which it is true: 'params.depth > 4'")
    .option('--sort <name>', 'by metrics.NAME, params.NAME, started or duration; smallest first')
    .option('--desc', 'with --sort: largest first')
    .action(async (options: RunsOptions) => {
      const chosen = checkComparison(options);
      const runs =
        (await withRegistry(await findCliHome(cli), (registry) =>
          read(registry, options, chosen),
        )) ?? [];
      cli.out.result({ runs }, () =>
        runs.length === 0
          ? noneFound(chosen)
          : runTable(runs, chosen?.shown ?? [], cli.out.columns, cli.out.style).join('\n'),
      );
    });
};

function noneFound(chosen: Comparison | null): string {
  return (chosen?.where ?? null) === null
    ? 'no runs: millrace run FILE starts one'
    : `there is no run for which ${chosen?.where} is true`;
}

interface ListedRun extends ComparedRun {
  /** What it asks people; empty where it waits for nobody. */
  readonly waitingFor: readonly WaitingDocument[];
}

async function read(
  registry: RegistryReader,
  options: RunsOptions,
  chosen: Comparison | null,
): Promise<readonly ListedRun[]> {
  const runs: readonly ComparedRun[] =
    chosen === null ? await registry.runs(options) : await compareRuns(registry, options, chosen);
  const asked = await registry.approvals.list({ waiting: true });
  return runs.map((run) => ({
    ...run,
    waitingFor: asked
      .filter(({ request }) => request.runId === run.runId)
      .map(({ request }) => waitingDocument(request)),
  }));
}

/** @param shown - `metrics.NAME` and `params.NAME` that get a column each */
function runTable(
  runs: readonly ListedRun[],
  shown: readonly string[],
  width: number,
  style: Style,
): readonly string[] {
  const rows = runs.map((run) => [
    shortRunId(run.runId),
    run.pipeline,
    stateCell(run, style),
    formatTime(run.startedAt),
    duration(run),
    run.trigger.actor,
    ...shown.map((name) => shownValue(run, name)),
  ]);
  const columns = shown.map((title): Column => ({ title, align: 'right' }));
  return renderTable([...COLUMNS, ...columns], rows, width, style);
}

/** A run that waits for people says for whom. */
function stateCell({ status, waitingFor }: ListedRun, style: Style): Cell {
  if (waitingFor.length === 0) return statusCell(status, style);
  const roles = [...new Set(waitingFor.map(({ roles: asked }) => awaitedWords(asked)))];
  return { text: `? waits for ${roles.join(', ')}`, paint: style.yellow };
}

function duration({ startedAt, endedAt }: RunRecord): string {
  return endedAt === null
    ? ''
    : formatDurationMs(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)));
}
