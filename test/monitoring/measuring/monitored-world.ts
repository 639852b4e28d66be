import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import {
  type ArtifactRef,
  MEDIA_TYPE,
  type Metrics,
  type ModelManifest,
  type ModelSignature,
  type MonitorSpec,
} from '../../../contracts/index.js';
import { newRequestUuid, predictionId } from '../../../models/predictions/prediction-id.js';
import { openPredictionLog } from '../../../models/predictions/prediction-log.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { openRegistryWriter } from '../../../models/registry/index.js';
import { windowFrom } from '../../../monitoring/drift/index.js';
import { buildProfile } from '../../../monitoring/measuring/build-profile.js';
import type { MeasureRequest } from '../../../monitoring/measuring/measure-request.js';
import { measureWindow } from '../../../monitoring/measuring/measure-window.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import { createHome } from '../../../storage/home/create-home.js';
import { type Table, writeParquet } from '../../../storage/tabular/index.js';
import { newVersion } from '../../models/registry/sample-records.js';
import {
  HOUR_MS,
  normals,
  START_MS,
  seasonalStream,
  WEEK_MS,
} from '../../monitoring/drift/seasonal-stream.js';
import { PYTHON, PYTHON_DIRECTORY } from '../../python/python.js';
import { monitorSpec } from './monitor-spec.js';

export const MODEL = 'bike-demand';

/** Weeks of the reference: twelve to learn from, four held out. */
export const TRAINING_WEEKS = 12;
export const REFERENCE_WEEKS = 16;

/** `linear` answers 2a + b; `linear-plus-1000` is the same model gone wrong. */
export type Graph = 'linear' | 'linear-plus-1000' | 'classifier';

const REGRESSION: ModelSignature = {
  task: 'regression',
  inputs: [
    { name: 'a', kind: 'number', nullable: false, tensor: 'numeric', index: 0 },
    { name: 'b', kind: 'integer', nullable: true, tensor: 'numeric', index: 1 },
  ],
  context: [
    { name: 'hour', role: 'time', kind: 'timestamp' },
    { name: 'region', role: 'group', kind: 'string' },
  ],
  output: { name: 'rentals', kind: 'number' },
};

const CLASSIFICATION: ModelSignature = {
  ...REGRESSION,
  task: 'classification',
  inputs: REGRESSION.inputs.slice(0, 1),
  output: { name: 'rentals', kind: 'string', classes: ['low', 'high'] },
};

/** One hour of the world: inputs, and the label that comes later. */
export interface Hour {
  readonly timeMs: number;
  readonly a: number;
  readonly b: number | null;
  readonly rentals: number | string;
  /** Came with the request and is not fed to the model; logged where it is given. */
  readonly region?: string;
  /** Of each class, logged where they are given; else the model is asked again. */
  readonly probabilities?: readonly number[];
  /** What the prediction was worth, and what its user said; told where they are given. */
  readonly revenue?: number;
  readonly score?: number;
}

type Label = number | string | boolean;

export type Change = (hour: Hour) => Partial<Hour>;

const A = seasonalStream(11, 60 * 168);
const B = seasonalStream(12, 60 * 168);

/** Hours of some weeks; the stream is the same in every test. */
export function hoursOf(fromWeek: number, toWeek: number, change: Change = () => ({})): Hour[] {
  const next = normals(fromWeek + 1_000);
  return Array.from({ length: (toWeek - fromWeek) * 168 }, (_, i) => {
    const at = fromWeek * 168 + i;
    const [a, b] = [A[at] ?? 0, Math.round(5 * (B[at] ?? 0))];
    const hour = { timeMs: START_MS + at * HOUR_MS, a, b, rentals: 2 * a + b + next() };
    return { ...hour, ...change(hour) };
  });
}

export const asClass: Change = ({ a }) => ({ rentals: a > 0 ? 'high' : 'low' });

function tableOf(hours: readonly Hour[]): Table {
  const rentals = hours.map((hour) => hour.rentals);
  const isText = rentals.some((value) => typeof value === 'string');
  return {
    rows: hours.length,
    metadata: {},
    columns: [
      { name: 'hour', kind: 'timestamp', values: Float64Array.from(hours, (h) => h.timeMs) },
      { name: 'a', kind: 'number', values: Float64Array.from(hours, (h) => h.a) },
      { name: 'b', kind: 'integer', values: Float64Array.from(hours, (h) => h.b ?? Number.NaN) },
      isText
        ? { name: 'rentals', kind: 'string', values: rentals.map(String) }
        : { name: 'rentals', kind: 'number', values: Float64Array.from(rentals, Number) },
      ...(hours.some(({ region }) => region !== undefined)
        ? [{ name: 'region', kind: 'string', values: hours.map((h) => h.region ?? null) } as const]
        : []),
    ],
  };
}

