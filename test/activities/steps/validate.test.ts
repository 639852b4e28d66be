import { describe, expect, it } from 'vitest';
import { validate } from '../../../activities/steps/validate.js';
import type { ValidationReport } from '../../../activities/steps/validation-report.js';
import { MEDIA_TYPE } from '../../../contracts/index.js';
import { describeTable, type Table } from '../../../storage/tabular/index.js';
import { stepsBench } from './steps-bench.js';

const bench = stepsBench();
const HOUR_MS = 3_600_000;

const table: Table = {
  rows: 10,
  metadata: { 'millrace.time': 'hour' },
  columns: [
    {
      name: 'hour',
      kind: 'timestamp',
      values: Float64Array.from({ length: 10 }, (_, row) => 1_293_840_000_000 + row * HOUR_MS),
    },
    {
      name: 'humidity',
      kind: 'number',
      values: Float64Array.of(0, 0.2, 0.4, 1, 1.5, -1, Number.NaN, Number.NaN, 0.5, 1.5),
    },
    {
      name: 'weather',
      kind: 'string',
      values: ['clear', 'clear', 'mist', 'mist', 'mist', 'hail', null, 'clear', 'clear', 'clear'],
    },
    { name: 'nothing', kind: 'number', values: new Float64Array(10).fill(Number.NaN) },
  ],
};

async function run(expect: readonly unknown[], more: { readonly [name: string]: unknown } = {}) {
  const data = await bench().put(table);
  return bench().work('validate', validate, { data, expect, ...more });
}

/** The result of one expectation, reported whatever it is. */
async function resultOf(expectation: { readonly [name: string]: unknown }) {
  const { outputs } = await run([{ ...expectation, severity: 'warning' }]);
  const { report } = outputs.artifacts;
  if (report === undefined) throw new Error('no report');
  expect(report.mediaType).toBe(MEDIA_TYPE.validation);
  const { results } = await bench().artifacts.readJson<ValidationReport>(report);
  return results[0];
}

describe('validate: results in the shape of Great Expectations', () => {
  it.each<[string, object, boolean, object]>([
    [
      'values_to_be_between: nulls are no values',
      { expect_column_values_to_be_between: { column: 'humidity', min_value: 0, max_value: 1 } },
      false,
      {
        element_count: 10,
        unexpected_count: 3,
        unexpected_percent: 37.5,
        missing_count: 2,
        partial_unexpected_list: [1.5, 1.5, -1],
      },
    ],
    [
      'values_to_be_between: mostly at its very share',
      {
        expect_column_values_to_be_between: {
          column: 'humidity',
          min_value: 0,
          max_value: 1,
          mostly: 0.625,
        },
      },
      true,
      { unexpected_count: 3 },
    ],
    [
      'values_to_be_between: strict bounds, on one side',
      {
        expect_column_values_to_be_between: { column: 'humidity', min_value: -1, strict_min: true },
      },
      false,
      { unexpected_count: 1, partial_unexpected_list: [-1] },
    ],
    [
      'values_to_be_between: times',
      { expect_column_values_to_be_between: { column: 'hour', max_value: '2011-01-01T08:00:00Z' } },
      false,
      { unexpected_count: 1, partial_unexpected_list: ['2011-01-01T09:00:00Z'] },
    ],
    [
      'values_to_not_be_null: percent of all rows',
      { expect_column_values_to_not_be_null: { column: 'humidity' } },
      false,
      { element_count: 10, unexpected_count: 2, unexpected_percent: 20, missing_count: 2 },
    ],
    [
      'values_to_be_in_set',
      { expect_column_values_to_be_in_set: { column: 'weather', value_set: ['clear', 'mist'] } },
      false,
      { unexpected_count: 1, missing_count: 1, partial_unexpected_list: ['hail'] },
    ],
    [
      'values_to_be_unique: every row of a repeated value',
      { expect_column_values_to_be_unique: { column: 'humidity' } },
      false,
      { unexpected_count: 2, partial_unexpected_list: [1.5, 1.5] },
    ],
    [
      'values_to_be_unique: holds',
      { expect_column_values_to_be_unique: { column: 'hour' } },
      true,
      { unexpected_count: 0, unexpected_percent: 0, partial_unexpected_list: [] },
    ],
    [
      'row_count_to_be_between',
      { expect_table_row_count_to_be_between: { min_value: 10, strict_min: true } },
      false,
      { element_count: 10, observed_value: 10 },
    ],
    [
      'column_to_exist',
      { expect_column_to_exist: { column: 'humidty' } },
      false,
      { observed_value: false },
    ],
  ])('expect_%s', async (_, expectation, success, result) => {
    expect(await resultOf({ ...expectation })).toMatchObject({ success, result });
  });

  it('passes a column without values, with a warning', async () => {
    const expectation = { expect_column_values_to_be_between: { column: 'nothing', min_value: 0 } };
    expect(await resultOf(expectation)).toMatchObject({ success: true });
    expect(bench().logged.at(-1)).toMatchObject({
      level: 40,
      msg: 'expect_column_values_to_be_between (nothing): no values to check: every one is null',
    });
  });
});

