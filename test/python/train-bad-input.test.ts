import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/index.js';
import { writeParquet } from '../../storage/tabular/index.js';
import {
  PYTHON_DIRECTORY,
  PYTHON_NOTE,
  prepareStep,
  runPython,
  type TrainedStep,
  trainAll,
  WITHOUT_PYTHON,
} from './python.js';
import { inputsFor, weatherTable } from './weather-table.js';

let root: string;
let data: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-refused-'));
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

const BAD_INPUT: readonly (readonly [string, JsonObject, string])[] = [
  ['a target that is not there', { target: 'rental' }, 'no column rental; did you mean rentals?'],
  ['no target', {}, 'target: name the column to predict'],
  ['a target without values', { target: 'nothing' }, 'every value of nothing is null'],
  ['a single class', { target: 'constant' }, 'the single class same'],
  ['text to regress on', { target: 'level', task: 'regression' }, 'a regression needs numbers'],
  ['a time to predict', { target: 'hour' }, 'hour is'],
  [
    'an unknown algorithm',
    { target: 'rentals', algorithm: 'random-forests' },
    'did you mean random-forest?',
  ],
  [
    'logistic for numbers',
    inputsFor('rentals', { algorithm: 'logistic' }),
    'for numbers use linear',
  ],
  ['linear for classes', inputsFor('level', { algorithm: 'linear' }), 'for classes use logistic'],
  [
    'an excluded column that is not there',
    { target: 'rentals', exclude: ['temprature'] },
    'did you mean temperature?',
  ],
  ['a feature of times', { target: 'rentals', features: ['hour'] }, 'features: hour'],
  [
    'the target as a feature',
    { target: 'rentals', features: ['rentals'] },
    'rentals is the target',
  ],
  [
    'an unknown role',
    { target: 'rentals', context: [{ name: 'station', role: 'id' }] },
    "role 'id' of station",
  ],
  [
    'no column left',
    { target: 'rentals', features: ['station'], exclude: ['station'] },
    'name it in one place',
  ],
  ['no tree', inputsFor('rentals', { trees: 0 }), 'trees: 0 is not an integer from 1'],
  [
    'a share above 1',
    inputsFor('rentals', { corruptLabels: 1.5 }),
    'corruptLabels: 1.5 is not a number from 0 to 1',
  ],
  ['an unknown option', inputsFor('rentals', { tree: 5 }), 'did you mean trees?'],
  [
    'more neighbours than rows',
    inputsFor('rentals', { algorithm: 'k-nearest-neighbours', neighbours: 301 }),
    'only 300 rows',
  ],
];

describe.skipIf(WITHOUT_PYTHON)(`train.py: bad input${PYTHON_NOTE}`, () => {
  let refused: readonly TrainedStep[];

  beforeAll(async () => {
    refused = await trainEach(BAD_INPUT.map(([, values]) => values));
  });

  it.each(BAD_INPUT.map(([what, , message], at) => ({ what, message, at })))(
    '$what',
    ({ message, at }) => {
      expect(refused[at]?.error).toMatch(/^BadInput: /);
      expect(refused[at]?.error).toContain(message);
    },
  );

  it('exits with 65 and one line, whatever the file is', async () => {
    const directory = join(root, 'not-parquet');
    await prepareStep(directory, { target: 'rentals' }, join(PYTHON_DIRECTORY, 'train.py'));
    const ended = await runPython([join(PYTHON_DIRECTORY, 'train.py')], { step: directory });
    expect(ended.code).toBe(65);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain('cannot be read as Parquet');
  });

  it('refuses a table without rows', async () => {
    const empty = join(root, 'empty.parquet');
    await writeParquet(weatherTable(0), empty);
    const [step] = await trainEach([{ target: 'rentals' }], empty);
    expect(step?.error).toBe(
      'BadInput: the data has no rows; look at what the steps before let through',
    );
  });
});
