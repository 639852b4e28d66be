import { describe, expect, it } from 'vitest';
import {
  describeTable,
  readTable,
  type Table,
  writeParquet,
} from '../../../storage/tabular/index.js';
import { tableDirectory, valuesOf } from './tables.js';

const files = tableDirectory();

describe('CSV', () => {
  it('reads each kind, with missing values, quotes, a mark and CRLF', async () => {
    const path = await files.file(
      'kinds.csv',
      '\ufeffhour,"with ""quote"", and space",n,x,flag,ünïcode\r\n' +
        '2011-01-01 05:00:00,"a,b",1,1.5,true,é\r\n' +
        '2011-01-01T07:00:00+02:00,,,,,\r\n' +
        '2011-01-02,"two\nlines",-3,2e3,FALSE,ß\r\n',
    );
    const table = await readTable(path);
    expect(table.rows).toBe(3);
    expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['hour', 'timestamp'],
      ['with "quote", and space', 'string'],
      ['n', 'integer'],
      ['x', 'number'],
      ['flag', 'boolean'],
      ['ünïcode', 'string'],
    ]);
    expect(valuesOf(table, 'hour')).toEqual([
      Date.UTC(2011, 0, 1, 5),
      Date.UTC(2011, 0, 1, 5),
      Date.UTC(2011, 0, 2),
    ]);
    expect(valuesOf(table, 'with "quote", and space')).toEqual(['a,b', null, 'two\nlines']);
    expect(valuesOf(table, 'n')).toEqual([1, null, -3]);
    expect(valuesOf(table, 'x')).toEqual([1.5, null, 2000]);
    expect(valuesOf(table, 'flag')).toEqual([1, null, 0]);
    expect(valuesOf(table, 'ünïcode')).toEqual(['é', null, 'ß']);
  });

  it('takes a line break in a name that is the one of its rows', async () => {
    const table = await readTable(await files.file('names.csv', 'a,"b\nc"\n1,2\n3,4\n'));
    expect(valuesOf(table, 'b\nc')).toEqual([2, 4]);
  });

  it('takes words for a missing value for one among numbers, times and booleans, not in text', async () => {
    const path = await files.file(
      'gaps.csv',
      'n,x,t,flag,country,none\n1,0.5,2011-01-01,true,NA,NA\nNA,n/a,NaT,None,DE,NA\nnull, ,,,,\n',
    );
    const table = await readTable(path);
    expect(table.columns.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      'n:integer',
      'x:number',
      't:timestamp',
      'flag:boolean',
      'country:string',
      'none:string',
    ]);
    expect(valuesOf(table, 'n')).toEqual([1, null, null]);
    expect(valuesOf(table, 'x')).toEqual([0.5, null, null]);
    expect(valuesOf(table, 't')).toEqual([Date.UTC(2011, 0, 1), null, null]);
    expect(valuesOf(table, 'flag')).toEqual([1, null, null]);
    expect(valuesOf(table, 'country')).toEqual(['NA', 'DE', null]);
  });

  it('keeps digits that begin with 0 as they are: as numbers they would be others', async () => {
    const path = await files.file(
      'digits.csv',
      'postal,order,month,amount,padded\n01067,00012,01,0,0012.50\n10115,12,12,-10,7.5\n',
    );
    const table = await readTable(path);
    expect(table.columns.map(({ kind }) => kind)).toEqual([
      'string',
      'string',
      'integer',
      'integer',
      'number',
    ]);
    expect(valuesOf(table, 'postal')).toEqual(['01067', '10115']);
    expect(valuesOf(table, 'order')).toEqual(['00012', '12']);
    expect(valuesOf(table, 'padded')).toEqual([12.5, 7.5]);
  });

  it('lets the whole column decide its kind, not a sample', async () => {
    const path = await files.file('late.csv', `a\n${'1\n'.repeat(40_000)}x\n`);
    const { rows, columns } = await describeTable(path);
    expect({ rows, columns }).toEqual({ rows: 40_001, columns: [{ name: 'a', kind: 'string' }] });
  });

  it.each([
    [';', 'a;b\n1;2\n'],
    ['a tab', 'a\tb\n1\t2\n'],
    ['|', 'a|b\n1|2\n'],
  ])('takes %s as the delimiter when the header has it', async (_, content) => {
    const table = await readTable(await files.file('d.csv', content));
    expect(table.columns.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(valuesOf(table, 'b')).toEqual([2]);
  });

  it.each([
    ['too few', 'a,b,c\n1,2,3\n4,5\n6,7,8\n', ':3: the row has 2 columns, the header has 3'],
    [
      'too many',
      'a,b,c\n1,2,3\n4,5,6,7\n',
      ':3: the row has more than the 3 columns of the header',
    ],
    ['late', `a,b\n${'1,2\n'.repeat(50_000)}1\n`, ':50002: the row has 1 columns'],
    ['open quote', 'a,b\n1,"2\n3,4\n', ':2: Value with unterminated quote'],
    ['latin-1', Buffer.from('a,b\n\xe9,2\n', 'latin1'), ':2: Invalid unicode'],
    ['a repeated name', 'a,A\n1,2\n', ':1: the header names the column "A" twice'],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), ':1: the header holds zero bytes'],
    ['a line break of another sort in a name', 'a,"b\nc"\r\n1,2\r\n', ':1: a line break in the'],
    ['a missing name', 'a,,b\n1,2,3\n', ':1: column 2 of the header has no name'],
  ])('refuses a row that is ragged or broken, with its line: %s', async (_, content, message) => {
    const path = await files.file('broken.csv', content);
    await expect(readTable(path)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(`${path}${message}`),
    });
  });
});

