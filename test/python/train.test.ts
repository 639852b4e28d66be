import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/index.js';
import { loadModel } from '../../models/inference/index.js';
import { measureTable } from '../../models/inference/metrics/index.js';
import { readTable, writeParquet } from '../../storage/tabular/index.js';
import {
  PYTHON_DIRECTORY,
  PYTHON_NOTE,
  prepareStep,
  runPython,
  type TrainedStep,
  trainAll,
  WITHOUT_PYTHON,
} from './python.js';
import { inputsFor, NOT_INPUTS, weatherTable } from './weather-table.js';

const REGRESSIONS = [
  'gradient-boosting',
  'random-forest',
  'decision-tree',
  'linear',
  'k-nearest-neighbours',
  'multi-layer-perceptron',
];
const CLASSIFICATIONS = REGRESSIONS.map((name) => (name === 'linear' ? 'logistic' : name));
const TARGETS = [
  ...REGRESSIONS.map((algorithm) => ({ algorithm, task: 'regression', target: 'rentals' })),
  ...CLASSIFICATIONS.flatMap((algorithm) =>
    ['level', 'busy', 'band'].map((target) => ({ algorithm, task: 'classification', target })),
  ),
];

let root: string;
let data: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-train-'));
  data = join(root, 'data.parquet');
  await writeParquet(weatherTable(), data);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function trainEach(
  cases: readonly JsonObject[],
  from = data,
): Promise<readonly TrainedStep[]> {
  const set = await mkdtemp(join(root, 'set-'));
  const directories = cases.map((values, at) => prepareStep(join(set, `${at}`), values, from));
  return trainAll(await Promise.all(directories));
}

describe.skipIf(WITHOUT_PYTHON)(`train.py: every algorithm × task${PYTHON_NOTE}`, () => {
  let trained: readonly TrainedStep[];
  let directories: readonly string[];

  beforeAll(async () => {
    const set = await mkdtemp(join(root, 'all-'));
    directories = await Promise.all(
      TARGETS.map(({ algorithm, task, target }, at) =>
        prepareStep(join(set, `${at}`), inputsFor(target, { algorithm, task }), data),
      ),
    );
    trained = await trainAll(directories);
  });

  it.each(TARGETS.map((target, at) => ({ ...target, at })))(
    '$algorithm, $task of $target: Node answers as scikit-learn does',
    async ({ algorithm, task, target, at }) => {
      const step = trained[at];
      expect(step?.error).toBeNull();
      if (step === undefined) return;
      const { trained: values, metrics } = step;
      expect(values.task).toBe(task);
      expect(values.parity.rows).toBeGreaterThan(200);
      const model = await loadModel(
        join(directories[at] ?? '', 'outputs', 'model.onnx'),
        values.signature,
      );
      const measured = await measureTable(model, await readTable(data), target);
      await model.release();
      expect(measured.rows).toBe(300);
      if (task === 'regression') {
        // Of equally near neighbours either may count: that moves the mean a little.
        const digits = algorithm === 'k-nearest-neighbours' ? 1 : 3;
        expect(measured.metrics['mae']).toBeCloseTo(metrics['trainingMae'] ?? Number.NaN, digits);
        expect(measured.metrics['mae']).toBeLessThan(35);
      } else {
        expect(measured.metrics['accuracy']).toBeCloseTo(metrics['trainingAccuracy'] ?? 0, 2);
        expect(measured.metrics['accuracy']).toBeGreaterThan(0.65);
      }
    },
  );

  it('writes class labels in their own kind, in the order of the probabilities', () => {
    const classesOf = (target: string) =>
      trained[TARGETS.findIndex((entry) => entry.target === target)]?.trained.signature.output;
    expect(classesOf('level')).toEqual({
      name: 'level',
      kind: 'string',
      classes: ['high', 'low', 'mid'],
    });
    expect(classesOf('busy')).toEqual({ name: 'busy', kind: 'boolean', classes: [false, true] });
    expect(classesOf('band')).toEqual({ name: 'band', kind: 'integer', classes: [0, 10, 20] });
    expect(classesOf('rentals')).toEqual({ name: 'rentals', kind: 'number' });
  });
});

