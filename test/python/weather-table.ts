import type { JsonObject } from '../../contracts/index.js';
import type { Table } from '../../storage/tabular/table.js';

/**
 * A small table with everything a model meets: numbers, integers, booleans, text, missing values,
 * a time column, and targets of each kind that depend on the inputs.
 */
export function weatherTable(rows = 300): Table {
  let state = 7;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const numbers = (of: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, i) => of(i));
  const temperature = numbers(() => Math.round(random() * 40_000) / 1_000 - 5);
  const hourOfDay = numbers((row) => row % 24);
  const workingDay = numbers((row) => (Math.floor(row / 24) % 7 < 5 ? 1 : 0));
  const weathers = ['clear', 'mist', 'rain'] as const;
  const weather = Array.from({ length: rows }, () => weathers[Math.floor(random() * 3)] ?? 'clear');
  const rentals = numbers((row) => {
    const wet = weather[row] === 'rain' ? 0.4 : 1;
    const rush = Math.abs((hourOfDay[row] ?? 0) - 12) < 6 ? 90 : 20;
    return Math.round(wet * (rush + 4 * (temperature[row] ?? 0)) + 10 * random() + 20);
  });
  const level = (row: number) => Math.min(2, Math.floor((rentals[row] ?? 0) / 80));
  const lacking = (share: number, values: Float64Array) =>
    values.map((value) => (random() < share ? Number.NaN : value));
  return {
    rows,
    metadata: { 'millrace.time': 'hour' },
    columns: [
      {
        name: 'hour',
        kind: 'timestamp',
        values: numbers((row) => 1_293_840_000_000 + row * 3_600_000),
      },
      { name: 'temperature', kind: 'number', values: lacking(0.05, temperature) },
      { name: 'hour_of_day', kind: 'integer', values: hourOfDay },
      { name: 'working_day', kind: 'boolean', values: lacking(0.05, workingDay) },
      {
        name: 'weather',
        kind: 'string',
        values: weather.map((text) => (random() < 0.05 ? null : text)),
      },
      { name: 'station', kind: 'string', values: weather.map((_, row) => `s${row}`) },
      { name: 'rentals', kind: 'integer', values: rentals },
      {
        name: 'level',
        kind: 'string',
        values: Array.from(rentals, (_, row) => ['low', 'mid', 'high'][level(row)] ?? 'low'),
      },
      { name: 'busy', kind: 'boolean', values: numbers((row) => (level(row) > 0 ? 1 : 0)) },
      { name: 'band', kind: 'integer', values: numbers((row) => level(row) * 10) },
      { name: 'constant', kind: 'string', values: weather.map(() => 'same') },
      { name: 'nothing', kind: 'number', values: numbers(() => Number.NaN) },
    ],
  };
}

/** Columns that are not inputs of the models in these tests. */
export const NOT_INPUTS = ['station', 'rentals', 'level', 'busy', 'band', 'constant', 'nothing'];

/** What `train.py` is called with to learn `target` quickly. */
export const inputsFor = (target: string, more: JsonObject = {}): JsonObject => ({
  target,
  exclude: NOT_INPUTS.filter((name) => name !== target),
  trees: 20,
  ...more,
});
