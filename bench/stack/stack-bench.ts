import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../contracts/index.js';
import { eventually } from '../../demo/waiting.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { oneRowRequests } from '../gateway/one-row.js';
import { figure } from '../report/print.js';
import { memoryOf, processTree } from '../report/processes.js';
import { median, rounded } from '../report/samples.js';
import { type RunningStack, startStack } from './running-stack.js';

const STARTS = 5;
/** What was allocated for the start is given back within this time. */
const REST_MS = 20_000;
const GOAL_SECONDS = 5;
const GOAL_MIB = 450;

export const stackBench: Bench = {
  name: 'stack',
  title: '`millrace up` to ready, and the memory of all its processes at rest',
  run: measureStack,
};

async function measureStack(context: BenchContext): Promise<BenchReport> {
  const { env, model } = await context.trainedHome();
  const fresh: number[] = [];
  const existing: number[] = [];
  for (let start = 1; start <= STARTS; start += 1) {
    context.note(`start ${start} of ${STARTS}, with and without state`);
    const home = join(context.directory, `fresh-${start}`, '.millrace');
    fresh.push(await secondsToReady({ ...context.env, MILLRACE_HOME: home }));
    existing.push(await secondsToReady(env));
  }
  const memory = await memoryAtRest(context, env, model);
  const total = (bytes: 'pssMiB' | 'rssMiB'): number =>
    memory.reduce((sum, process) => sum + process[bytes], 0);
  const pss = total('pssMiB');
  return {
    method: `${STARTS} starts each; memory ${REST_MS / 1_000} s after a prediction, the model served and its monitor running`,
    columns: [
      { title: '' },
      { title: 'seconds', align: 'right' },
      { title: 'PSS MiB', align: 'right' },
      { title: 'RSS MiB', align: 'right' },
    ],
    rows: [
      ['up, no state yet', figure(median(fresh)), '', ''],
      ['up, model and runs there', figure(median(existing)), '', ''],
      ...memory.map(({ name, pssMiB, rssMiB }) => [name, '', figure(pssMiB), figure(rssMiB)]),
      ['all processes', '', figure(pss), figure(total('rssMiB'))],
    ],
    goals: [
      { what: 'ready, no state yet', value: median(fresh), atMost: GOAL_SECONDS, unit: ' s' },
      { what: 'ready, state there', value: median(existing), atMost: GOAL_SECONDS, unit: ' s' },
      { what: 'memory at rest (PSS)', value: pss, atMost: GOAL_MIB, unit: ' MiB' },
    ],
    figures: {
      secondsToReady: { fresh: fresh.map(rounded), existing: existing.map(rounded) },
      memoryAtRest: memory.map((process): JsonObject => ({ ...process })),
    },
  };
}

async function secondsToReady(env: NodeJS.ProcessEnv): Promise<number> {
  const stack = await startStack(env);
  await stack.stop();
  return stack.readyMs / 1_000;
}

interface MemoryFigure {
  readonly name: string;
  readonly pssMiB: number;
  readonly rssMiB: number;
}

async function memoryAtRest(
  { note }: BenchContext,
  env: NodeJS.ProcessEnv,
  model: string,
): Promise<readonly MemoryFigure[]> {
  const stack = await startStack(env);
  try {
    await predictOnce(stack.gatewayAddress, model);
    note(`at rest for ${REST_MS / 1_000} s`);
    await sleep(REST_MS);
    return memoryFigures(stack);
  } finally {
    await stack.stop();
  }
}

async function predictOnce(address: string, model: string): Promise<void> {
  await eventually('the gateway to serve the model', async () =>
    (await fetch(`${address}/v2/models/${model}/ready`)).ok ? true : null,
  );
  for (const { path, body } of await oneRowRequests(address, model)) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${address}${path}`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    await response.arrayBuffer();
  }
}

/** The supervisor, what it names, and whatever else runs below them. */
function memoryFigures({ pid, processes }: RunningStack): readonly MemoryFigure[] {
  const names = new Map(processes.map((process) => [process.pid, process.name]));
  return processTree(pid).map((member) => {
    const { command, pssBytes, rssBytes } = memoryOf(member);
    const name = member === pid ? 'supervisor' : (names.get(member) ?? `a helper: ${command}`);
    return { name, pssMiB: rounded(pssBytes / 2 ** 20), rssMiB: rounded(rssBytes / 2 ** 20) };
  });
}
