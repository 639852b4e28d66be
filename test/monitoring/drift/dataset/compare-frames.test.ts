import { describe, expect, it } from 'vitest';
import {
  type CompareFramesOptions,
  compareFrames,
  type FrameColumn,
  type FrameNumbers,
  type FrameStrings,
} from '../../../../monitoring/drift/dataset/index.js';
import { normals } from '../seasonal-stream.js';
import { continuousColumn } from './null-columns.js';

const next = normals(3);
const normal = (rows: number, shift = 0) =>
  Float64Array.from({ length: rows }, () => next() + shift);
const numbers = (values: Float64Array, kind: FrameNumbers['kind'] = 'numeric') =>
  ({ name: 'x', kind, values }) as const;
const strings = (values: readonly (string | null)[], kind: FrameStrings['kind'] = 'string') =>
  ({ name: 'x', kind, values }) as const;
const filled = (rows: number, value: number) => new Float64Array(rows).fill(value);
const times = (rows: number, value: string) => Array.from({ length: rows }, () => value);

function compareOne(
  reference: FrameColumn,
  current: FrameColumn,
  options: CompareFramesOptions = {},
) {
  const { columns } = compareFrames([reference], [current], options);
  const [column] = columns;
  if (column === undefined) throw new Error('no column');
  expect(JSON.stringify(column)).not.toContain('NaN');
  for (const number of [column.statistic, column.pValue, column.effect.value]) {
    if (number !== null) expect(Number.isFinite(number)).toBe(true);
  }
  return column;
}

describe('the automatic choice', () => {
  it.each([
    ['numbers', numbers(normal(100)), 'kolmogorov-smirnov', 'numeric'],
    ['few distinct numbers', numbers(normal(500).map(Math.round)), 'chi-squared', 'numeric'],
    [
      'dates',
      numbers(
        normal(100).map((x) => x * 1e9),
        'date',
      ),
      'kolmogorov-smirnov',
      'date',
    ],
    [
      'few booleans',
      numbers(
        normal(100).map((x) => +(x > 0)),
        'boolean',
      ),
      'fisher-exact',
      'boolean',
    ],
    [
      'many booleans',
      numbers(
        normal(2_000).map((x) => +(x > 0)),
        'boolean',
      ),
      'z-test',
      'boolean',
    ],
    [
      'rare booleans',
      numbers(
        normal(2_000).map((_, i) => +(i === 0)),
        'boolean',
      ),
      'fisher-exact',
      'boolean',
    ],
    [
      'categories',
      strings([...times(40, 'a'), ...times(40, 'b'), ...times(40, 'c')]),
      'chi-squared',
      'categorical',
    ],
    [
      'a category and rare ones',
      strings([...times(98, 'a'), 'b', 'c']),
      'fisher-exact',
      'categorical',
    ],
    [
      'sentences',
      strings(Array.from(normal(100), (x) => `it is ${x} today`)),
      'kolmogorov-smirnov',
      'text',
    ],
  ] as const)('%s', (_, column, test, kind) => {
    expect(compareOne(column, column)).toMatchObject({ test, kind, verdict: 'no-drift' });
  });

  it('leaves identifiers out', () => {
    const column = strings(Array.from(normal(100), String));
    expect(compareOne(column, column)).toMatchObject({
      verdict: 'insufficient',
      note: 'nearly every value is different, as of an identifier: not compared',
    });
  });

  it('is that of the simulations', () => {
    const [a, b] = [normal(300).sort(), normal(200, 0.1).sort()];
    const { kind, test, statistic, pValue, effect } = continuousColumn(0, a, b);
    expect(compareOne(numbers(a), numbers(b))).toMatchObject({
      kind,
      test,
      statistic,
      pValue,
      effect,
    });
  });

  it('takes a named test where the column allows, and says where it does not', () => {
    const frame = [
      numbers(normal(100)),
      { ...strings([...times(50, 'a'), ...times(50, 'b')]), name: 'y' },
    ];
    const { columns } = compareFrames(frame, frame, { test: 'wasserstein' });
    expect(columns.map(({ test }) => test)).toEqual(['wasserstein', 'fisher-exact']);
    expect(columns[1]?.note).toBe(
      'wasserstein does not compare categories: compared by the automatic choice',
    );
  });
});

