import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { learnLosses } from '../../../../monitoring/datasets/python/learn-losses.js';
import { type ColumnValues, expectLosses } from '../../../../monitoring/drift/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { type Column, writeParquet } from '../../../../storage/tabular/index.js';
import {
  PYTHON,
  PYTHON_DIRECTORY,
  PYTHON_NOTE,
  runPython,
  WITHOUT_PYTHON,
} from '../../../python/python.js';

const python = () => ({ executable: PYTHON, directory: PYTHON_DIRECTORY });

/** The error is three times as large in the north, and grows with a number that some rows lack. */
function world(rows: number, seed: number, cities: readonly string[]) {
  const random = seededRandom(seed);
  const city = Array.from({ length: rows }, () =>
    random() < 0.05 ? null : (cities[Math.floor(random() * cities.length)] ?? null),
  );
  const size = Float64Array.from(city, () => (random() < 0.1 ? Number.NaN : random()));
  const other = Float64Array.from(city, () => random());
  const losses = size.map(
    (value, row) =>
      -Math.log(1 - random()) * (city[row] === 'north' ? 3 : 1) * (1 + (value > 0.5 ? 2 : 0)),
  );
  const columns: Column[] = [
    { name: 'Size', kind: 'number', values: size },
    { name: 'city', kind: 'string', values: city },
    { name: 'size', kind: 'number', values: other },
  ];
  return { columns, losses };
}

function valuesOf(columns: readonly Column[]): ColumnValues[] {
  return columns.map((column) =>
    column.kind === 'string'
      ? { kind: 'categorical', values: column.values }
      : { kind: 'numeric', values: column.values },
  );
}

/** What scikit-learn itself expects of the second file, having learned from the first. */
const ORACLE = `
import json, sys
import pyarrow.parquet as pq
from millrace_estimation.expected_loss import expected_losses
from millrace_estimation.features import feature_matrices
reference, analysis = (pq.read_table(path) for path in sys.argv[1:3])
matrices = feature_matrices(reference, analysis, ["x0", "x1", "x2"])
losses = reference.column("loss").to_numpy(zero_copy_only=False)
print(json.dumps([side.tolist() for side in expected_losses(matrices, losses, 7, lambda share: None)]))
`;

describe.skipIf(WITHOUT_PYTHON)(`a model of the loss${PYTHON_NOTE}`, () => {
  it('answers without Python what scikit-learn answers, also to what it never saw', async () => {
    const known = world(2_000, 1, ['north', 'south', 'east']);
    const losses = known.losses.map((loss, row) => (row < 20 ? Number.NaN : loss));
    const { model, expected } = await learnLosses(known.columns, losses, 7, { python });
    const asked = world(500, 2, ['north', 'south', 'east', 'atlantis']);

    const directory = await mkdtemp(join(tmpdir(), 'millrace-losses-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const write = async (name: string, columns: readonly Column[], more: readonly Column[]) => {
      const path = join(directory, name);
      const named = columns.map((column, at): Column => ({ ...column, name: `x${at}` }));
      const rows = named[0]?.values.length ?? 0;
      await writeParquet({ rows, columns: [...named, ...more], metadata: {} }, path);
      return path;
    };
    const loss: Column = { name: 'loss', kind: 'number', values: losses };
    const { stdout, stderr } = await runPython([
      '-c',
      ORACLE,
      await write('reference.parquet', known.columns, [loss]),
      await write('analysis.parquet', asked.columns, []),
    ]);
    expect(stderr).toBe('');
    const [outOfFold, answered] = JSON.parse(stdout) as [number[], number[]];
    expect(Array.from(expected)).toEqual(outOfFold);
    const own = expectLosses(model, valuesOf(asked.columns));
    const furthest = own.reduce(
      (most, value, row) => Math.max(most, Math.abs(value / (answered[row] ?? 0) - 1)),
      0,
    );
    expect(furthest).toBeLessThan(1e-12);
    expect(Math.max(...own) / Math.min(...own)).toBeGreaterThan(3);
  });

  it('expects the mean where nothing is to be learned', async () => {
    const { columns } = world(60, 3, ['north']);
    const { model, expected } = await learnLosses(columns, new Float64Array(60).fill(4), 7, {
      python,
    });
    expect(model.trees).toEqual([]);
    expect(new Set(expected)).toEqual(new Set([4]));
    expect(new Set(expectLosses(model, valuesOf(columns)))).toEqual(new Set([4]));
  });
});

describe('a model of the loss without Python', () => {
  it('says what to set up', async () => {
    await expect(learnLosses([], new Float64Array(), 7, {})).rejects.toMatchObject({
      type: 'EnvironmentMissing',
      hint: 'run `millrace setup`',
    });
  });
});