describe('NDJSON', () => {
  it('reads each kind and keeps nested values as JSON text', async () => {
    const path = await files.file(
      'rows.ndjson',
      '{"t":"2011-01-01T02:00:00+02:00","n":1,"x":0.5,"s":"a","flag":true,"deep":{"k":[1]},"mixed":"5"}\n' +
        '{"t":null,"n":2,"x":1,"s":null,"flag":null,"mixed":5}\n',
    );
    const table = await readTable(path);
    expect(table.columns.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      't:timestamp',
      'n:integer',
      'x:number',
      's:string',
      'flag:boolean',
      'deep:string',
      'mixed:string',
    ]);
    expect(valuesOf(table, 't')).toEqual([Date.UTC(2011, 0, 1), null]);
    expect(valuesOf(table, 'mixed')).toEqual(['5', '5']);
    expect(valuesOf(table, 'flag')).toEqual([1, null]);
    expect(JSON.parse(String(valuesOf(table, 'deep')[0]))).toEqual({ k: [1] });
  });

  it('names the line of a malformed object', async () => {
    const path = await files.file('bad.ndjson', '{"a":1}\n{"a":\n{"a":3}\n');
    await expect(readTable(path)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(`${path}:2: not a JSON object: `),
    });
  });

  it('refuses lines that are no objects', async () => {
    const path = await files.file('list.ndjson', '[1,2]\n');
    await expect(readTable(path)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: `${path}:1: not a JSON object: it is a list`,
    });
  });
});

