import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openRegistryReader, registryPlace } from '../../models/registry/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { median, quantile, rounded } from '../report/samples.js';
import { chainYaml } from './chain-yaml.js';
import { type EngineWorld, openEngineWorld } from './engine-world.js';
import { keepPipeline, runKept } from './started-run.js';

const CACHED_STEPS = 200;
const ROUNDS = 5;
const TOGETHER = 50;
const COMMANDS = 20;

export const startsBench: Bench = {
  name: 'starts',
  title: `a cached run of ${CACHED_STEPS} steps, a step that runs /bin/true, ${TOGETHER} runs at once`,
  run: measureStarts,
};

async function measureStarts(context: BenchContext): Promise<BenchReport> {
  const world = await openEngineWorld(context);
  const registry = await openRegistryReader(registryPlace(world.home));
  try {
    context.note(`${CACHED_STEPS} steps that are cached`);
    const cached = await measureCached(world);
    context.note('a command that does nothing');
    const command = await measureCommand(world, registry);
    context.note(`${TOGETHER} runs at once`);
    const together = await measureTogether(world, registry);
    return report(cached, command, together);
  } finally {
    await registry.close();
    await world.close();
  }
}

/** Seconds of each run, all of whose results are there. */
async function measureCached(world: EngineWorld): Promise<readonly number[]> {
  const pipeline = await keepPipeline(world, 'cached.yaml', chainYaml(CACHED_STEPS));
  await runKept(world, pipeline, 'same');
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    await runKept(world, pipeline, 'same');
    seconds.push((performance.now() - startedMs) / 1_000);
  }
  return seconds;
}

interface CommandTimes {
  readonly stepMs: readonly number[];
  readonly spawnMs: readonly number[];
}

/** A step's own time, as it is recorded, and that of a bare spawn, in turn. */
async function measureCommand(world: EngineWorld, registry: RegistryReader): Promise<CommandTimes> {
  const yaml = [
    'apiVersion: millrace/v1',
    'name: bench-command',
    'params: { salt: { type: string } }',
    'steps:',
    '  nothing:',
    '    run: [sh, -c, "echo {} > outputs.json"]',
    '    cache: false',
    '',
  ].join('\n');
  const pipeline = await keepPipeline(world, 'command.yaml', yaml);
  const stepMs: number[] = [];
  const spawnMs: number[] = [];
  await runKept(world, pipeline);
  for (let round = 0; round < COMMANDS; round += 1) {
    const { runId } = await runKept(world, pipeline);
    stepMs.push((await registry.step(runId, 'nothing'))?.durationMs ?? Number.NaN);
    const startedMs = performance.now();
    await promisify(execFile)('sh', ['-c', 'echo {} > /dev/null']);
    spawnMs.push(performance.now() - startedMs);
  }
  return { stepMs, spawnMs };
}

/** Ms from the start of each run to that of its first step. */
async function measureTogether(
  world: EngineWorld,
  registry: RegistryReader,
): Promise<readonly number[]> {
  const pipeline = await keepPipeline(world, 'together.yaml', chainYaml(5));
  const startedMs = Date.now();
  const runs = await Promise.all(Array.from({ length: TOGETHER }, () => runKept(world, pipeline)));
  const waits = runs.map(async ({ runId }) => {
    const first = await registry.step(runId, 's001');
    return Date.parse(first?.startedAt ?? '') - startedMs;
  });
  return Promise.all(waits);
}

function report(
  cached: readonly number[],
  { stepMs, spawnMs }: CommandTimes,
  together: readonly number[],
): BenchReport {
  const over = median(stepMs) - median(spawnMs);
  const row = (name: string, samples: readonly number[], unit: string) => [
    name,
    ...[0.5, 0.95, 1].map((part) => `${figure(quantile(samples, part))} ${unit}`),
  ];
  return {
    method: 'one server; all runs by the same worker; the first of each is not counted',
    columns: [
      { title: '' },
      { title: 'median', align: 'right' },
      { title: 'p95', align: 'right' },
      { title: 'longest', align: 'right' },
    ],
    rows: [
      row(`run of ${CACHED_STEPS} cached steps`, cached, 's'),
      row('step that runs a command', stepMs, 'ms'),
      row('bare spawn of it', spawnMs, 'ms'),
      row(`${TOGETHER} at once: start to first step`, together, 'ms'),
    ],
    goals: [
      { what: 'a cached run', value: median(cached), atMost: 1.5, unit: 's' },
      { what: 'a command over a bare spawn', value: over, atMost: 30, unit: 'ms' },
    ],
    figures: {
      cachedSeconds: cached,
      commandOverSpawnMs: rounded(over),
      startToFirstStepMs: together,
    },
  };
}
