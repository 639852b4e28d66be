import { setTimeout as pause } from 'node:timers/promises';
import { readStack } from '../../cli/stack/stack-file.js';
import {
  formatEventTime,
  type LedgerEntry,
  MESSAGE,
  MillraceError,
  modelWorkflowId,
  type RetrainRequest,
} from '../../contracts/index.js';
import { openRegistryReader, type RegistryReader } from '../../models/registry/index.js';
import type { ModelState } from '../../monitoring/policy/index.js';
import { connectTemporal } from '../../temporal/connection.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { rounded } from '../report/samples.js';
import { type RunningStack, startStack } from '../stack/running-stack.js';

const SIGNALS = Number(process.env['MILLRACE_BENCH_SIGNALS'] ?? 10_000);
/** `stopped`: no worker answers while the signals are sent, and one task takes them all in. */
const WORKER_IS_STOPPED = process.env['MILLRACE_BENCH_WORKER'] === 'stopped';
const SENT_AT_ONCE = 50;
/** Event time from one signal to the next: a day has 1,440. */
const STEP_MS = 60_000;
const GIVE_UP_MS = 60 * 60_000;

export const signalsBench: Bench = {
  name: 'signals',
  title: `${SIGNALS} signals for a retraining to one model`,
  run: measureSignals,
};

