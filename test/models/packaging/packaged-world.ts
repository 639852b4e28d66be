import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ArtifactRef,
  type FeatureUse,
  MEDIA_TYPE,
  type ModelSignature,
  type StepRecord,
  type TrainedManifest,
  type VersionRecord,
} from '../../../contracts/index.js';
import { loadModel } from '../../../models/inference/index.js';
import { buildExample } from '../../../models/packaging/build-example.js';
import type { ExportPorts } from '../../../models/packaging/export-package.js';
import { compilePipeline } from '../../../pipelines/index.js';
import type { Table } from '../../../storage/tabular/table.js';
import { newVersion, OUTCOME, run, step } from '../registry/sample-records.js';
import { type CleanUp, createWorld, LINEAR, type World } from '../serving/serving-fixture.js';

const STEPS = `
apiVersion: millrace/v1
name: bikes
model: bikes
params: { trees: { type: integer, default: 200 } }
steps:
  ingest: { uses: ingest, with: { source: data/bikes.csv, time: hour } }
  validate: { uses: validate, with: { data: "\${steps.ingest.data}", expect: [], holdout: { share: 0.2 } } }
  forest: { uses: train, with: { data: "\${steps.validate.data}", target: rentals, algorithm: random-forest, trees: "\${params.trees}" } }
  line: { uses: train, with: { data: "\${steps.validate.data}", target: rentals, algorithm: linear } }
  evaluate:
    uses: evaluate
    with: { models: ["\${steps.forest.model}", "\${steps.line.model}"], holdout: "\${steps.validate.holdout}", target: rentals }
    gate: metrics.mae < 40 || !has(champion.mae)
  register: { uses: register, with: { model: "\${steps.evaluate.best}" } }
  deploy: { uses: deploy, with: { version: "\${steps.register.version}" } }
`;

/** Between `ingest` and `validate`. */
const JOIN = `  join: { uses: features, with: { data: "\${steps.ingest.data}", from: features.yaml, views: ["stations:b"] } }
`;

const FEATURES = `
apiVersion: millrace/v1
features:
  stations:
    owner: data@example.org
    entity: station
    timestamp: known_at
    source: data/stations/*.parquet
    features: { b: integer, stands: integer }
`;

export const MONITOR = `
monitor:
  time: hour
  window: { every: 7d }
  risk: high
  performance: { metric: mae }
  slices: [{ name: rain, where: { weather: rain } }]
`;

export const CARD = `
card:
  intendedUse: to plan how many bicycles stand where
  outOfScope: to judge | anybody
  limitations: [no <b>snow</b> in the data, one city]
  owner: Mobility team
  dataSources: counted by the rental stations, used under contract
  labelling: a rental is a label once the bicycle is back
  licence: Apache-2.0
`;

const FILE_SHA256 = '7'.repeat(64);
export const STATIONS_SHA256 = '8'.repeat(64);
const RUN = '01890a5d-ac96-774b-bcce-b302099a8057';

export interface Registered {
  readonly world: World;
  readonly ports: ExportPorts;
  readonly record: VersionRecord;
}

export interface RegisterOptions {
  /** What follows the steps in the pipeline file. */
  readonly blocks?: string;
  /** Default: the linear graph of the fixtures. */
  readonly model?: GivenModel;
  /** Its input `b` is joined from a feature view; the result of that step is not kept. */
  readonly withFeatures?: boolean;
  readonly cleanUp?: CleanUp;
}

export interface GivenModel {
  readonly graph: Uint8Array;
  readonly signature: ModelSignature;
  /** What its example is made from. */
  readonly table: Table;
}

