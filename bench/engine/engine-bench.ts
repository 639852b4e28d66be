import { uuidv7 } from 'uuidv7';
import { MillraceError } from '../../contracts/index.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { cpuMs } from '../report/processes.js';
import { median, quantile, rounded } from '../report/samples.js';
import { chainYaml } from './chain-yaml.js';
import { type EngineWorld, openEngineWorld } from './engine-world.js';
import { PLAIN_QUEUE } from './plain-queues.js';
import { preparePipeline } from './prepared-pipeline.js';

const STEPS = 100;
const WARM_UP_PAIRS = 3;
const PAIRS = 12;
const GOAL_RATIO = 1.15;

export const engineBench: Bench = {
  name: 'engine',
  title: `a chain of ${STEPS} no-op steps, against a hand-written workflow of ${STEPS} activities`,
  run: measureEngine,
};

async function measureEngine(context: BenchContext): Promise<BenchReport> {
  context.note('starting a server and two workers');
  const world = await openEngineWorld(context);
  try {
    const runChain = await preparePipeline(world, 'chain.yaml', chainYaml(STEPS));
    const { server, millrace: ourWorker, plain: theirWorker } = world.pids;
    const millrace: ChainSample[] = [];
    const plain: ChainSample[] = [];
    for (let pair = 0; pair < WARM_UP_PAIRS + PAIRS; pair += 1) {
      context.note(`pair ${pair + 1} of ${WARM_UP_PAIRS + PAIRS}`);
      const ours = await measured(world, runChain, { server, worker: ourWorker });
      const theirs = await measured(world, () => runPlainChain(world), {
        server,
        worker: theirWorker,
      });
      if (pair < WARM_UP_PAIRS) continue;
      millrace.push(ours);
      plain.push(theirs);
    }
    return report(millrace, plain);
  } finally {
    await world.close();
  }
}

const BESIDE = ['workerCpu', 'serverCpu', 'historyBytes'] as const;

/** One chain; times in ms a step. */
type ChainSample = {
  readonly wall: number;
  readonly workerCpu: number;
  readonly serverCpu: number;
  /** Of the workflow's history, a step. */
  readonly historyBytes: number;
};

async function measured(
  { temporal }: EngineWorld,
  chain: () => Promise<string>,
  pids: { readonly server: number; readonly worker: number },
): Promise<ChainSample> {
  const before = { ms: performance.now(), worker: cpuMs(pids.worker), server: cpuMs(pids.server) };
  const workflowId = await chain();
  const times = {
    wall: (performance.now() - before.ms) / STEPS,
    workerCpu: (cpuMs(pids.worker) - before.worker) / STEPS,
    serverCpu: (cpuMs(pids.server) - before.server) / STEPS,
  };
  const { historySize } = await temporal.client.workflow.getHandle(workflowId).describe();
  return { ...times, historyBytes: (historySize ?? Number.NaN) / STEPS };
}

function report(millrace: readonly ChainSample[], plain: readonly ChainSample[]): BenchReport {
  const medianOf = (samples: readonly ChainSample[], name: keyof ChainSample): number =>
    median(samples.map((sample) => sample[name]));
  const ratioOf = (name: keyof ChainSample): number =>
    medianOf(millrace, name) / medianOf(plain, name);
  const row = (name: string, samples: readonly ChainSample[]) => {
    const walls = samples.map(({ wall }) => wall);
    return [
      name,
      ...[median(walls), quantile(walls, 0.1), quantile(walls, 0.9)].map(figure),
      ...BESIDE.map((cpu) => figure(medianOf(samples, cpu))),
    ];
  };
  const ratio = ratioOf('wall');
  return {
    method: `one server, one run at a time, ${PAIRS} pairs in turn after ${WARM_UP_PAIRS} to warm up`,
    columns: [
      { title: 'ms a step' },
      { title: 'median', align: 'right' },
      { title: 'p10', align: 'right' },
      { title: 'p90', align: 'right' },
      { title: 'worker CPU', align: 'right' },
      { title: 'server CPU', align: 'right' },
      { title: 'history bytes', align: 'right' },
    ],
    rows: [
      row('runPipeline', millrace),
      row('hand-written', plain),
      ['ratio', figure(ratio), '', '', ...BESIDE.map(ratioOf).map(figure)],
    ],
    goals: [{ what: 'ratio of medians', value: ratio, atMost: GOAL_RATIO, unit: '' }],
    figures: { steps: STEPS, ratio: rounded(ratio), msPerStep: { millrace, handWritten: plain } },
  };
}

async function runPlainChain({ temporal }: EngineWorld): Promise<string> {
  const salt = uuidv7();
  const workflowId = `plain/${salt}`;
  const value: string = await temporal.client.workflow.execute('plainChain', {
    workflowId,
    taskQueue: PLAIN_QUEUE.control,
    args: [STEPS, salt],
  });
  if (value !== salt) throw new MillraceError('Internal', `the hand-written chain gave ${value}`);
  return workflowId;
}
