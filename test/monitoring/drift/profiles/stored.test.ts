import { describe, expect, it } from 'vitest';
import {
  type DataProfile,
  ProfileBuilder,
  parseProfile,
  profileText,
} from '../../../../monitoring/drift/profiles/index.js';

function everyKind(): DataProfile {
  const builder = new ProfileBuilder([
    { name: 'number', kind: 'number' },
    { name: 'integer', kind: 'integer' },
    { name: 'when', kind: 'timestamp' },
    { name: 'flag', kind: 'boolean' },
    { name: 'text', kind: 'string' },
    { name: 'never', kind: 'number' },
  ]);
  const rows = 20_000;
  const column = (value: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => value(row));
  builder.update([
    column((row) =>
      row === 0 ? Number.POSITIVE_INFINITY : row === 1 ? Number.NaN : Math.sin(row) * 1e300,
    ),
    column((row) => 2 ** 53 + 2 * (row % 3)),
    column((row) => Date.UTC(1912, 3, 14) + row * 1000),
    column((row) => row % 2),
    Array.from({ length: rows }, (_, row) =>
      row % 3 === 0 ? null : `a text of words no ${row % 15_000} "\u2028`,
    ),
    column(() => Number.NaN),
  ]);
  return builder.finish({ madeBy: '1.2.3', sha256: 'ab'.repeat(32) });
}

describe('a stored profile', () => {
  const profile = everyKind();
  const text = profileText(profile);

  it('comes back as it was: infinite values, huge numbers, times, sketches, words', () => {
    expect(parseProfile(text)).toEqual(profile);
    expect(profileText(parseProfile(text))).toBe(text);
  });

  it('is JSON that a person can look at: a column a line, with what it says about it', () => {
    const stored = JSON.parse(text) as { columns: { name: string; quantiles: unknown }[] };
    expect(text.split('\n')).toHaveLength(profile.columns.length + 3);
    expect(stored).toMatchObject({
      format: 'millrace-data-profile/1',
      madeBy: '1.2.3',
      rows: 20_000,
    });
    expect(stored.columns[1]).toMatchObject({
      min: 2 ** 53,
      distinct: 3,
      topValues: [{ rows: 6667 }, {}, {}],
    });
  });

  it('that is cut short anywhere is refused', () => {
    for (let cut = 0; cut < text.length - 1; cut += Math.ceil(text.length / 60)) {
      expect(() => parseProfile(text.slice(0, cut))).toThrow(RangeError);
    }
  });

  type Stored = Record<string, unknown> & { columns: Record<string, Record<string, unknown>>[] };
  const spoil = (change: (stored: Stored) => void) => {
    const stored = JSON.parse(text) as Stored;
    change(stored);
    return () => parseProfile(JSON.stringify(stored));
  };
  const of = (stored: Stored, column: number) => stored.columns[column] ?? {};

  it.each<[string, (stored: Stored) => void, string]>([
    [
      'another version',
      (s) => {
        s['format'] = 'millrace-data-profile/2';
      },
      'the format is "millrace-data-profile/2"; this release reads millrace-data-profile/1',
    ],
    [
      "a monitor's reference",
      (s) => {
        s['format'] = 'millrace-profile/1';
      },
      'the format is "millrace-profile/1"',
    ],
    [
      'no columns',
      (s) => {
        Reflect.deleteProperty(s, 'columns');
      },
      'columns is missing; it must be a list',
    ],
    [
      'a row too many',
      (s) => {
        s['rows'] = 20_001;
      },
      'columns[0] ("number") counts 19999 values and 1 missing; the profile has 20001 rows',
    ],
    [
      'a kind that there is not',
      (s) => {
        Object.assign(of(s, 2), { kind: 'date' });
      },
      'columns[2].kind is "date"; it must be one of number, integer, timestamp, string, boolean',
    ],
    [
      'values out of order',
      (s) => {
        Object.assign(of(s, 1)['sample'] ?? {}, { values: [3, 2, 1] });
      },
      'columns[1].sample.values is a list; it must be ascending numbers, each once',
    ],
    [
      'half a row',
      (s) => {
        Object.assign(of(s, 1)['sample'] ?? {}, { counts: [1.5, 2, 3] });
      },
      'columns[1].sample.counts is a list; it must be whole numbers from 1',
    ],
    [
      'text for a number',
      (s) => {
        Object.assign(of(s, 0)['sample'] ?? {}, { values: ['x'] });
      },
      'columns[0].sample.values[0] is "x"; it must be a number',
    ],
    [
      'a mean outside the range',
      (s) => {
        Object.assign(of(s, 1), { mean: 0 });
      },
      'columns[1].mean is 0; it must be within min and max',
    ],
    [
      'a deviation below 0',
      (s) => {
        Object.assign(of(s, 1), { standardDeviation: -1 });
      },
      'columns[1].standardDeviation is -1; it must be 0 or more',
    ],
    [
      'registers of another counter',
      (s) => {
        Object.assign(of(s, 0), { distinctRegisters: 'AAA' });
      },
      'columns[0].distinctRegisters is "AAA"; it must be 4096 letters of registers',
    ],
    [
      'a digest of another length',
      (s) => {
        s['sha256'] = 'abc';
      },
      'sha256 is "abc"; it must be 64 hexadecimal digits',
    ],
    [
      'a name twice',
      (s) => {
        Object.assign(of(s, 0), { name: 'integer' });
      },
      'columns is a list; it must be columns of different names',
    ],
    [
      'a list for the document',
      (s) => {
        Object.assign(s, { columns: 5 });
      },
      'columns is 5; it must be a list',
    ],
  ])('with %s is refused by its place', (_, change, message) => {
    expect(spoil(change)).toThrow(message);
  });

  it('whose numbers overflow is refused', () => {
    expect(() => parseProfile(text.replace('"mean":', '"mean":1e999,"_":'))).toThrow(
      /columns\[0\].mean is/,
    );
  });
});