/** Registry, artifacts and prediction log in a directory of their own. */
export async function monitoredWorld(spec: MonitorSpec = monitorSpec()) {
  const root = await mkdtemp(join(tmpdir(), 'millrace-monitor-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const home = await createHome(join(root, '.millrace'));
  const registry = await openRegistryWriter(home.registryFile);
  onTestFinished(() => registry.close());
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const logger = pino({ level: 'silent' });
  const log = openPredictionLog({ directory: home.predictionsDir, gatewayId: 'one', logger });
  onTestFinished(() => log.close());
  const deps = {
    registry,
    artifacts,
    logger,
    predictions: createPredictionReader(home.predictionsDir),
    python: { executable: PYTHON, directory: PYTHON_DIRECTORY },
  };
  let stored = 0;

  async function putTable(hours: readonly Hour[]): Promise<ArtifactRef> {
    stored += 1;
    const file = join(root, `table-${stored}.parquet`);
    await writeParquet(tableOf(hours), file);
    return artifacts.putFile(file, MEDIA_TYPE.parquet);
  }

  async function manifestOf(graph: Graph, reference: readonly Hour[]): Promise<ModelManifest> {
    const file = new URL(`../../fixtures/onnx/${graph}.onnx`, import.meta.url);
    const cut = START_MS + TRAINING_WEEKS * WEEK_MS;
    const [training, holdout] = [
      reference.filter((hour) => hour.timeMs < cut),
      reference.filter((hour) => hour.timeMs >= cut),
    ];
    const isClass = graph === 'classifier';
    return {
      ...newVersion(MODEL).content,
      task: isClass ? 'classification' : 'regression',
      target: 'rentals',
      onnx: await artifacts.putBytes(await readFile(file), MEDIA_TYPE.onnx),
      signature: isClass ? CLASSIFICATION : REGRESSION,
      trainingData: await putTable(training),
      trainingRows: training.length,
      timeColumn: 'hour',
      evaluation: {
        holdout: await putTable(holdout),
        rows: holdout.length,
        metrics: isClass ? { accuracy: 1 } : { mae: 0.8 },
        champion: null,
        gate: null,
      },
    };
  }

  return {
    ...deps,
    manifestOf,
    /** Registers a version with its profile and returns its number. */
    async register(
      graph: Graph,
      reference = hoursOf(0, REFERENCE_WEEKS),
      metrics?: Metrics,
    ): Promise<number> {
      const manifest = await manifestOf(graph, reference);
      const { evaluation } = manifest;
      const content =
        metrics === undefined || evaluation === null
          ? manifest
          : { ...manifest, evaluation: { ...evaluation, metrics } };
      // A world that watches numbers may have a model of classes too, whose metric has another name.
      const ofNumbers = graph === 'classifier' && spec.performance?.metric === 'mae';
      const watched = ofNumbers ? { ...spec, performance: null } : spec;
      const profile = await buildProfile(deps, content, watched);
      const record = { ...newVersion(MODEL), content, profile, monitor: spec };
      stored += 1;
      const { version } = await registry.registerVersion(`run-${stored}`, record, 'test', 'test');
      return version;
    },
    /** Tells labels as the gateway keeps them. */
    async tell(labels: readonly { readonly id: string; readonly label: Label }[]): Promise<void> {
      const at = new Date().toISOString();
      await log.writer(MODEL).appendLabels(labels.map((told) => ({ ...told, model: MODEL, at })));
    },
    /**
     * Logs hours as the gateway does, and sends the label of every hour that `labelled` names.
     *
     * @returns the ids of the predictions
     */
    async serve(
      version: number,
      hours: readonly Hour[],
      predict: (hour: Hour) => number | string,
      labelled: (hour: Hour, row: number) => boolean = () => true,
    ): Promise<readonly string[]> {
      const writer = log.writer(MODEL);
      const uuid = newRequestUuid();
      const at = new Date().toISOString();
      await writer.append(
        hours.map((hour, row) => ({
          id: predictionId(uuid, row),
          model: MODEL,
          version,
          at,
          eventTime: new Date(hour.timeMs).toISOString(),
          inputs: { a: hour.a, b: hour.b },
          context: hour.region === undefined ? {} : { region: hour.region },
          prediction: predict(hour),
          ...(hour.probabilities !== undefined && { probabilities: hour.probabilities }),
        })),
      );
      await writer.appendLabels(
        hours.flatMap((hour, row) =>
          labelled(hour, row)
            ? [{ id: predictionId(uuid, row), model: MODEL, label: hour.rentals, at }]
            : [],
        ),
      );
      await writer.appendBusiness(
        hours.flatMap(({ revenue }, row) =>
          revenue === undefined
            ? []
            : [{ id: predictionId(uuid, row), model: MODEL, metrics: { revenue }, at }],
        ),
      );
      await writer.appendFeedback(
        hours.flatMap(({ score }, row) =>
          score === undefined ? [] : [{ id: predictionId(uuid, row), model: MODEL, score, at }],
        ),
      );
      return hours.map((_, row) => predictionId(uuid, row));
    },
    /** Sends labels of rows that were logged before, by their ids. */
    label(ids: readonly string[], hours: readonly Hour[]): Promise<void> {
      const at = new Date().toISOString();
      const known = hours.map((hour, row) => ({ id: ids[row] ?? '', label: hour.rentals }));
      return log.writer(MODEL).appendLabels(known.map((label) => ({ ...label, model: MODEL, at })));
    },
    /** Measures the window of one week. */
    measure(week: number, champion: number, over: Partial<MeasureRequest> = {}) {
      return measureWindow(deps, {
        model: MODEL,
        window: windowFrom(START_MS + week * WEEK_MS, WEEK_MS),
        spec,
        champion: { version: champion, sinceAsOf: weekStart(REFERENCE_WEEKS) },
        previous: null,
        ...over,
      });
    },
  };
}

export function weekStart(week: number): string {
  return new Date(START_MS + week * WEEK_MS).toISOString();
}

export const linear = (hour: Hour): number => 2 * hour.a + (hour.b ?? 0);
export const gone = (hour: Hour): number => linear(hour) + 1_000;
