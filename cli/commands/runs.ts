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
        (await withRegistry(await findCliHome(cli), (registry) => read(registry, options))) ?? [];
      cli.out.result({ runs }, () =>
        runs.length === 0
          ? 'no runs: millrace run FILE starts one'
          : runTable(runs, cli.out.columns, cli.out.style).join('\n'),
      );
    });
};

interface ListedRun extends RunRecord {
  /** What it asks people; empty where it waits for nobody. */
  readonly waitingFor: readonly WaitingDocument[];
}

async function read(registry: RegistryReader, options: RunsOptions): Promise<readonly ListedRun[]> {
  const runs = await registry.runs(options);
  const asked = await registry.approvals.list({ waiting: true });
  return runs.map((run) => ({
    ...run,
    waitingFor: asked
      .filter(({ request }) => request.runId === run.runId)
      .map(({ request }) => waitingDocument(request)),
  }));
}

function runTable(runs: readonly ListedRun[], width: number, style: Style): readonly string[] {
  const rows = runs.map((run) => [
    shortRunId(run.runId),
    run.pipeline,
    stateCell(run, style),
    formatTime(run.startedAt),
    duration(run),
    run.trigger.actor,
  ]);
  return renderTable(COLUMNS, rows, width, style);
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