/** A version with a run, steps and files, as a pipeline would leave them in a registry of its own. */
export async function registeredVersion(options: RegisterOptions = {}): Promise<Registered> {
  const { blocks = '', model = await linearModel(), cleanUp = onTestFinished } = options;
  const { withFeatures = false } = options;
  const world = await createWorld(cleanUp);
  const { artifacts, registry } = world;
  const baseDirectory = world.home.root;
  await writeFile(join(baseDirectory, 'features.yaml'), FEATURES);
  const steps = withFeatures ? joined(STEPS) : STEPS;
  const compiled = compilePipeline(`${steps}${blocks}`, { file: 'bikes.yaml', baseDirectory });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  const uses = compiled.plan.steps.find(({ id }) => id === 'join')?.with['features'];
  const manifest = {
    ...(await manifestOf(world, model)),
    ...(uses !== undefined && { features: uses as unknown as readonly FeatureUse[] }),
  };
  const profile = await artifacts.putJson(
    {
      format: 'millrace-profile/1',
      period: { start: '2011-01-01T00:00:00Z', end: '2011-04-01T00:00:00Z' },
      slices: [
        { where: [{ column: 'weather', values: ['rain'] }], metric: 'mae', rows: 40, value: 31.5 },
      ],
    },
    MEDIA_TYPE.profile,
  );
  await registry.openRun(run(RUN, { pipeline: 'bikes', model: 'bikes' }));
  for (const record of await stepsOf(world, manifest)) await registry.recordStep(record);
  await registry.completeStep(
    stepRecord('ingest', { kind: 'ingest', cacheKey: 'c'.repeat(64) }, { rows: 2_000 }),
    {
      key: 'c'.repeat(64),
      pipeline: 'bikes',
      stepId: 'ingest',
      runId: RUN,
      parts: { kind: 'ingest', 'with.time': 'hour', 'file:data/bikes.csv': FILE_SHA256 },
      outcome: OUTCOME,
      createdAt: '2024-01-01T00:00:00.000Z',
    },
  );
  if (withFeatures) {
    const parts = { kind: 'features', 'file:data/stations/a.parquet': STATIONS_SHA256 };
    await registry.recordStep(stepRecord('join', { kind: 'features', parts }, { rows: 2_000 }));
  }
  const record = await registry.registerVersion(
    `${RUN}/register`,
    {
      ...newVersion('bikes'),
      manifest: await artifacts.putJson(manifest, MEDIA_TYPE.model),
      content: manifest,
      profile: compiled.plan.monitor === null ? null : profile,
      runId: RUN,
      plan: await artifacts.putJson(compiled.plan, MEDIA_TYPE.plan),
      planHash: compiled.planHash,
      monitor: compiled.plan.monitor,
      provenance: {
        code: { commit: 'd'.repeat(40), dirty: false, path: 'bikes/', repository: null },
        example: await exampleOf(world, manifest, model.table),
        licence: null,
        requirements: { 'scikit-learn': '1.9.1', joblib: '1.6.0' },
      },
    },
    'run:manual',
    'first of its kind',
  );
  return { world, ports: exportPorts(world), record };
}

function joined(steps: string): string {
  return steps
    .replace('  validate:', `${JOIN}  validate:`)
    .replace('validate, with: { data: "${steps.ingest', 'validate, with: { data: "${steps.join');
}

export function exportPorts({ registry, artifacts }: World): ExportPorts {
  return { registry, artifacts, edgeDirectory: join(import.meta.dirname, EDGE) };
}

const EDGE = '../../../models/packaging/edge';

/** A directory that goes with the test. */
export async function scratchDirectory(cleanUp: CleanUp = onTestFinished): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-package-'));
  cleanUp(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function linearModel(): Promise<GivenModel> {
  const file = new URL('../../fixtures/onnx/linear.onnx', import.meta.url);
  const columns = ['a', 'b'].map((name) => ({
    name,
    kind: 'integer' as const,
    values: Float64Array.from({ length: 9 }, (_, row) => row - 4),
  }));
  const table = { rows: 9, metadata: {}, columns };
  return { graph: await readFile(file), signature: LINEAR, table };
}

async function manifestOf(
  { artifacts }: World,
  { graph, signature }: GivenModel,
): Promise<TrainedManifest> {
  const sample = newVersion('bikes').content;
  return {
    ...sample,
    task: signature.task,
    signature,
    onnx: await artifacts.putBytes(graph, MEDIA_TYPE.onnx),
    environment: { python: '3.11.7', 'scikit-learn': '1.9.1' },
    evaluation: {
      holdout: await artifacts.putBytes(Buffer.from('hold-out'), MEDIA_TYPE.parquet),
      rows: 400,
      metrics: { mae: 24.125, r2: 0.875 },
      champion: null,
      gate: {
        expression: 'metrics.mae < 40 || !has(champion.mae)',
        passed: true,
        values: { 'metrics.mae': 24.125 },
        reason: '',
      },
    },
  };
}

async function stepsOf(
  { artifacts }: World,
  manifest: TrainedManifest,
): Promise<readonly StepRecord[]> {
  const model = async (algorithm: string): Promise<{ readonly model: ArtifactRef }> => ({
    model: await artifacts.putJson({ ...manifest, algorithm, evaluation: null }, MEDIA_TYPE.model),
  });
  return [
    stepRecord('validate', { kind: 'validate' }),
    stepRecord('forest', { kind: 'train' }, {}, await model('random-forest')),
    stepRecord('line', { kind: 'train' }, {}, await model('linear')),
    stepRecord(
      'evaluate',
      { kind: 'evaluate' },
      { bestIndex: 0, primaryMetric: 'mae', candidates: [{ mae: 24.125 }, { mae: 30.5 }] },
    ),
    stepRecord('register', { kind: 'register' }, { model: 'bikes', version: 1 }),
  ];
}

function stepRecord(
  id: string,
  over: Partial<StepRecord>,
  values: object = {},
  artifacts: { readonly [name: string]: ArtifactRef } = {},
): StepRecord {
  const outputs = { values: { ...values }, artifacts, metrics: {} };
  return step(RUN, id, { ...over, outcome: { ...OUTCOME, outputs } });
}

async function exampleOf(
  { artifacts }: World,
  { onnx, signature }: TrainedManifest,
  table: Table,
): Promise<ArtifactRef> {
  const model = await loadModel(await artifacts.readBytes(onnx), signature);
  try {
    return await artifacts.putJson(await buildExample(model, table), MEDIA_TYPE.json);
  } finally {
    await model.release();
  }
}