describe.skipIf(WITHOUT_PYTHON)(`train.py: what a model takes${PYTHON_NOTE}`, () => {
  it('keeps time, context and excluded columns out of the inputs, and knows what may be missing', async () => {
    const [step] = await trainEach([
      {
        target: 'rentals',
        algorithm: 'decision-tree',
        exclude: NOT_INPUTS.filter((name) => name !== 'rentals' && name !== 'station'),
        context: [{ name: 'station', role: 'key' }],
      },
    ]);
    expect(step?.error).toBeNull();
    expect(step?.trained.timeColumn).toBe('hour');
    expect(step?.trained.signature).toMatchObject({
      inputs: [
        { name: 'temperature', kind: 'number', nullable: true, tensor: 'numeric', index: 0 },
        { name: 'hour_of_day', kind: 'integer', nullable: false, tensor: 'numeric', index: 1 },
        { name: 'working_day', kind: 'boolean', nullable: true, tensor: 'numeric', index: 2 },
        { name: 'weather', kind: 'string', nullable: true, tensor: 'categorical', index: 0 },
      ],
      context: [
        { name: 'hour', role: 'time', kind: 'timestamp' },
        { name: 'station', role: 'key', kind: 'string' },
      ],
    });
  });

  it('takes text alone and numbers alone, in the order asked for', async () => {
    const steps = await trainEach([
      { target: 'rentals', features: ['weather'], algorithm: 'linear' },
      { target: 'rentals', features: ['hour_of_day', 'temperature'], algorithm: 'linear' },
    ]);
    const namesOf = (at: number) =>
      steps[at]?.trained.signature.inputs.map(({ name }: { name: string }) => name);
    expect(steps.map(({ error }) => error)).toEqual([null, null]);
    expect(namesOf(0)).toEqual(['weather']);
    expect(namesOf(1)).toEqual(['hour_of_day', 'temperature']);
  });

  it('learns from a handful of rows, and lives with columns that say nothing', async () => {
    const few = join(root, 'few.parquet');
    await writeParquet(weatherTable(6), few);
    const features = ['temperature', 'weather', 'nothing', 'constant'];
    const cases = REGRESSIONS.map((algorithm) => ({ target: 'rentals', algorithm, features }));
    const steps = await trainEach(cases, few);
    expect(steps.map(({ error }) => error)).toEqual(REGRESSIONS.map(() => null));
    expect(steps[0]?.trained.signature.inputs[2]).toMatchObject({
      name: 'nothing',
      nullable: true,
    });
  });

  it('infers the task: text and booleans are classes, numbers are regressed on', async () => {
    const targets = ['level', 'busy', 'band'];
    const steps = await trainEach(
      targets.map((target) => inputsFor(target, { algorithm: 'decision-tree' })),
    );
    expect(steps.map(({ trained }) => trained.task)).toEqual([
      'classification',
      'classification',
      'regression',
    ]);
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const set = await mkdtemp(join(root, 'seed-'));
    const directories = await Promise.all(
      [1, 1, 2].map((seed, at) =>
        prepareStep(join(set, `${at}`), inputsFor('rentals', { seed }), data),
      ),
    );
    await trainAll(directories);
    const [one, again, other] = await Promise.all(
      directories.map((directory) => readFile(join(directory, 'outputs', 'model.onnx'))),
    );
    expect(one?.equals(again ?? Buffer.alloc(0))).toBe(true);
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(false);
  });

  it('spoils labels on demand, enough that the model is clearly worse', async () => {
    const set = await mkdtemp(join(root, 'spoiled-'));
    const cases = [inputsFor('rentals'), inputsFor('rentals', { corruptLabels: 0.7 })];
    const directories = await Promise.all(
      cases.map((values, at) => prepareStep(join(set, `${at}`), values, data)),
    );
    const table = await readTable(data);
    const errors = await Promise.all(
      (await trainAll(directories)).map(async ({ trained }, at) => {
        const graph = join(directories[at] ?? '', 'outputs', 'model.onnx');
        const model = await loadModel(graph, trained.signature);
        return (await measureTable(model, table, 'rentals')).metrics['mae'] ?? 0;
      }),
    );
    expect(errors[1]).toBeGreaterThan(3 * (errors[0] ?? 0));
  });
});

describe.skipIf(WITHOUT_PYTHON)(`train.py: as a process${PYTHON_NOTE}`, () => {
  it('tells its progress on fd 3 and ends with all of it', async () => {
    const directory = await prepareStep(join(root, 'progress'), inputsFor('rentals'), data);
    const ended = await runPython([join(PYTHON_DIRECTORY, 'train.py')], { step: directory });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const lines = ended.progress
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const shares = lines.map(({ progress }) => progress);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(lines.at(-1)).toMatchObject({
      progress: 1,
      metrics: { trainingMae: expect.any(Number) },
    });
  });

  it('refuses a graph that does not answer as the trained model', async () => {
    const directory = await prepareStep(join(root, 'parity'), inputsFor('rentals'), data);
    const program = `
import sys
import millrace_training.parity
millrace_training.parity.REGRESSION_TOLERANCE = 0.0
import train
sys.exit(train.main())`;
    const ended = await runPython(['-c', program], { step: directory });
    expect(ended.code).toBe(70);
    expect(ended.stderr).toMatch(
      /^ModelParityFailed: on \d+ of 400 rows ONNX and scikit-learn differ/,
    );
    await expect(readFile(join(directory, 'outputs.json'))).rejects.toThrow('ENOENT');
  });

  it('keeps what its docstrings promise', async () => {
    const program =
      'import doctest, millrace_training.errors as e, millrace_training.labels as l; r = [doctest.testmod(m) for m in (e, l)]; print(sum(x.failed for x in r), sum(x.attempted for x in r))';
    expect((await runPython(['-c', program])).stdout).toMatch(/^0 [1-9]/);
  });
});