describe('Parquet', () => {
  const table: Table = {
    rows: 3,
    columns: [
      {
        name: 'hour',
        kind: 'timestamp',
        values: Float64Array.of(0, 1_309_496_400_000, Number.NaN),
      },
      { name: 'select "x"', kind: 'number', values: Float64Array.of(1.25, Number.NaN, -0.5) },
      { name: 'n', kind: 'integer', values: Float64Array.of(1, 2 ** 40, Number.NaN) },
      { name: 'flag', kind: 'boolean', values: Float64Array.of(1, 0, Number.NaN) },
      { name: 'näme', kind: 'string', values: ['a', null, "o'clock"] },
    ],
    metadata: { 'millrace.time': 'hour', quote: `it's "this"` },
  };

  it('gives back what was written, also from a name without extension', async () => {
    const path = files.path('3f9a');
    await writeParquet(table, path);
    expect(await readTable(path)).toEqual(table);
  });

  it('is the same file for the same table', async () => {
    await writeParquet(table, files.path('a.parquet'));
    await writeParquet(table, files.path('b.parquet'));
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(files.path('a.parquet'))).toEqual(
      await readFile(files.path('b.parquet')),
    );
  });

  it('reads the columns asked for, in that order', async () => {
    const path = files.path('t.parquet');
    await writeParquet(table, path);
    const read = await readTable(path, { columns: ['näme', 'n'] });
    expect(read.columns.map(({ name }) => name)).toEqual(['näme', 'n']);
  });

  it('reads many rows in their order', async () => {
    const rows = 10_000;
    const values = Float64Array.from({ length: rows }, (_, i) => (i * 7919) % rows);
    const texts = Array.from(values, (value) => (value % 3 === 0 ? null : `v${value}`));
    const big: Table = {
      rows,
      columns: [
        { name: 'i', kind: 'integer', values },
        { name: 's', kind: 'string', values: texts },
      ],
      metadata: {},
    };
    await writeParquet(big, files.path('big.parquet'));
    expect(await readTable(files.path('big.parquet'))).toEqual(big);
  });

  it('names the nearest column where one is not there', async () => {
    const path = files.path('t.parquet');
    await writeParquet(table, path);
    await expect(readTable(path, { columns: ['huor'] })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: `${path} has no column "huor"`,
      hint: expect.stringContaining('did you mean "hour"? its columns are: hour, '),
    });
  });

  it.each([
    ['garbage', 'PAR1 is how it starts, then nothing of the kind'],
    ['cut short', null],
  ])('refuses a damaged file: %s', async (_, content) => {
    const path = files.path('damaged.parquet');
    if (content === null) {
      await writeParquet(table, path);
      const { readFile, writeFile } = await import('node:fs/promises');
      const whole = await readFile(path);
      await writeFile(path, whole.subarray(0, whole.length - 20));
    } else await files.file('damaged.parquet', content);
    await expect(readTable(path)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(`${path} cannot be read as Parquet`),
    });
  });

  it('refuses a table whose columns disagree', async () => {
    const column = { name: 'a', kind: 'number', values: Float64Array.of(1) } as const;
    await expect(
      writeParquet({ rows: 2, columns: [column], metadata: {} }, files.path('x.parquet')),
    ).rejects.toMatchObject({ message: 'column "a" has 1 values, the table has 2 rows' });
    await expect(
      writeParquet({ rows: 1, columns: [column, column], metadata: {} }, files.path('x.parquet')),
    ).rejects.toMatchObject({ type: 'InvalidInput' });
  });
});

describe('any file', () => {
  it('names a missing, an empty and an unknown one', async () => {
    await expect(readTable(files.path('none.csv'))).rejects.toMatchObject({
      type: 'InvalidInput',
      message: `no file at ${files.path('none.csv')}`,
    });
    await expect(readTable(await files.file('empty.csv', ''))).rejects.toMatchObject({
      message: `${files.path('empty.csv')} is empty`,
    });
    await expect(readTable(await files.file('data.bin', 'abc'))).rejects.toMatchObject({
      message: expect.stringContaining('cannot tell the format'),
    });
    await expect(readTable(files.path('.'))).rejects.toMatchObject({
      message: expect.stringContaining('is a directory'),
    });
  });

  it('reads a file whose name holds glob characters and quotes', async () => {
    const path = await files.file("odd [1]* it's.csv", 'a\n1\n');
    await files.file("odd 1x it's.csv", 'a\n2\n');
    expect(valuesOf(await readTable(path), 'a')).toEqual([1]);
  });
});
