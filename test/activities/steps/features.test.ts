import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { features } from '../../../activities/steps/features.js';
import { ingest } from '../../../activities/steps/ingest.js';
import { materialize } from '../../../activities/steps/materialize.js';
import { train } from '../../../activities/steps/train.js';
import {
  type ArtifactRef,
  MEDIA_TYPE,
  type PipelinePlan,
  type TrainedManifest,
} from '../../../contracts/index.js';
import { startGateway } from '../../../gateway.js';
import { compilePipeline } from '../../../pipelines/compile.js';
import { readTable } from '../../../storage/tabular/index.js';
import { newVersion, transition } from '../../models/registry/sample-records.js';
import { PYTHON_NOTE, WITHOUT_PYTHON } from '../../python/python.js';
import { eventually } from '../../support/eventually.js';
import { stepsBench } from './steps-bench.js';

const bench = stepsBench();
const EXAMPLE = resolve('pipelines/examples/feature-lookup');

async function planOf(file: string): Promise<PipelinePlan> {
  const path = join(EXAMPLE, file);
  const compiled = compilePipeline(await readFile(path, 'utf8'), { file, baseDirectory: EXAMPLE });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  return compiled.plan;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing there');
  return value;
}

/** What a step of the plan is given, with these in the place of its expressions. */
function inputsOf(plan: PipelinePlan, id: string, resolved: object = {}) {
  const step = required(plan.steps.find((candidate) => candidate.id === id));
  return { ...step.with, ...resolved };
}

describe.skipIf(WITHOUT_PYTHON)(`the example of features by key${PYTHON_NOTE}`, () => {
  let plan: PipelinePlan;
  let data: ArtifactRef;
  let manifest: TrainedManifest;
  const options = { baseDirectory: EXAMPLE };

  beforeAll(async () => {
    plan = await planOf('bike-lookup.yaml');
    const range = { from: '2011-01-01', to: '2011-04-01' };
    const read = await bench().work('ingest', ingest, inputsOf(plan, 'ingest', range), options);
    const rows = { data: read.outputs.artifacts['data'] };
    const joined = await bench().work('features', features, inputsOf(plan, 'join', rows), options);
    expect(joined.outputs.values).toMatchObject({
      rows: expect.any(Number),
      missing: { 'usual-rentals': expect.any(Number) },
    });
    data = required(joined.outputs.artifacts['data']);
    const trained = await bench().work(
      'train',
      train,
      inputsOf(plan, 'train', { data, trees: 20 }),
      options,
    );
    manifest = await bench().artifacts.readJson(required(trained.outputs.artifacts['model']));
  }, 120_000);

  it('gives no row what was known only after it', async () => {
    const table = await readTable(await bench().artifacts.localPath(data), { format: 'parquet' });
    const column = (name: string) =>
      required(table.columns.find((found) => found.name === name)).values;
    const [times, kinds, hours] = [column('hour'), column('working_day'), column('hour_of_day')];
    const [rentals, last] = [column('rentals'), column('rentals_last')];
    const latest = new Map<string, unknown>();
    for (let row = 0; row < table.rows; row += 1) {
      const key = `${hours[row]} ${kinds[row]}`;
      if (latest.has(key)) expect([times[row], last[row]]).toEqual([times[row], latest.get(key)]);
      else expect(last[row]).toBeNaN();
      latest.set(key, rentals[row]);
    }
  });

  it('records the definitions in the manifest of the model', () => {
    expect(manifest.features).toEqual([
      {
        columns: ['rentals_last', 'rentals_usual'],
        definition: expect.objectContaining({
          name: 'usual-rentals',
          entity: ['hour_of_day', 'working_day'],
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        }),
      },
    ]);
  });

  it('keeps the key of an entity as context where it is not learned from', async () => {
    const inputs = inputsOf(plan, 'train', { data, trees: 10, features: undefined });
    const { outputs } = await bench().work('train', train, inputs, options);
    const { signature } = await bench().artifacts.readJson<TrainedManifest>(
      required(outputs.artifacts['model']),
    );
    expect(signature.inputs.map(({ name }) => name)).not.toContain('hour_of_day');
    expect(signature.context).toContainEqual({
      name: 'hour_of_day',
      role: 'entity',
      kind: 'integer',
    });
  });

  it('is served by the key alone, once the step has materialised it', async () => {
    const until = { until: '2011-04-01T00:00:00Z' };
    const inputs = inputsOf(plan, 'materialize', until);
    const first = await bench().work('materialize', materialize, inputs, options);
    expect(first.outputs.values).toEqual({ views: 1, entities: 48, written: 48, removed: 0 });
    const again = await bench().work('materialize', materialize, inputs, options);
    expect(again.outputs.values).toEqual({ views: 1, entities: 48, written: 0, removed: 0 });

    const { registry, artifacts, home } = bench();
    const content = manifest;
    const version = { ...newVersion('bike-lookup'), content };
    await registry.registerVersion(
      'run/register',
      { ...version, plan: await artifacts.putJson(plan, MEDIA_TYPE.plan) },
      'test',
      'to serve',
    );
    await registry.transition(transition('bike-lookup', 1, 1));
    const logger = pino({ level: 'silent' });
    const gateway = await startGateway({ home: home.root, port: 0, logger, env: {} });
    try {
      const ask = async (row: object) => {
        const response = await fetch(`${gateway.address}/models/bike-lookup/invocations`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ dataframe_records: [row] }),
        });
        return (await response.json()) as { predictions?: number[]; error?: string };
      };
      const row = {
        hour: '2011-04-01T08:00:00Z',
        hour_of_day: 8,
        working_day: true,
        temperature: 20,
        humidity: 0.5,
      };
      await eventually(async () => {
        expect(await ask(row)).toHaveProperty('predictions');
      });
      const looked = await ask(row);
      const busy = await ask({ ...row, rentals_last: 600, rentals_usual: 600 });
      expect(busy.predictions?.[0]).toBeGreaterThan(looked.predictions?.[0] ?? Number.NaN);
    } finally {
      await gateway.close();
    }
  }, 60_000);
});

describe('the pipeline that keeps the store up to date', () => {
  it('is a schedule of one step, frozen with the definition', async () => {
    const { schedule, steps } = await planOf('keep-online.yaml');
    expect(schedule).toMatchObject({ overlap: 'skip' });
    expect(steps.map(({ kind }) => kind)).toEqual(['materialize']);
    const joined = (await planOf('bike-lookup.yaml')).steps.find(({ kind }) => kind === 'features');
    expect(steps[0]?.with['features']).toEqual(joined?.with['features']);
  });
});
