import { uuidv7 } from 'uuidv7';
import { MillraceError } from '../../contracts/index.js';
import { type Bench, type BenchContext, type BenchReport, isShort } from '../bench.js';
import { figure } from '../report/print.js';
import { memoryOf } from '../report/processes.js';
import { rounded } from '../report/samples.js';
import { type EngineWorld, openEngineWorld } from './engine-world.js';
import { fanOutYaml } from './fan-out-yaml.js';
import { PLAIN_QUEUE } from './plain-queues.js';
import { preparePipeline } from './prepared-pipeline.js';

const FEW = 1_000;
const MANY = 10_000;
const WARM_UP = 200;
const MEMORY_EVERY_MS = 500;

export const fanOutBench: Bench = {
  name: 'fan-out',
  title: `forEach of ${FEW} and ${MANY} no-op items, against a hand-written chunked fan-out`,
  run: measureFanOut,
};

/** One fan-out. */
type Sample = {
  readonly items: number;
  readonly seconds: number;
  readonly msPerItem: number;
  /** Of the run's own history. */
  readonly events: number;
  /** The most that the worker had while it was under way. */
  readonly workerRssBytes: number;
};

async function measureFanOut(context: BenchContext): Promise<BenchReport> {
  const world = await openEngineWorld(context);
  try {
    const sizes = isShort(context.env) ? [100, FEW] : [FEW, MANY];
    await (await prepareForEach(world, WARM_UP))();
    await runPlain(world, WARM_UP);
    const millrace: Sample[] = [];
    const plain: Sample[] = [];
    for (const items of sizes) {
      context.note(`${items} items`);
      millrace.push(
        await measured(world, items, world.pids.millrace, await prepareForEach(world, items)),
      );
      plain.push(await measured(world, items, world.pids.plain, () => runPlain(world, items)));
    }
    return report(millrace, plain);
  } finally {
    await world.close();
  }
}

async function measured(
  world: EngineWorld,
  items: number,
  worker: number,
  run: () => Promise<string>,
): Promise<Sample> {
  let workerRssBytes = 0;
  const look = (): void => {
    workerRssBytes = Math.max(workerRssBytes, memoryOf(worker).rssBytes);
  };
  const timer = setInterval(look, MEMORY_EVERY_MS);
  try {
    const startedMs = performance.now();
    const workflowId = await run();
    const ms = performance.now() - startedMs;
    look();
    const { historyLength } = await world.temporal.client.workflow.getHandle(workflowId).describe();
    return {
      items,
      seconds: ms / 1_000,
      msPerItem: ms / items,
      events: historyLength,
      workerRssBytes,
    };
  } finally {
    clearInterval(timer);
  }
}

const prepareForEach = (world: EngineWorld, items: number) =>
  preparePipeline(world, 'fan-out.yaml', fanOutYaml(items));

async function runPlain({ temporal }: EngineWorld, items: number): Promise<string> {
  const workflowId = `plain-fan-out/${uuidv7()}`;
  const done: number = await temporal.client.workflow.execute('plainFanOut', {
    workflowId,
    taskQueue: PLAIN_QUEUE.control,
    args: [items, workflowId],
  });
  if (done === items) return workflowId;
  throw new MillraceError('Internal', `the hand-written fan-out did ${done} of ${items}`);
}

const MIB = 1_048_576;

function report(millrace: readonly Sample[], plain: readonly Sample[]): BenchReport {
  const row = (name: string) => (sample: Sample) => [
    name,
    String(sample.items),
    figure(sample.seconds),
    figure(sample.msPerItem),
    String(sample.events),
    figure(sample.workerRssBytes / MIB),
  ];
  const [few, many] = millrace;
  const byHand = plain.at(-1);
  const ratio = (many?.seconds ?? Number.NaN) / (byHand?.seconds ?? Number.NaN);
  const growth = (many?.msPerItem ?? Number.NaN) / (few?.msPerItem ?? Number.NaN);
  const memory = (many?.workerRssBytes ?? Number.NaN) / MIB;
  return {
    method: 'one server, one fan-out at a time, in turn after one of each to warm up',
    columns: [
      { title: '' },
      { title: 'items', align: 'right' },
      { title: 's', align: 'right' },
      { title: 'ms an item', align: 'right' },
      { title: 'events', align: 'right' },
      { title: 'worker MiB', align: 'right' },
    ],
    rows: [...millrace.map(row('forEach')), ...plain.map(row('hand-written'))],
    goals: [
      { what: 'time against hand-written', value: ratio, atMost: 1.3, unit: '' },
      { what: 'an item of many against one of few', value: growth, atMost: 1.3, unit: '' },
      { what: 'events of the run', value: many?.events ?? Number.NaN, atMost: 4_999, unit: '' },
      { what: "the worker's memory", value: memory, atMost: 600, unit: 'MiB' },
    ],
    figures: { ratio: rounded(ratio), growth: rounded(growth), millrace, handWritten: plain },
  };
}
