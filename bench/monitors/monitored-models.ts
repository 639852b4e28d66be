import { linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonValue, MillraceError, type VersionRecord } from '../../contracts/index.js';
import { createLogger } from '../../logging/logger.js';
import { newRequestUuid, predictionId } from '../../models/predictions/prediction-id.js';
import { openPredictionLog } from '../../models/predictions/prediction-log.js';
import { openRegistryWriter } from '../../models/registry/index.js';
import type { RegistryWriter } from '../../models/registry/ports.js';
import { createHome } from '../../storage/home/create-home.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { BenchContext } from '../bench.js';
import { CLI, runProgram } from '../spawned.js';
import { startStack } from '../stack/running-stack.js';

export const COLUMNS = 20;
export const ROWS = 1_000;

const DAY_MS = 86_400_000;
/** A Monday, long ago: the windows of replayed history have closed once they are looked at. */
const FIRST_MS = Date.UTC(2011, 0, 3);
const TRAINING_DAYS = 14;
const PATTERN = 'pattern';

/** A state directory with so many models, each champion, monitored, and with a window to decide. */
export interface MonitoredModels {
  readonly home: HomeLayout;
  readonly env: NodeJS.ProcessEnv;
  readonly models: readonly string[];
}

/** Trains one model as a user would, and makes the others of it: monitoring is what is measured. */
export async function prepareModels(
  { directory, env: base, note }: BenchContext,
  count: number,
): Promise<MonitoredModels> {
  const home = await createHome(join(directory, 'monitors', '.millrace'));
  // The gateway that comes with the stack would hold thousands of models, which nobody asks here.
  const env = { ...base, MILLRACE_HOME: home.root, MILLRACE_GATEWAY_MODEL_MEMORY_MB: '64' };
  note(`training a model of ${COLUMNS} columns`);
  const pipeline = writePipeline(join(directory, 'monitors'));
  const stack = await startStack(env);
  try {
    await runProgram([CLI, 'run', pipeline, '--json'], { cwd: join(directory, 'monitors'), env });
  } finally {
    await stack.stop();
  }
  const models = Array.from({ length: count }, (_, i) => `model-${i + 1}`);
  const registry = await openRegistryWriter(home.registryFile);
  try {
    note(`${count} champions with monitors, a window of ${ROWS} rows each`);
    const pattern = await registry.version(PATTERN, 1);
    if (pattern === null) throw new MillraceError('Internal', 'the pipeline registered no model');
    for (const model of models) await makeChampion(registry, pattern, model);
    await writeLogs(home, pattern, models);
  } finally {
    await registry.close();
  }
  return { home, env, models };
}

async function makeChampion(
  registry: RegistryWriter,
  pattern: VersionRecord,
  model: string,
): Promise<void> {
  const { version: _, status: _status, approval: _approval, createdAt: _at, ...content } = pattern;
  const record = await registry.registerVersion(
    `${model}/register`,
    { ...content, model },
    'bench',
    'one of many',
  );
  const at = new Date().toISOString();
  const asOf = new Date(FIRST_MS + TRAINING_DAYS * DAY_MS).toISOString();
  await registry.transition({
    model,
    number: 1,
    version: record.version,
    sinceAsOf: asOf,
    ledger: {
      model,
      key: `${model}/1`,
      at,
      asOf,
      actor: 'bench',
      action: 'promoted',
      from: null,
      to: record.version,
      reason: 'one of many',
      evidence: {},
    },
  });
}

/** One model's log is written as a gateway does; it is that of all the others. */
async function writeLogs(
  home: HomeLayout,
  pattern: VersionRecord,
  models: readonly string[],
): Promise<void> {
  const [first = '', ...others] = models;
  const log = openPredictionLog({
    directory: home.predictionsDir,
    gatewayId: 'bench',
    logger: createLogger('bench'),
  });
  const uuid = newRequestUuid();
  const at = new Date().toISOString();
  const day = TRAINING_DAYS;
  const inputs = new Set(pattern.content.signature.inputs.map(({ name }) => name));
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const { eventTime, values } = rowOf(day, row);
    return {
      id: predictionId(uuid, row),
      model: first,
      version: 1,
      at,
      eventTime,
      inputs: Object.fromEntries(Object.entries(values).filter(([name]) => inputs.has(name))),
      context: { time: eventTime } satisfies Record<string, JsonValue>,
      prediction: targetOf(values),
    };
  });
  await log.writer(first).append(rows);
  await log.close();
  const directory = join(home.predictionsDir, first, 'bench');
  for (const model of others) {
    const own = join(home.predictionsDir, model, 'bench');
    mkdirSync(own, { recursive: true });
    for (const name of readdirSync(directory)) linkSync(join(directory, name), join(own, name));
  }
}

function writePipeline(directory: string): string {
  const names = Array.from({ length: COLUMNS }, (_, column) => `c${column + 1}`);
  const lines = Array.from({ length: TRAINING_DAYS * ROWS }, (_, i) => {
    const { eventTime, values } = rowOf(Math.floor(i / ROWS), i % ROWS);
    return [eventTime, ...names.map((name) => values[name]), targetOf(values)].join(',');
  });
  writeFileSync(
    join(directory, 'data.csv'),
    [['time', ...names, 'y'].join(','), ...lines].join('\n'),
  );
  const file = join(directory, 'pattern.yaml');
  writeFileSync(file, PIPELINE);
  return file;
}

function rowOf(day: number, row: number) {
  const timeMs = FIRST_MS + day * DAY_MS + Math.floor((row * DAY_MS) / ROWS);
  const values: Record<string, number> = {};
  for (let column = 0; column < COLUMNS; column += 1) {
    values[`c${column + 1}`] = noise(((day * ROWS + row) * COLUMNS + column) * 2_654_435_761);
  }
  return { eventTime: new Date(timeMs).toISOString(), values };
}

function targetOf(values: Readonly<Record<string, number>>): number {
  return (values['c1'] ?? 0) + 2 * (values['c2'] ?? 0);
}

/** A number in [0, 1) that the seed fixes. */
function noise(seed: number): number {
  let hash = seed >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

const PIPELINE = `
apiVersion: millrace/v1
name: ${PATTERN}
model: ${PATTERN}
steps:
  ingest: { uses: ingest, with: { source: data.csv, time: time } }
  validate:
    uses: validate
    with:
      data: "\${steps.ingest.data}"
      holdout: { share: 0.2 }
      expect: [{ expect_column_values_to_not_be_null: { column: y } }]
  train: { uses: train, with: { data: "\${steps.validate.data}", target: y, algorithm: linear } }
  evaluate:
    uses: evaluate
    with: { models: "\${steps.train.model}", holdout: "\${steps.validate.holdout}", target: y }
  register: { uses: register, with: { model: "\${steps.evaluate.best}" } }
monitor:
  time: time
  window: { every: 1d, minRows: 100, allowedLateness: 0s, idleTimeout: 1s }
`;