describe('validate: severity', () => {
  it('fails with every critical expectation that failed, and its numbers', async () => {
    await expect(
      run([
        { expect_column_values_to_be_in_set: { column: 'weather', value_set: ['clear', 'mist'] } },
        { expect_column_values_to_be_unique: { column: 'hour' } },
        { expect_column_values_to_not_be_null: { column: 'humidity', mostly: 0.99 } },
        { expect_column_to_exist: { column: 'humidty' } },
        { expect_table_row_count_to_be_between: { min_value: 500 }, severity: 'warning' },
      ]),
    ).rejects.toMatchObject({
      type: 'ExpectationFailed',
      message:
        'step validate: 3 of 5 expectations failed: ' +
        'expect_column_values_to_be_in_set (weather): 1 of 9 values (11.11 %) are unexpected, such as "hail"; none is allowed; ' +
        'expect_column_values_to_not_be_null (humidity): 2 of 10 values (20.00 %) are unexpected; at least 99 % must be as expected; ' +
        'expect_column_to_exist (humidty): there is no column humidty; did you mean humidity?',
      hint: expect.stringMatching(/^the whole report is artifact:sha256\/[0-9a-f]{64}$/),
    });
  });

  it('only logs a warning', async () => {
    const { outputs } = await run([
      { expect_table_row_count_to_be_between: { min_value: 500 }, severity: 'warning' },
    ]);
    expect(outputs.values['rows']).toBe(8);
    expect(bench().logged.at(-1)?.msg).toBe(
      'expect_table_row_count_to_be_between: the table has 10 rows',
    );
  });

  it('fails on a column that is not there, and names the nearest', async () => {
    await expect(
      run([{ expect_column_values_to_be_unique: { column: 'our' } }]),
    ).rejects.toMatchObject({ message: expect.stringContaining('did you mean hour?') });
  });

  it('refuses a bound that cannot be compared', async () => {
    await expect(
      run([{ expect_column_values_to_be_between: { column: 'weather', min_value: 0 } }]),
    ).rejects.toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('weather') });
  });
});

describe('validate: the hold-out', () => {
  it('is the latest fifth, and both parts keep the time column', async () => {
    const { outputs } = await run([]);
    expect(outputs.values).toEqual({
      rows: 8,
      holdoutRows: 2,
      holdoutFrom: '2011-01-01T08:00:00Z',
    });
    for (const name of ['data', 'holdout']) {
      const ref = outputs.artifacts[name];
      if (ref === undefined) throw new Error(`no ${name}`);
      const schema = await describeTable(await bench().artifacts.localPath(ref), {
        format: 'parquet',
      });
      expect(schema.metadata).toMatchObject({ 'millrace.time': 'hour' });
    }
  });

  it('can start at a moment', async () => {
    const { outputs } = await run([], { holdout: { from: '2011-01-01T03:00' } });
    expect(outputs.values).toMatchObject({ rows: 3, holdoutRows: 7 });
  });

  it.each([
    [{ share: 0.5, from: '2011-01-01' }, 'has both share and from'],
    [{ share: 1 }, 'share 1 is not between 0 and 1'],
    [{ from: 'later' }, 'from "later" is not a time'],
    [{ from: '2012-01-01' }, 'no row lies from 2012-01-01T00:00:00Z'],
  ])('refuses %j', async (holdout, message) => {
    await expect(run([], { holdout })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
  });
});
