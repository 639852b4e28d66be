import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ingest } from '../../../activities/steps/ingest.js';
import { readTable } from '../../../storage/tabular/index.js';
import { stepsBench } from './steps-bench.js';

const bench = stepsBench();

const CSV = `hour,rentals,weather
2011-01-01 02:00,32,mist
2011-01-01 00:00,16,clear
2011-01-02 00:00,17,
2011-01-01 01:00,40,clear
`;

const run = (inputs: { readonly [name: string]: unknown }) =>
  bench().work('ingest', ingest, inputs);

describe('ingest', () => {
  it('orders rows by time, names the time column, and says what it took', async () => {
    await bench().file('bikes.csv', CSV);
    const { outputs } = await run({ source: 'bikes.csv', time: 'hour' });
    expect(outputs.values).toEqual({
      rows: 4,
      from: '2011-01-01T00:00:00Z',
      to: '2011-01-02T00:00:00Z',
    });
    const { data } = outputs.artifacts;
    if (data === undefined) throw new Error('no data');
    const table = await readTable(await bench().artifacts.localPath(data), { format: 'parquet' });
    expect(table.metadata).toMatchObject({ 'millrace.time': 'hour' });
    expect(table.columns.find(({ name }) => name === 'rentals')?.values).toEqual(
      Float64Array.of(16, 40, 32, 17),
    );
  });

  it('takes a range of time (half-open), the rows that pass a filter, and columns in order', async () => {
    await bench().file('bikes.csv', CSV);
    const { outputs } = await run({
      source: 'bikes.csv',
      time: 'hour',
      from: '2011-01-01',
      to: '2011-01-02',
      where: 'rentals > 16',
      columns: ['rentals', 'hour'],
    });
    expect(outputs.values['rows']).toBe(2);
    const { data } = outputs.artifacts;
    const table = await readTable(await bench().artifacts.localPath(data ?? neverRef()), {
      format: 'parquet',
    });
    expect(table.columns.map(({ name }) => name)).toEqual(['rentals', 'hour']);
  });

  it('leaves out ranges of time that are in quarantine', async () => {
    await bench().file('bikes.csv', CSV);
    const exclude = [
      { start: '2011-01-01T01:00:00Z', end: '2011-01-01T02:00:00Z' },
      { start: '2011-01-02T00:00:00Z', end: '2011-01-03T00:00:00Z' },
    ];
    const { outputs } = await run({ source: 'bikes.csv', time: 'hour', exclude });
    expect(outputs.values).toMatchObject({ rows: 2, to: '2011-01-01T02:00:00Z' });
    const all = [{ start: '2011-01-01T00:00:00Z', end: '2011-01-03T00:00:00Z' }];
    await expect(run({ source: 'bikes.csv', time: 'hour', exclude: all })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('outside what is left out'),
    });
  });

  it('gives equal content for equal input, and leaves no file behind', async () => {
    await bench().file('bikes.csv', CSV);
    const first = await run({ source: 'bikes.csv', time: 'hour' });
    const second = await run({ source: 'bikes.csv', time: 'hour' });
    expect(second.outputs.artifacts).toEqual(first.outputs.artifacts);
    expect(await readdir(bench().home.workDir)).toEqual([]);
  });

  it.each<[string, { readonly [name: string]: unknown }, string]>([
    ['no source', {}, 'step ingest: with.source is missing'],
    ['a missing file', { source: 'data/none.csv' }, 'data/none.csv'],
    ['an empty file', { source: 'empty.csv' }, 'empty.csv is empty'],
    ['a file with a header alone', { source: 'header.csv' }, 'header.csv'],
    ['a corrupt Parquet', { source: 'broken.parquet' }, 'broken.parquet'],
    ['a ragged row', { source: 'ragged.csv' }, 'ragged.csv'],
    ['a time column that is not there', { source: 'bikes.csv', time: 'our' }, 'our'],
    ['a column that is not there', { source: 'bikes.csv', columns: ['rental'] }, 'rental'],
    ['a filter that is not SQL', { source: 'bikes.csv', where: 'rentals >' }, 'rentals >'],
    [
      'a time that is none',
      { source: 'bikes.csv', time: 'hour', from: 'May' },
      '"May" is not a time',
    ],
    [
      'a range that is none',
      { source: 'bikes.csv', time: 'hour', from: '2011-02-01', to: '2011-01-01' },
      'with.from (2011-02-01T00:00:00Z) is not before with.to (2011-01-01T00:00:00Z)',
    ],
    [
      'a range without rows',
      { source: 'bikes.csv', time: 'hour', from: '2020-01-01' },
      'no row lies in',
    ],
    [
      'an unknown format',
      { source: 'bikes.csv', format: 'xlsx' },
      'with.format xlsx is not a format',
    ],
  ])('refuses %s by name', async (_, inputs, message) => {
    await bench().file('bikes.csv', CSV);
    await bench().file('empty.csv', '');
    await bench().file('header.csv', 'hour,rentals\n');
    await bench().file('broken.parquet', 'PAR1 and then nothing of the kind');
    await bench().file('ragged.csv', 'a,b\n1,2\n3\n4,5,6\n');
    await expect(run(inputs)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
  });
});

function neverRef(): never {
  throw new Error('no artifact');
}
