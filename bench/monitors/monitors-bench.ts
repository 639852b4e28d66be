import { setTimeout as pause } from 'node:timers/promises';
import { readStack } from '../../cli/stack/stack-file.js';
import {
  MillraceError,
  modelSearchAttributes,
  monitorWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { openRegistryReader } from '../../models/registry/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { connectTemporal, type TemporalClient } from '../../temporal/connection.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { memoryOf } from '../report/processes.js';
import { rounded } from '../report/samples.js';
import { startStack } from '../stack/running-stack.js';
import { COLUMNS, type MonitoredModels, prepareModels, ROWS } from './monitored-models.js';

const MODELS = Number(process.env['MILLRACE_BENCH_MONITORS'] ?? 10_000);
const LARGEST_RSS_MIB = 1_024;
const STARTED_AT_ONCE = 50;
const GIVE_UP_MS = 3 * 60 * 60_000;

export const monitorsBench: Bench = {
  name: 'monitors',
  title: `${MODELS} models with a window of ${ROWS} rows × ${COLUMNS} columns each, on one worker`,
  run: measureMonitors,
};

async function measureMonitors(context: BenchContext): Promise<BenchReport> {
  const prepared = await prepareModels(context, MODELS);
  const stack = await startStack(prepared.env);
  const registry = await openRegistryReader(prepared.home.registryFile);
  const temporal = await connectTemporal({ address: temporalAddress(prepared) });
  try {
    const worker = stack.processes.find(({ name }) => name === 'worker');
    if (worker === undefined) throw new MillraceError('Internal', 'the stack has no worker');
    context.note('starting their monitors');
    const startedMs = performance.now();
    const [{ peakRssBytes }] = await Promise.all([
      untilDecided(registry, prepared.models, worker.pid, context),
      startMonitors(temporal, prepared.models),
    ]);
    const seconds = (performance.now() - startedMs) / 1_000;
    return report(seconds, peakRssBytes, await missed(registry, prepared.models));
  } finally {
    await temporal.connection.close();
    await registry.close();
    await stack.stop();
  }
}

function temporalAddress({ home }: MonitoredModels): string {
  const state = readStack(home);
  if (state === null) throw new MillraceError('Internal', 'the stack wrote no state');
  return state.temporalAddress;
}

async function startMonitors({ client }: TemporalClient, models: readonly string[]): Promise<void> {
  for (let from = 0; from < models.length; from += STARTED_AT_ONCE) {
    await Promise.all(
      models.slice(from, from + STARTED_AT_ONCE).map((model) =>
        client.workflow.start(WORKFLOW.watchModel, {
          workflowId: monitorWorkflowId(model),
          // A start that a busy server answered too late is asked for again.
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue: TASK_QUEUE.control,
          args: [{ model }],
          typedSearchAttributes: modelSearchAttributes(model),
        }),
      ),
    );
  }
}

/** Each second: how far it is, and what the worker holds. */
async function untilDecided(
  registry: RegistryReader,
  models: readonly string[],
  worker: number,
  { note }: BenchContext,
): Promise<{ readonly peakRssBytes: number }> {
  const open = new Set(models);
  const giveUpMs = performance.now() + GIVE_UP_MS;
  let peakRssBytes = 0;
  let told = 0;
  while (open.size > 0) {
    if (performance.now() > giveUpMs) {
      throw new MillraceError('Internal', `${open.size} monitors have not decided in three hours`);
    }
    peakRssBytes = Math.max(peakRssBytes, memoryOf(worker).rssBytes);
    // Looks are one query for all; a model whose look is past its window has decided.
    for (const { model, decidedUntil } of await registry.monitorLooks()) {
      if (decidedUntil !== null) open.delete(model);
    }
    const done = models.length - open.size;
    if (done - told >= models.length / 10) {
      note(`${done} of ${models.length} are decided`);
      told = done;
    }
    await pause(1_000);
  }
  return { peakRssBytes };
}

/** Windows without a decision, of all models. */
async function missed(registry: RegistryReader, models: readonly string[]): Promise<number> {
  let count = 0;
  for (const model of models) {
    const [decision] = await registry.decisions(model, 1);
    if (decision === undefined || decision.verdict.kind === 'unknown') count += 1;
  }
  return count;
}

function report(seconds: number, peakRssBytes: number, missing: number): BenchReport {
  const perSecond = MODELS / seconds;
  const rssMib = peakRssBytes / 2 ** 20;
  return {
    method: 'each monitor a workflow: it looks, measures its window, decides, and looks once more',
    columns: [
      { title: 'models', align: 'right' },
      { title: 'seconds', align: 'right' },
      { title: 'windows/s', align: 'right' },
      { title: 'worker RSS MiB', align: 'right' },
      { title: 'missed', align: 'right' },
    ],
    rows: [[String(MODELS), figure(seconds), figure(perSecond), figure(rssMib), String(missing)]],
    goals: [
      {
        what: 'resident memory of the worker',
        value: rssMib,
        atMost: LARGEST_RSS_MIB,
        unit: 'MiB',
      },
      { what: 'windows missed', value: missing, atMost: 0, unit: '' },
    ],
    figures: {
      models: MODELS,
      rows: ROWS,
      columns: COLUMNS,
      seconds: rounded(seconds),
      windowsPerSecond: rounded(perSecond),
      workerPeakRssMib: rounded(rssMib),
      missed: missing,
    },
  };
}