async function measureSignals(context: BenchContext): Promise<BenchReport> {
  const trained = await context.trainedHome();
  const stack = await startStack(trained.env);
  const registry = await openRegistryReader(trained.home.registryFile);
  const address = readStack(trained.home)?.temporalAddress;
  if (address === undefined) throw new MillraceError('Internal', 'the stack wrote no state');
  const temporal = await connectTemporal({ address });
  try {
    const { workflow } = temporal.client;
    const champion = await registry.champion(trained.model);
    const version =
      champion === null ? null : await registry.version(trained.model, champion.version);
    const cooldownMs = version?.monitor?.respond.guards.cooldownMs ?? 0;
    const handle = workflow.getHandle(modelWorkflowId(trained.model));
    const before = (await handle.query<ModelState>(MESSAGE.state)).counts;
    const beginMs = Date.parse(champion?.sinceAsOf ?? '2026-01-01T00:00:00Z') + cooldownMs;
    context.note(
      `sending ${SIGNALS} signals${WORKER_IS_STOPPED ? ' while the worker stands' : ''}`,
    );
    const worker = WORKER_IS_STOPPED ? workerPid(stack) : null;
    const startedMs = performance.now();
    if (worker !== null) process.kill(worker, 'SIGSTOP');
    for (let from = 0; from < SIGNALS; from += SENT_AT_ONCE) {
      const numbers = Array.from(
        { length: Math.min(SENT_AT_ONCE, SIGNALS - from) },
        (_, i) => from + i,
      );
      await Promise.all(
        numbers.map((number) => handle.signal(MESSAGE.retrain, requestOf(number, beginMs))),
      );
    }
    const sentSeconds = (performance.now() - startedMs) / 1_000;
    if (worker !== null) process.kill(worker, 'SIGCONT');
    const giveUpMs = performance.now() + GIVE_UP_MS;
    let state = await handle.query<ModelState>(MESSAGE.state);
    while (state.counts.received - before.received < SIGNALS || state.retrain !== null) {
      if (performance.now() > giveUpMs) {
        throw new MillraceError('Internal', 'the signals were not worked off within an hour');
      }
      await pause(1_000);
      state = await handle.query<ModelState>(MESSAGE.state);
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    let executions = 0;
    const query = `WorkflowId = "${modelWorkflowId(trained.model)}"`;
    for await (const _ of workflow.list({ query })) executions += 1;
    const ledger = await ledgerOnceTold(registry, trained.model);
    return report({
      seconds,
      sentSeconds,
      executions,
      before,
      after: state.counts,
      tooSoon: retrainsTooSoon(ledger, cooldownMs),
      untold: SIGNALS - signalsTold(ledger),
    });
  } finally {
    await temporal.connection.close();
    await registry.close();
    await stack.stop();
  }
}

function workerPid({ processes }: RunningStack): number {
  const worker = processes.find(({ name }) => name === 'worker');
  if (worker === undefined) throw new MillraceError('Internal', 'the stack has no worker');
  return worker.pid;
}

const requestIdOf = (number: number): string => `bench/${number}`;

function requestOf(number: number, beginMs: number): RetrainRequest {
  return {
    kind: 'retrain',
    trigger: 'monitor',
    requestId: requestIdOf(number),
    asOf: formatEventTime(beginMs + number * STEP_MS),
    actor: 'monitor',
    reason: 'a bench asks',
    evidence: {},
    window: null,
    plan: null,
    answerTo: null,
  };
}

/** A line of the ledger comes a moment after the state that it tells of; waited for a minute. */
async function ledgerOnceTold(
  registry: Pick<RegistryReader, 'ledger'>,
  model: string,
): Promise<readonly LedgerEntry[]> {
  const giveUpMs = performance.now() + 60_000;
  for (;;) {
    const ledger = await registry.ledger(model);
    if (signalsTold(ledger) === SIGNALS || performance.now() > giveUpMs) return ledger;
    await pause(1_000);
  }
}

/** Signals that have a line in the ledger. */
function signalsTold(ledger: readonly LedgerEntry[]): number {
  const told = new Set(ledger.map(({ evidence }) => evidence['requestId']));
  return Array.from({ length: SIGNALS }, (_, i) => requestIdOf(i)).filter((id) => told.has(id))
    .length;
}

/** Retrainings that began less than a cooldown after the one before. */
function retrainsTooSoon(ledger: readonly LedgerEntry[], cooldownMs: number): number {
  const times = ledger
    .filter(
      ({ action, evidence }) => action === 'retrain-started' && evidence['trigger'] === 'monitor',
    )
    .map(({ asOf }) => Date.parse(asOf));
  return times.filter(
    (time, index) => time - (times[index - 1] ?? Number.NEGATIVE_INFINITY) < cooldownMs,
  ).length;
}

interface Measured {
  readonly seconds: number;
  readonly sentSeconds: number;
  readonly executions: number;
  readonly before: ModelState['counts'];
  readonly after: ModelState['counts'];
  readonly tooSoon: number;
  readonly untold: number;
}

function report({
  seconds,
  sentSeconds,
  executions,
  before,
  after,
  tooSoon,
  untold,
}: Measured): BenchReport {
  const since = (name: keyof ModelState['counts']): number => after[name] - before[name];
  const told =
    since('acted') + since('coalesced') + since('held') + since('refused') + since('duplicate');
  return {
    method:
      'sent 50 at once, a minute of event time apart; the workflow continues as new on its way',
    columns: [
      { title: 'sent', align: 'right' },
      { title: 'seconds', align: 'right' },
      { title: 'signals/s', align: 'right' },
      { title: 'acted', align: 'right' },
      { title: 'coalesced', align: 'right' },
      { title: 'held', align: 'right' },
      { title: 'executions', align: 'right' },
    ],
    rows: [
      [
        String(SIGNALS),
        figure(seconds),
        figure(SIGNALS / seconds),
        String(since('acted')),
        String(since('coalesced')),
        String(since('held')),
        String(executions),
      ],
    ],
    goals: [
      { what: 'signals lost', value: SIGNALS - told, atMost: 0, unit: '' },
      { what: 'signals without a line in the ledger', value: untold, atMost: 0, unit: '' },
      { what: 'retrainings inside a cooldown', value: tooSoon, atMost: 0, unit: '' },
    ],
    figures: {
      signals: SIGNALS,
      seconds: rounded(seconds),
      sentSeconds: rounded(sentSeconds),
      executions,
      acted: since('acted'),
      coalesced: since('coalesced'),
      held: since('held'),
      tooSoon,
      untold,
    },
  };
}