describe('too little to compare', () => {
  it.each([
    [29, 100, '30 values are needed on each side: the reference has 29, the current data 100'],
    [100, 1, '30 values are needed on each side: the reference has 100, the current data 1'],
    [100, 0, 'no value in the current data'],
    [0, 100, 'no value in the reference'],
    [0, 0, 'no value on either side'],
  ])('%i against %i rows is insufficient', (m, n, note) => {
    const column = compareOne(numbers(normal(m)), numbers(normal(n)));
    expect(column).toMatchObject({ verdict: 'insufficient', pValue: null, statistic: null, note });
    const texts = compareOne(strings(times(m, 'a')), strings(times(n, 'a')));
    expect(texts).toMatchObject({ verdict: 'insufficient', note });
  });

  it('a column that is all missing has no kind of its own', () => {
    const empty = strings(Array.from({ length: 50 }, () => null));
    expect(compareOne(numbers(normal(50)), empty)).toMatchObject({
      verdict: 'insufficient',
      kind: 'numeric',
      currentMissing: 50,
      note: 'no value in the current data',
    });
  });

  it('unlike kinds are not compared', () => {
    expect(compareOne(numbers(normal(50)), strings(times(50, 'a')))).toMatchObject({
      verdict: 'insufficient',
      note: 'numbers in the reference, text in the current data: not compared',
    });
  });
});

describe('degenerate columns', () => {
  it('two equal constants have not drifted', () => {
    expect(compareOne(numbers(filled(50, 3)), numbers(filled(50, 3)))).toMatchObject({
      pValue: 1,
      verdict: 'no-drift',
      note: 'every value on both sides is 3',
    });
  });

  it('two different constants have', () => {
    expect(compareOne(numbers(filled(50, 3)), numbers(filled(50, 4)))).toMatchObject({
      verdict: 'drift',
      note: expect.stringContaining('every value of the reference is 3, every current one 4'),
      shift: { of: 'mean', reference: 3, current: 4 },
    });
  });

  it('a constant that begins to vary has', () => {
    const note = 'every value of the reference is 0';
    expect(compareOne(numbers(filled(50, 0)), numbers(normal(50)))).toMatchObject({
      verdict: 'drift',
      note,
    });
  });

  it.each(['wasserstein', 'psi', 'energy', 't-test', 'js', 'anderson-darling'])(
    '%s of constants and infinite values is a number',
    (test) => {
      const odd = [
        filled(40, 3),
        filled(40, 4),
        filled(40, Number.POSITIVE_INFINITY),
        normal(40).map((x, i) => (i < 5 ? Number.NEGATIVE_INFINITY : x)),
        normal(40).map((x) => x * 1e300),
        normal(40).map((x) => x * 1e-300),
        filled(40, Number.NaN),
      ];
      for (const a of odd) for (const b of odd) compareOne(numbers(a), numbers(b), { test });
    },
  );

  it('infinite values stand at the ends, and are said', () => {
    const infinite = normal(100).map((x, i) => (i < 60 ? Number.POSITIVE_INFINITY : x));
    expect(compareOne(numbers(normal(100)), numbers(infinite))).toMatchObject({
      verdict: 'drift',
      note: 'infinite values: 0 in the reference, 60 in the current data',
    });
  });

  it('a category that the reference never had is said', () => {
    const current = strings([...times(60, 'a'), ...times(40, 'new')]);
    expect(compareOne(strings(times(100, 'a')), current)).toMatchObject({
      verdict: 'drift',
      note: "every value of the reference is a; 40 % of the current values were never in the reference ('new')",
      shift: { of: 'share', category: 'a', reference: 1, current: 0.6 },
    });
  });

  it('more missing values are said, and no drift by themselves', () => {
    const holes = normal(1_000).map((x, i) => (i % 3 === 0 ? Number.NaN : x));
    expect(compareOne(numbers(normal(1_000)), numbers(holes))).toMatchObject({
      verdict: 'no-drift',
      note: "0 % of the reference's values are missing, 33 % of the current ones",
    });
  });
});

