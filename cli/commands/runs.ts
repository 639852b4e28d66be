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
import { type RunWait, waitCell, waitsOf } from '../runs/waits.js';

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
  /** All that it waits for, with what would let it go on. */
  readonly waits: readonly RunWait[];
}

async function read(
  registry: RegistryReader,
  options: RunsOptions,
  chosen: Comparison | null,
): Promise<readonly ListedRun[]> {
  const runs: readonly ComparedRun[] =
    chosen === null ? await registry.runs(options) : await compareRuns(registry, options, chosen);
  const asked = await registry.approvals.list({ waiting: true });
  return Promise.all(
    runs.map(async (run) => {
      const waitingFor = asked
        .filter(({ request }) => request.runId === run.runId)
        .map(({ request }) => waitingDocument(request));
      const isQueued = run.status === 'running' && run.queued !== undefined;
      const steps = isQueued ? await registry.steps(run.runId) : [];
      return { ...run, waitingFor, waits: waitsOf(run, steps, waitingFor) };
    }),
  );
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

/** A run that waits says for what. */
function stateCell({ status, waitingFor, waits }: ListedRun, style: Style): Cell {
  const roles = [...new Set(waitingFor.map(({ roles: asked }) => awaitedWords(asked)))];
  const text = waitCell(waits, roles.join(', '));
  return text === null ? statusCell(status, style) : { text, paint: style.yellow };
}

function duration({ startedAt, endedAt }: RunRecord): string {
  return endedAt === null
    ? ''
    : formatDurationMs(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)));
}
