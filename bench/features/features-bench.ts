import { join } from 'node:path';
import type { FeatureUse, JsonObject, ModelSignature } from '../../contracts/index.js';
import {
  FeatureLookup,
  materializeView,
  type OnlineStore,
  openOnlineStore,
} from '../../models/features/index.js';
import { compileFeatures } from '../../pipelines/features/compile-features.js';
import { withDatabase } from '../../storage/tabular/database.js';
import { copyToParquet } from '../../storage/tabular/publish-parquet.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { quantile, rounded } from '../report/samples.js';

/** More stores, by URL with a comma between two: Postgres and Redis are measured where they are named. */
const STORES_VARIABLE = 'MILLRACE_BENCH_ONLINE_STORES';
const ENTITIES = Number(process.env['MILLRACE_BENCH_ENTITIES'] ?? 100_000);
const ROWS_OF_ENTITY = 10;
const GOAL_P99_MS = 1;
const TIMEOUT_MS = 10_000;

/** What is asked: rows of a request, requests at once, and requests in all. */
const SHAPES = [
  { rows: 1, atOnce: 1, requests: 20_000 },
  { rows: 1, atOnce: 16, requests: 40_000 },
  { rows: 100, atOnce: 1, requests: 2_000 },
] as const;

const NAMES = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'f9'] as const;

export const featuresBench: Bench = {
  name: 'features',
  title: `looking up ${NAMES.length} features of one of ${ENTITIES.toLocaleString('en')} entities`,
  run: measureFeatures,
};

interface Sample {
  readonly rows: number;
  readonly atOnce: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requestsPerSecond: number;
}

interface StoreFigures {
  readonly store: string;
  readonly materializeSeconds: number;
  readonly againSeconds: number;
  readonly samples: readonly Sample[];
}

async function measureFeatures({ directory, env, note }: BenchContext): Promise<BenchReport> {
  const source = join(directory, 'entities.parquet');
  note(`writing ${(ENTITIES * ROWS_OF_ENTITY).toLocaleString('en')} rows`);
  await writeRows(source);
  const use = useOf(source);
  const named = (env[STORES_VARIABLE] ?? '').split(',').filter((url) => url !== '');
  const measured: StoreFigures[] = [];
  for (const place of [join(directory, 'online.db'), ...named]) {
    const store = await openOnlineStore(place);
    try {
      measured.push(await measureStore(store, use, directory, note));
    } finally {
      await store.close();
    }
  }
  return report(measured);
}

/** The same rows each time: values are hashes of entity and time. */
async function writeRows(path: string): Promise<void> {
  const values = NAMES.map(
    (name, index) => `(hash(i, ${index}) % 1000000) / 1000.0 AS ${name}`,
  ).join(', ');
  await withDatabase([path], undefined, async (connection) => {
    await copyToParquet(
      connection,
      `SELECT i % ${ENTITIES} AS entity,
         TIMESTAMP '2024-01-01' + to_minutes(i // ${ENTITIES}) AS known_at, ${values}
       FROM range(${ENTITIES * ROWS_OF_ENTITY}) AS numbers(i)`,
      path,
      {},
    );
  });
}

function useOf(source: string): FeatureUse {
  const features = NAMES.map((name) => `${name}: number`).join(', ');
  const text = `apiVersion: millrace/v1
features:
  bench: {owner: bench, entity: entity, timestamp: known_at, source: ${JSON.stringify(source)}, features: {${features}}}`;
  const compiled = compileFeatures(text, 'features.yaml');
  const [definition] = compiled.ok ? compiled.views : [];
  if (definition === undefined) throw new Error('the view of the bench does not compile');
  return { definition, columns: [...NAMES] };
}

