import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../contracts/index.js';
import { writeParquet } from '../../../../storage/tabular/index.js';
import {
  PYTHON_DIRECTORY,
  PYTHON_NOTE,
  runPython,
  WITHOUT_PYTHON,
} from '../../../python/python.js';

const PROGRAM = join(PYTHON_DIRECTORY, 'drift.py');

describe.skipIf(WITHOUT_PYTHON)(`what drift.py refuses${PYTHON_NOTE}`, () => {
  let directory = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-refused-'));
    const rows = 30;
    const values = Float64Array.from({ length: rows }, (_, i) => i);
    const write = (file: string, columns: Readonly<Record<string, Float64Array>>) =>
      writeParquet(
        {
          rows,
          metadata: {},
          columns: Object.entries(columns).map(([name, values]) => ({
            name,
            kind: 'number',
            values,
          })),
        },
        join(directory, file),
      );
    await write('good', { x0: values });
    await write('other', { x1: values });
    await write('holes', { x0: values.map((value) => (value === 3 ? Number.NaN : value)) });
    await write('empty', { target: values });
    await writeFile(join(directory, 'torn'), 'PAR1 and nothing more');
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  const method = 'spot-the-diff';
  it.each<[string, JsonObject, string, string, string]>([
    ['an unknown method', { method: 'mmd' }, 'good', 'good', "method: 'mmd' is none of learned-"],
    ['an unknown value', { method, sed: 1 }, 'good', 'good', 'drift.py has no value sed'],
    ['a seed below 0', { method, seed: -1 }, 'good', 'good', 'seed: -1 is not a whole number'],
    ['too large a rate', { method, rate: 0.5 }, 'good', 'good', 'rate: 0.5 is not a number above'],
    ['a torn file', { method }, 'torn', 'good', 'the reference data cannot be read as Parquet'],
    [
      'other columns',
      { method },
      'good',
      'other',
      "has the features ['x0'], the current data ['x1']",
    ],
    ['a missing number', { method }, 'good', 'holes', 'current: x0 is no column of numbers'],
    ['no feature', { method }, 'empty', 'empty', 'there is no feature to compare'],
    [
      'no target',
      { method: 'regressor-uncertainty' },
      'good',
      'good',
      'regressor-uncertainty learns a target, and the reference has none',
    ],
  ])('%s, with exit code 65 and one line', async (name, values, reference, current, message) => {
    const step = join(directory, name);
    await mkdir(join(step, 'outputs'), { recursive: true });
    const artifacts = {
      reference: { path: join(directory, reference) },
      current: { path: join(directory, current) },
    };
    await writeFile(join(step, 'inputs.json'), JSON.stringify({ values, artifacts }));
    const ended = await runPython([PROGRAM], { step });
    expect(ended.code).toBe(65);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain(message);
    expect(await readdir(join(step, 'outputs'))).toEqual([]);
  });
});