describe('text', () => {
  const say = (words: readonly string[], rows: number) =>
    strings(
      Array.from({ length: rows }, (_, i) => `${words[i % words.length]} number ${i % 97} of all`),
      'text',
    );

  it('of the same words has not drifted', () => {
    const column = compareOne(say(['fish', 'bird'], 400), say(['bird', 'fish'], 300));
    expect(column).toMatchObject({ verdict: 'no-drift', kind: 'text' });
  });

  it('of new words of the same length has', () => {
    expect(compareOne(say(['fish', 'bird'], 400), say(['ship', 'boat'], 300))).toMatchObject({
      verdict: 'drift',
      note: 'text compared by share of tokens that the reference does not have',
      shift: { of: 'mean', current: expect.closeTo(0.23, 1) },
    });
  });

  it('that repeats some of the reference has nothing new', () => {
    const reference = strings(Array.from(normal(200), (x) => `it is ${x} today`));
    const current = strings(reference.values.slice(0, 120));
    expect(compareOne(reference, current).verdict).toBe('no-drift');
  });

  it('of longer sentences has', () => {
    const longer = strings(
      say(['fish'], 300).values.map((text) => `${text} ${text}`),
      'text',
    );
    expect(compareOne(say(['fish'], 400), longer)).toMatchObject({
      verdict: 'drift',
      note: 'text compared by length in characters',
    });
  });
});

describe('frames', () => {
  const frame = [numbers(normal(50)), { ...numbers(normal(50)), name: 'y' }];

  it('columns of one side alone are noted', () => {
    const other = [...frame.slice(0, 1), { ...numbers(normal(50)), name: 'z' }];
    const { columns, notes } = compareFrames(frame, other);
    expect(columns.map(({ name }) => name)).toEqual(['x']);
    expect(notes).toEqual([
      "column 'y' is in the reference alone",
      "column 'z' is in the current data alone",
    ]);
  });

  it.each([
    [{ columns: ['q'] }, "the reference has no column 'q'"],
    [{ test: 'kolmogorof' }, 'kolmogorov-smirnov'],
    [{ alpha: 0 }, 'alpha must be in (0, 1), not 0'],
    [{ share: 1 }, 'share must be in [0, 1), not 1'],
    [{ minRows: 1 }, 'minRows must be a whole number ≥ 2, not 1'],
    [{ minimumEffect: -1 }, 'smallest effect must be a number ≥ 0, not -1'],
    [{ minimumEffect: { kolmogorov: 0 } }, "no test, distance or effect is called 'kolmogorov'"],
    [{ seed: 0.5 }, 'seed must be a whole number, not 0.5'],
  ])('refuses %j', (options, message) => {
    expect(() => compareFrames(frame, frame, options)).toThrow(message);
  });

  it.each([
    [{ name: 'x', kind: 'numeric', values: [1, 2] }, 'numbers are a Float64Array'],
    [{ name: 'x', kind: 'categorical', values: Float64Array.of(1) }, 'categories are an array'],
    [{ name: 'x', kind: 'number', values: [1] }, "no kind is called 'number'"],
  ])('refuses what only JavaScript can pass: %j', (column, message) => {
    const untyped = [column as unknown as FrameColumn];
    expect(() => compareFrames(untyped, frame)).toThrow(`column 'x' of the reference: ${message}`);
  });

  it('refuses frames without a common column, with two of one name, or ragged', () => {
    const short = [...frame.slice(0, 1), { ...numbers(normal(9)), name: 'y' }];
    const twice = [...frame.slice(0, 1), ...frame.slice(0, 1)];
    const none = [{ ...numbers(normal(50)), name: 'q' }];
    expect(() => compareFrames(frame, none)).toThrow('no column is on both sides');
    expect(() => compareFrames(twice, frame)).toThrow("the reference has two columns called 'x'");
    expect(() => compareFrames(frame, short)).toThrow("column 'y' of the current data has 9 rows");
  });

  it('gives the same for the same seed', () => {
    const other = [numbers(normal(50, 0.3)), { ...numbers(normal(50, 0.3)), name: 'y' }];
    const compare = (seed: number) => compareFrames(frame, other, { test: 'psi', seed });
    expect(compare(5)).toEqual(compare(5));
    expect(compare(5).columns[0]?.pValue).not.toBe(compare(6).columns[0]?.pValue);
  });
});