async function measureStore(
  store: OnlineStore,
  use: FeatureUse,
  baseDirectory: string,
  note: (text: string) => void,
): Promise<StoreFigures> {
  const request = { definition: use.definition, baseDirectory, untilMs: Date.now() };
  note(`${store.name}: materialising`);
  const materializeSeconds = await seconds(() => materializeView(store, request));
  const againSeconds = await seconds(() => materializeView(store, request));
  const lookup = new FeatureLookup({
    model: 'bench',
    uses: [use],
    store,
    timeoutMs: TIMEOUT_MS,
    onFailure: 'reject',
    timeColumn: null,
  });
  const samples: Sample[] = [];
  for (const shape of SHAPES) {
    note(`${store.name}: ${shape.rows} rows a request, ${shape.atOnce} at once`);
    samples.push(await measureLookups(lookup, shape));
  }
  return { store: kindOf(store.name), materializeSeconds, againSeconds, samples };
}

async function measureLookups(
  lookup: FeatureLookup,
  { rows, atOnce, requests }: (typeof SHAPES)[number],
): Promise<Sample> {
  const tookMs = new Float64Array(requests);
  let next = 0;
  let entity = 0;
  const ask = async (): Promise<void> => {
    while (next < requests) {
      const place = next;
      next += 1;
      const asked = Array.from({ length: rows }, () => {
        // A step that is prime to the number of entities visits all of them, near ones far apart.
        entity = (entity + 7_919) % ENTITIES;
        return { entity };
      });
      const startedMs = performance.now();
      const { lookedUp } = await lookup.complete(SIGNATURE, asked);
      tookMs[place] = performance.now() - startedMs;
      if (lookedUp.some(({ length }) => length !== NAMES.length)) throw new Error('not all found');
    }
  };
  const total = await seconds(() => Promise.all(Array.from({ length: atOnce }, ask)));
  return {
    rows,
    atOnce,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
    requestsPerSecond: requests / total,
  };
}

const SIGNATURE: ModelSignature = {
  task: 'regression',
  inputs: NAMES.map((name, index) => ({
    name,
    kind: 'number',
    nullable: false,
    tensor: 'numeric',
    index,
  })),
  context: [{ name: 'entity', role: 'entity', kind: 'integer' }],
  output: { name: 'y', kind: 'number' },
};

function report(measured: readonly StoreFigures[]): BenchReport {
  const [file] = measured;
  const rows = measured.flatMap(({ store, materializeSeconds, againSeconds, samples }) =>
    samples.map((sample, index) => [
      index === 0 ? store : '',
      String(sample.rows),
      String(sample.atOnce),
      figure(sample.p50Ms),
      figure(sample.p99Ms),
      figure(sample.requestsPerSecond),
      index === 0 ? figure(materializeSeconds) : '',
      index === 0 ? figure(againSeconds) : '',
    ]),
  );
  const single = file?.samples[0];
  return {
    method: `${(ENTITIES * ROWS_OF_ENTITY).toLocaleString('en')} rows materialised, then again; each look-up as a gateway does it`,
    columns: [
      { title: 'store' },
      { title: 'rows', align: 'right' },
      { title: 'at once', align: 'right' },
      { title: 'p50 ms', align: 'right' },
      { title: 'p99 ms', align: 'right' },
      { title: 'requests/s', align: 'right' },
      { title: 'materialise s', align: 'right' },
      { title: 'again s', align: 'right' },
    ],
    rows,
    goals:
      single === undefined
        ? []
        : [
            {
              what: 'p99 of one row from the file',
              value: single.p99Ms,
              atMost: GOAL_P99_MS,
              unit: ' ms',
            },
          ],
    figures: { stores: measured.map(figuresOf) },
  };
}

function figuresOf({ store, materializeSeconds, againSeconds, samples }: StoreFigures): JsonObject {
  return {
    store,
    materializeSeconds: rounded(materializeSeconds),
    againSeconds: rounded(againSeconds),
    samples: samples.map((sample) => ({
      rows: sample.rows,
      atOnce: sample.atOnce,
      p50Ms: rounded(sample.p50Ms),
      p99Ms: rounded(sample.p99Ms),
      requestsPerSecond: rounded(sample.requestsPerSecond),
    })),
  };
}

function kindOf(name: string): string {
  return /^(\w+):\/\//.exec(name)?.[1] ?? 'file';
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1_000;
}
