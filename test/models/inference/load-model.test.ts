import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelSignature } from '../../../contracts/index.js';
import { checkRows, loadModel } from '../../../models/inference/index.js';
import { readTable, type Table, writeParquet } from '../../../storage/tabular/index.js';
import { PYTHON_NOTE, prepareStep, trainAll, WITHOUT_PYTHON } from '../../python/python.js';
import { NOT_INPUTS, weatherTable } from '../../python/weather-table.js';

interface Trained {
  readonly graph: string;
  readonly signature: ModelSignature;
}

describe.skipIf(WITHOUT_PYTHON)(`loadModel${PYTHON_NOTE}`, () => {
  let root: string;
  let regression: Trained;
  let classification: Trained;
  let table: Table;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'millrace-inference-'));
    const data = join(root, 'data.parquet');
    await writeParquet(weatherTable(3_000), data);
    table = await readTable(data);
    const directories = await Promise.all(
      ['rentals', 'busy'].map((target) => {
        const exclude = NOT_INPUTS.filter((name) => name !== target);
        const values = { target, exclude, algorithm: 'decision-tree' };
        return prepareStep(join(root, target), values, data);
      }),
    );
    const trained = await trainAll(directories);
    const [first, second] = directories.map((directory, at) => ({
      graph: join(directory, 'outputs', 'model.onnx'),
      signature: trained[at]?.trained.signature as ModelSignature,
    }));
    if (first === undefined || second === undefined) throw new Error('nothing was trained');
    [regression, classification] = [first, second];
  });

  afterAll(async () => {
    await rm(root, { recursive: true, force: true });
  });

  /** Rows of the table as a client would send them; what is missing is left out. */
  function rowsOf({ signature }: Trained, count: number): readonly unknown[] {
    return Array.from({ length: count }, (_, row) => {
      const fields: Record<string, unknown> = {};
      for (const { name } of signature.inputs) {
        const value = table.columns.find((column) => column.name === name)?.values[row];
        if (value !== null && !Number.isNaN(value)) fields[name] = value;
      }
      return fields;
    });
  }

  it('answers rows as it answers the table, across chunks and with values missing', async () => {
    const model = await loadModel(regression.graph, regression.signature);
    const check = checkRows(regression.signature, rowsOf(regression, table.rows));
    if (!check.ok) throw new Error(check.problems.join());
    const { predictions, ...rest } = await model.predict(check.rows);
    expect(rest).toEqual({});
    const columnar = await model.predictTable(table);
    if (columnar.task !== 'regression') throw new Error('not a regression');
    expect(predictions).toEqual(Array.from(columnar.values));
    expect(new Set(predictions).size).toBeGreaterThan(50);
    await model.release();
  });

  it('gives classes in their own kind, with probabilities in the signature’s order', async () => {
    const bytes = await readFile(classification.graph);
    const model = await loadModel(bytes, classification.signature);
    const check = checkRows(classification.signature, rowsOf(classification, 50));
    if (!check.ok) throw new Error(check.problems.join());
    const { predictions, probabilities = [] } = await model.predict(check.rows);
    expect(new Set(predictions)).toEqual(new Set([false, true]));
    for (const [row, [no = 0, yes = 0]] of probabilities.entries()) {
      expect(no + yes).toBeCloseTo(1, 6);
      if (yes !== no) expect(predictions[row]).toBe(yes > no);
    }
    await model.release();
  });

  it('takes no rows, and a category that training never saw', async () => {
    const model = await loadModel(regression.graph, regression.signature);
    expect(await model.predict([])).toEqual({ predictions: [] });
    const row = { temperature: 20, hour_of_day: 8, working_day: true, weather: 'locusts' };
    expect((await model.predict([row])).predictions[0]).toBeGreaterThan(0);
    await model.release();
  });

  it('ends what it is answering before it lets go', async () => {
    const model = await loadModel(regression.graph, regression.signature);
    const answering = model.predictTable(table);
    const released = model.release();
    expect(await answering).toMatchObject({ task: 'regression' });
    await released;
  });

  it('stops between chunks when it is told to', async () => {
    const model = await loadModel(regression.graph, regression.signature);
    const stop = new AbortController();
    const answering = model.predictTable(table, stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(answering).rejects.toThrow('cancelled');
    await model.release();
  });

  it('names every column that does not fit', async () => {
    const model = await loadModel(regression.graph, regression.signature);
    const columns = table.columns
      .filter(({ name }) => name !== 'weather')
      .map((column) => (column.name === 'station' ? { ...column, name: 'temperature' } : column))
      .filter(({ name, kind }) => name !== 'temperature' || kind === 'string');
    await expect(model.predictTable({ ...table, columns })).rejects.toMatchObject({
      type: 'InvalidInput',
      message:
        'the table does not fit the model: column temperature holds values of kind string, the model takes numbers; column weather is missing',
    });
    await model.release();
  });

  it.each<[string, () => [string | Uint8Array, ModelSignature], string]>([
    [
      'bytes that are no graph',
      () => [Buffer.from('not ONNX'), regression.signature],
      'cannot be loaded',
    ],
    [
      'a file that is not there',
      () => [join(root, 'none'), regression.signature],
      'cannot be loaded',
    ],
    [
      'the signature of another task',
      () => [regression.graph, classification.signature],
      'outputs are prediction',
    ],
    [
      'a signature of other width',
      () => [
        regression.graph,
        { ...regression.signature, inputs: regression.signature.inputs.slice(1) },
      ],
      'input numeric has 3 columns, its signature says 2',
    ],
  ])('refuses %s', async (_, given, message) => {
    await expect(loadModel(...given())).rejects.toMatchObject({
      type: 'ArtifactCorrupt',
      message: expect.stringContaining(message),
    });
  });
});
