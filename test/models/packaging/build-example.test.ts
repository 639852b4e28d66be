import { expect, test } from 'vitest';
import type { ModelSignature } from '../../../contracts/index.js';
import type { InputRow, ServedModel } from '../../../models/inference/index.js';
import { buildExample } from '../../../models/packaging/build-example.js';
import type { Table } from '../../../storage/tabular/table.js';
import { fc } from '../../support/property.js';

const SIGNATURE: ModelSignature = {
  task: 'regression',
  inputs: [
    { name: 'hour', kind: 'integer', nullable: false, tensor: 'numeric', index: 0 },
    { name: 'warmth', kind: 'number', nullable: true, tensor: 'numeric', index: 1 },
    { name: 'holiday', kind: 'boolean', nullable: false, tensor: 'numeric', index: 2 },
    { name: 'weather', kind: 'string', nullable: true, tensor: 'categorical', index: 0 },
  ],
  context: [],
  output: { name: 'rentals', kind: 'number' },
};

/** Answers with the number of values that are there. */
const model: ServedModel = {
  signature: SIGNATURE,
  predict: async (rows: readonly InputRow[]) => ({
    predictions: rows.map((row) => Object.values(row).filter((value) => value !== null).length),
  }),
  predictTable: () => Promise.reject(new Error('not asked')),
  release: async () => undefined,
};

function table(
  hours: readonly number[],
  warmth: readonly number[],
  weather: readonly (string | null)[],
): Table {
  return {
    rows: hours.length,
    metadata: {},
    columns: [
      { name: 'hour', kind: 'integer', values: Float64Array.from(hours) },
      { name: 'warmth', kind: 'number', values: Float64Array.from(warmth) },
      { name: 'holiday', kind: 'boolean', values: Float64Array.from(hours, (hour) => hour % 2) },
      { name: 'weather', kind: 'string', values: weather },
    ],
  };
}

test('a row a quartile of each column, one without what may be missing, and the answers', async () => {
  const hours = Array.from({ length: 9 }, (_, row) => row);
  const warmth = [Number.NaN, 10, 11, 12, 13, 14, 15, 16, 17];
  const weather = ['rain', 'rain', 'rain', 'rain', 'rain', 'sun', 'sun', 'Ada Lovelace', null];
  const { request, answer } = await buildExample(model, table(hours, warmth, weather));
  expect(request.dataframe_records).toEqual([
    { hour: 2, warmth: 12, holiday: false, weather: 'rain' },
    { hour: 4, warmth: 14, holiday: false, weather: 'rain' },
    { hour: 6, warmth: 15, holiday: true, weather: 'rain' },
    { hour: 4, warmth: null, holiday: false, weather: null },
  ]);
  expect(answer).toEqual({ predictions: [4, 4, 4, 2] });
});

test('whatever the data: a valid request, whole numbers whole, no text of a few rows', async () => {
  const rows = fc.array(
    fc.tuple(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.double({ noDefaultInfinity: true, min: -1e30, max: 1e30 }),
      fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(rows, async (values) => {
      const [hours, warmth, weather] = [0, 1, 2].map((place) => values.map((row) => row[place]));
      const data = table(hours as number[], warmth as number[], weather as (string | null)[]);
      const { request, answer } = await buildExample(model, data);
      expect(answer.predictions).toHaveLength(4);
      for (const row of request.dataframe_records) {
        const seen = values.filter(([, , text]) => text === row['weather']).length;
        if (row['weather'] !== null) expect(seen).toBeGreaterThanOrEqual(5);
        expect(Number.isInteger(row['hour'])).toBe(true);
      }
    }),
  );
});
