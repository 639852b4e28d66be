import { beforeEach, describe, expect, it } from 'vitest';
import { checkColumns, columnStatistics } from '../../../storage/tabular/index.js';
import { tableDirectory } from './tables.js';

const files = tableDirectory();
let path = '';

beforeEach(async () => {
  path = await files.file(
    'data.csv',
    'hour,humidity,"a ""b""",flag\n2011-01-01,0.5,x,true\n2011-01-02,1.2,y,false\n' +
      '2011-01-03,1.2,x,\n,-1,,true\n2011-01-05,,z,true\n',
  );
});

describe('checkColumns', () => {
  it('counts missing values', async () => {
    const [result] = await checkColumns(path, [{ kind: 'not-null', column: 'humidity' }]);
    expect(result).toEqual({
      rows: 5,
      missing: 1,
      unexpected: 1,
      examples: [{ value: null, count: 1 }],
    });
  });

  it('counts values out of range, most frequent first; missing ones do not count', async () => {
    const [range, strict, open] = await checkColumns(path, [
      { kind: 'between', column: 'humidity', min: 0, max: 1 },
      { kind: 'between', column: 'humidity', min: 0.5, strictMin: true },
      { kind: 'between', column: 'humidity' },
    ]);
    expect(range).toMatchObject({
      missing: 1,
      unexpected: 3,
      examples: [
        { value: 1.2, count: 2 },
        { value: -1, count: 1 },
      ],
    });
    expect(strict?.unexpected).toBe(2);
    expect(open?.unexpected).toBe(0);
  });

  it('compares times, sets, patterns and repeated values', async () => {
    const results = await checkColumns(path, [
      { kind: 'between', column: 'hour', min: '2011-01-02', max: '2011-01-03T00:00:00Z' },
      { kind: 'in-set', column: 'a "b"', values: ['x', "o'clock"] },
      { kind: 'not-in-set', column: 'a "b"', values: ['x'] },
      { kind: 'in-set', column: 'flag', values: [true] },
      { kind: 'unique', column: 'a "b"' },
      { kind: 'matches', column: 'a "b"', pattern: '^[xy]$' },
      { kind: 'in-set', column: 'flag', values: [] },
    ]);
    expect(results.map(({ unexpected }) => unexpected)).toEqual([2, 2, 2, 1, 2, 1, 4]);
    expect(results[0]?.examples).toEqual([
      { value: '2011-01-01T00:00:00Z', count: 1 },
      { value: '2011-01-05T00:00:00Z', count: 1 },
    ]);
    expect(results[4]?.examples).toEqual([{ value: 'x', count: 2 }]);
  });

  it.each([
    [
      { kind: 'between', column: 'a "b"', min: 0 },
      'is of kind string and cannot be compared with 0',
    ],
    [{ kind: 'in-set', column: 'humidity', values: ['x'] }, 'is of kind number'],
    [{ kind: 'between', column: 'hour', min: 'soon' }, 'is of kind timestamp'],
    [{ kind: 'not-null', column: 'humidty' }, 'has no column "humidty"'],
    [
      { kind: 'matches', column: 'a "b"', pattern: '(' },
      'the pattern ( is not a regular expression',
    ],
  ] as const)('refuses %j', async (check, message) => {
    await expect(checkColumns(path, [check])).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
  });
});

describe('columnStatistics', () => {
  it('gives exact moments, and null where there are none', async () => {
    expect(await columnStatistics(path, 'humidity')).toMatchObject({
      rows: 5,
      missing: 1,
      distinct: 3,
      min: -1,
      max: 1.2,
      median: 0.85,
    });
    expect((await columnStatistics(path, 'humidity')).mean).toBeCloseTo(0.475, 12);
    expect((await columnStatistics(path, 'flag')).mean).toBe(0.75);
    expect((await columnStatistics(path, 'hour')).min).toBe(Date.UTC(2011, 0, 1));
    expect(await columnStatistics(path, 'a "b"')).toMatchObject({
      rows: 5,
      missing: 1,
      distinct: 3,
      min: null,
      standardDeviation: null,
    });
  });
});
