import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readExpectation } from '../../activities/steps/expectation.js';
import { checkExpectations } from '../../activities/steps/validation-report.js';
import type { ExpectationInput } from '../../contracts/index.js';
import type { ProfileDescription } from '../../monitoring/drift/profiles/index.js';
import { readTable, writeParquet } from '../../storage/tabular/index.js';
import { document, type Ended, millrace } from './millrace.js';

const BIKES = resolve('pipelines/examples/bike-demand/data/bike-hours.parquet');
let cwd: string;
const call = (...args: string[]): Promise<Ended> => millrace(args, { cwd });
const file = async (name: string, content: string): Promise<string> => {
  await writeFile(join(cwd, name), content);
  return name;
};

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-profile-cli-'));
  await copyFile(BIKES, join(cwd, 'bikes.parquet'));
  await file(
    'small.csv',
    'price,region,day\n1,north,2024-01-01\n2,north,2024-01-02\n4,south,2024-01-04\n,,\n',
  );
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('millrace profile', () => {
  it('describes every column', async () => {
    const ended = await call('profile', 'small.csv', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const { rows, sha256, columns } = document<ProfileDescription>(ended);
    expect(rows).toBe(4);
    const bytes = await readFile(join(cwd, 'small.csv'));
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(columns).toMatchObject([
      {
        name: 'price',
        kind: 'integer',
        missing: 1,
        distinct: 3,
        min: 1,
        max: 4,
        mean: 7 / 3,
        standardDeviation: expect.closeTo(Math.sqrt(7 / 3), 12),
        quantiles: { '0.25': 1.5, '0.5': 2 },
        histogram: { edges: [1, 2, 3, 4, 5], counts: [1, 1, 0, 1] },
        topValues: [],
      },
      {
        name: 'region',
        kind: 'string',
        missing: 1,
        distinct: 2,
        min: null,
        quantiles: null,
        histogram: null,
        topValues: [
          { value: 'north', rows: 2 },
          { value: 'south', rows: 1 },
        ],
      },
      { name: 'day', kind: 'timestamp', min: Date.UTC(2024, 0, 1), max: Date.UTC(2024, 0, 4) },
    ]);
  });

  it('prints a table with a picture of each column', async () => {
    const { code, stdout } = await call('profile', 'small.csv');
    expect(code).toBe(0);
    expect(stdout).toBe(`4 rows, 3 columns

column  kind       missing  distinct         min   mean         max  values
price   integer       25 %         3           1  2.333           4  ██ █
region  string        25 %         2                                 █▄ 66.7 % north
day     timestamp     25 %         3  2024-01-01         2024-01-04  █  █     █
`);
  });

  it('reads stdin, and columns in the order asked for', async () => {
    const stdin = await readFile(join(cwd, 'small.csv'), 'utf8');
    const ended = await millrace(['profile', '-', '--columns', 'region,price', '--json'], {
      cwd,
      stdin,
    });
    const { columns } = document<ProfileDescription>(ended);
    expect(columns.map(({ name }) => name)).toEqual(['region', 'price']);
  });

  it('stores a profile that is read instead of the data', async () => {
    const stored = await call('profile', 'bikes.parquet', '--out', 'bikes.json', '--json');
    expect(stored.code).toBe(0);
    expect(stored.stderr).toContain('the profile is in bikes.json');
    const again = await call('profile', 'bikes.json', '--json');
    expect(document(again)).toEqual(document(stored));
    expect((await readdir(cwd)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('merges several files and profiles to the profile of all rows', async () => {
    await file('a.csv', 'x,t\n1,u\n2,v\n');
    await file('b.csv', 'x,t\n3,v\n');
    await file('both.csv', 'x,t\n1,u\n2,v\n3,v\n');
    await call('profile', 'a.csv', '--out', 'a.json');
    const merged = document<ProfileDescription>(await call('profile', 'a.json', 'b.csv', '--json'));
    const whole = document<ProfileDescription>(await call('profile', 'both.csv', '--json'));
    // Moments agree to rounding, all else exactly.
    const exactly = ({ rows, columns }: ProfileDescription) => ({
      rows,
      columns: columns.map(({ mean, standardDeviation, skewness, lengths, ...rest }) => rest),
    });
    expect(exactly(merged)).toEqual(exactly(whole));
    expect(merged.columns[0]).toMatchObject({ mean: 2, standardDeviation: 1 });
    expect(merged.sha256).toBeNull();
  });

  it.each<[string, string, string, number, RegExp]>([
    ['an empty file', 'empty.csv', '', 65, /empty\.csv is empty/],
    ['no rows', 'header.csv', 'a,b\n', 65, /header\.csv has no rows/],
    [
      'a ragged file',
      'ragged.csv',
      'a,b\n1,2\n1,2,3\n',
      65,
      /ragged\.csv:3: the row has more than the 2 columns/,
    ],
    [
      'no Parquet',
      'torn.parquet',
      'PAR1 and no more',
      65,
      /torn\.parquet cannot be read as Parquet/,
    ],
    [
      'a damaged profile',
      'torn.json',
      '{"format":"millrace-data-profile/1","ro',
      65,
      /no whole JSON document/,
    ],
    [
      'another version',
      'next.json',
      '{"format":"millrace-data-profile/2"}',
      65,
      /this release reads millrace-data-profile\/1/,
    ],
  ])('refuses %s, and leaves nothing behind', async (_, name, content, code, message) => {
    await file(name, content);
    const before = await readdir(cwd);
    const ended = await call('profile', name, '--out', 'refused.json');
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(ended.stdout).toBe('');
    expect(await readdir(cwd)).toEqual(before);
  });

  it.each<[string, readonly string[], number, RegExp]>([
    [
      'a column that is not there',
      ['small.csv', '--columns', 'prise'],
      65,
      /has no column "prise"[\s\S]*did you mean "price"/,
    ],
    [
      'a column of a stored profile',
      ['bikes.json', '--columns', 'rental'],
      65,
      /did you mean rentals/,
    ],
    ['a column twice', ['small.csv', '--columns', 'price,price'], 2, /names price twice/],
    ['a file that is not there', ['nowhere.csv'], 65, /no file at nowhere\.csv/],
    ['no file', [], 2, /missing required argument/],
    [
      'a directory that is not there',
      ['small.csv', '--out', 'no/where.json'],
      2,
      /there is no directory/,
    ],
    ['its own input', ['small.csv', '--out', './small.csv'], 2, /is a file that is read/],
    ['files of different columns', ['small.csv', 'bikes.parquet'], 65, /cannot become one profile/],
    [
      'a stored profile to suggest from',
      ['bikes.json', '--suggest'],
      2,
      /--suggest needs the data/,
    ],
    [
      'an option that there is not',
      ['small.csv', '--sugest'],
      2,
      /did you mean --suggest|Did you mean --suggest/,
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const ended = await call('profile', ...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
  });

  it('says of one row and of nothing but gaps what can be said', async () => {
    await file('one.csv', 'a,b\n5,\n');
    const { columns } = document<ProfileDescription>(await call('profile', 'one.csv', '--json'));
    expect(columns).toMatchObject([
      { mean: 5, standardDeviation: null, skewness: null },
      { missing: 1, distinct: 0, min: null, mean: null, topValues: [] },
    ]);
  });
});

describe('millrace profile --suggest', () => {
  let suite: string;
  beforeAll(async () => {
    const { code, stdout } = await call('profile', 'bikes.parquet', '--suggest');
    expect(code).toBe(0);
    suite = stdout;
  });
  const pipelineWith = (yaml: string) =>
    `apiVersion: millrace/v1
name: checked
steps:
  ingest: {uses: ingest, with: {source: bikes.parquet, time: hour}}
  validate:
    uses: validate
    with:
      data: \${steps.ingest.data}
${yaml.replaceAll(/^(?=.)/gm, '      ')}
`;
  const check = (path: string, yaml: string) => {
    const { expect: list } = parse(yaml) as { expect: ExpectationInput[] };
    return checkExpectations(path, list.map(readExpectation), new AbortController().signal);
  };

  it('can be pasted into a pipeline, and the data passes its validate step', async () => {
    expect(suite).toContain('the latest by hour');
    await file('checked.yaml', pipelineWith(suite));
    expect(await call('validate', 'checked.yaml', '--json')).toMatchObject({ code: 0 });
    const report = await check(BIKES, suite);
    expect(report.results.filter(({ success }) => !success)).toEqual([]);
    expect(report.results.length).toBeGreaterThan(30);
  });

  it.each<[string, string, (value: number, row: number) => number]>([
    ['a unit that changed', 'temperature', (value) => value * 1.8 + 132],
    ['a sentinel', 'humidity', (value, row) => (row % 50 === 0 ? -999 : value)],
    ['gaps', 'wind_speed', (value, row) => (row % 10 === 0 ? Number.NaN : value)],
    ['a repeated key', 'hour', (value, row) => (row % 2 === 0 ? value : value - 3_600_000)],
  ])('is not kept by %s', async (_, name, spoil) => {
    const table = await readTable(BIKES);
    const columns = table.columns.map((column) =>
      column.name === name && column.kind !== 'string'
        ? { ...column, values: column.values.map(spoil) }
        : column,
    );
    await writeParquet({ ...table, columns }, join(cwd, 'spoilt.parquet'));
    const report = await check(join(cwd, 'spoilt.parquet'), suite);
    const failed = report.results.filter(({ success }) => !success);
    expect(failed.map(({ expectation_config }) => expectation_config.kwargs.column)).toEqual([
      name,
    ]);
  });

  it('is not kept by new categories or a column that is gone', async () => {
    const table = await readTable(BIKES);
    const columns = table.columns.flatMap((column) => {
      if (column.name === 'rentals') return [];
      if (column.name !== 'weather' || column.kind !== 'string') return [column];
      return [{ ...column, values: column.values.map((value) => value?.toUpperCase() ?? null) }];
    });
    await writeParquet({ ...table, columns }, join(cwd, 'spoilt.parquet'));
    const failed = (await check(join(cwd, 'spoilt.parquet'), suite)).results.filter(
      ({ success }) => !success,
    );
    expect(
      new Set(failed.map(({ expectation_config }) => expectation_config.kwargs.column)),
    ).toEqual(new Set(['weather', 'rentals']));
  });

  it('writes names and values that YAML or the language would take for something else', async () => {
    const values = [
      'yes',
      '1e3',
      '${params.x}',
      'a, b',
      '- c',
      "it's",
      '"q"',
      '#d',
      'null',
      '2024-01-01',
    ];
    const lines = Array.from(
      { length: 400 },
      (_, row) => `${row % 7},"${(values[row % values.length] ?? '').replaceAll('"', '""')}"`,
    );
    await file('odd.csv', `"on: ${'${x}'}",text\n${lines.join('\n')}\n`);
    const { code, stdout } = await call('profile', 'odd.csv', '--suggest');
    expect(code).toBe(0);
    const { expect: list } = parse(stdout) as {
      expect: Record<string, { column?: string; value_set?: unknown[] }>[];
    };
    const sets = list.flatMap((one) => one['expect_column_values_to_be_in_set'] ?? []);
    expect(sets.find(({ column }) => column === 'text')?.value_set).toEqual(
      expect.arrayContaining(values.map((value) => value.replace('${', () => '$${'))),
    );
    expect(sets.map(({ column }) => column)).toContain('on: $${x}');
    await file('odd.yaml', pipelineWith(stdout).replace('bikes.parquet, time: hour', 'odd.csv'));
    expect(await call('validate', 'odd.yaml', '--json')).toMatchObject({ code: 0 });
  });

  it('gives programs the same with --json', async () => {
    const ended = await call('profile', 'bikes.parquet', '--suggest', '--json');
    const { suggested, rows } = document<
      ProfileDescription & { suggested: { expect: unknown[]; notes: string[] } }
    >(ended);
    expect(rows).toBe(17_379);
    expect(suggested.expect).toEqual((parse(suite) as { expect: unknown[] }).expect);
    expect(suggested.notes.length).toBeGreaterThan(1);
  });
});
