import { join } from 'node:path';
import { MEDIA_TYPE, type TrainedManifest, type VersionRecord } from '../../../contracts/index.js';
import { openRegistryWriter } from '../../../models/registry/index.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/index.js';
import { createHome, type HomeLayout } from '../../../storage/home/index.js';
import type { Table } from '../../../storage/tabular/table.js';
import { writeParquet } from '../../../storage/tabular/write-parquet.js';
import { prepareStep, trainAll } from '../../python/python.js';
import { inputsFor, weatherTable } from '../../python/weather-table.js';
import { newVersion } from '../registry/sample-records.js';

/** What is trained for each model of the state directory. */
const TRAINED = {
  rentals: inputsFor('rentals', { depth: 4 }),
  level: inputsFor('level', { depth: 3 }),
  busy: inputsFor('busy', { algorithm: 'logistic' }),
  neighbours: inputsFor('rentals', { algorithm: 'k-nearest-neighbours' }),
} as const;

export interface ExplainedHome {
  readonly home: HomeLayout;
  /** Rows that no model learned from, as a file. */
  readonly holdout: string;
  readonly table: Table;
  readonly versions: Readonly<Record<keyof typeof TRAINED, VersionRecord>>;
}

/** A state directory with a model of each kind, really trained, each with one version. */
export async function explainedHome(directory: string): Promise<ExplainedHome> {
  const home = await createHome(join(directory, '.millrace'));
  const data = join(directory, 'train.parquet');
  const holdout = join(directory, 'holdout.parquet');
  const table = weatherTable(600);
  await writeParquet(rowsOf(table, 0, 450), data);
  await writeParquet(rowsOf(table, 450, 600), holdout);
  const names = Object.keys(TRAINED) as (keyof typeof TRAINED)[];
  const steps = await Promise.all(
    names.map((name) => prepareStep(join(directory, name), TRAINED[name], data)),
  );
  const trained = await trainAll(steps);
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const registry = await openRegistryWriter(home.registryFile);
  const versions: Partial<Record<string, VersionRecord>> = {};
  try {
    for (const [place, name] of names.entries()) {
      const { error, trained: described } = trained[place] ?? {};
      if (error !== null) throw new Error(error);
      const { rows, ...content } = described;
      const manifest: TrainedManifest = {
        format: 'millrace-model/1',
        ...content,
        onnx: await artifacts.putFile(
          join(steps[place] ?? '', 'outputs', 'model.onnx'),
          MEDIA_TYPE.onnx,
        ),
        trainingData: await artifacts.putFile(data, MEDIA_TYPE.parquet),
        trainingRows: rows,
        evaluation: {
          holdout: await artifacts.putFile(holdout, MEDIA_TYPE.parquet),
          rows: 150,
          metrics: {},
          champion: null,
          gate: null,
        },
      };
      versions[name] = await registry.registerVersion(
        `run-${name}/register`,
        newVersion(name, {
          content: manifest,
          manifest: await artifacts.putJson(manifest, MEDIA_TYPE.model),
          runId: `run-${name}`,
        }),
        'run',
        'made',
      );
    }
  } finally {
    await registry.close();
  }
  return { home, holdout, table, versions: versions as ExplainedHome['versions'] };
}

/** Rows of a table from one place to another. */
export function rowsOf({ columns, metadata }: Table, from: number, to: number): Table {
  return {
    rows: to - from,
    metadata,
    columns: columns.map((column) =>
      column.kind === 'string'
        ? { ...column, values: column.values.slice(from, to) }
        : { ...column, values: column.values.slice(from, to) },
    ),
  };
}
