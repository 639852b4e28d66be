import { describe, expect, it } from 'vitest';
import {
  coverageOf,
  createDetector,
  DATA_USES,
  DETECTOR_COVERAGE,
  findMeasure,
  findMultivariateMethod,
  MULTIVARIATE_METHODS,
  type NativeMethod,
  testFeatures,
} from '../../../../monitoring/drift/index.js';
import { categories, frame, mixedFrame, numbers } from './data-frames.js';
import { DATA_OF_USE } from './data-uses.js';

const cells = DETECTOR_COVERAGE.flatMap(({ name, uses }) =>
  DATA_USES.map((use) => ({ name, use, cell: uses[use] })),
);
const done = cells.flatMap(({ name, use, cell }) => ('by' in cell ? [{ name, use }] : []));
const refusedCells = cells.flatMap(({ name, use, cell }) =>
  'refused' in cell ? [{ name, use, reason: cell.refused }] : [],
);

const native = new Map<string, NativeMethod>(
  MULTIVARIATE_METHODS.flatMap((method) =>
    method.runsIn === 'typescript' ? [[method.name, method] as const] : [],
  ),
);
const python = MULTIVARIATE_METHODS.flatMap(({ name, runsIn }) =>
  runsIn === 'python' ? [name] : [],
);

describe("Alibi Detect's table of drift detectors", () => {
  it('has thirteen detectors and seven uses, each with a way or a reason', () => {
    expect(cells).toHaveLength(13 * 7);
    for (const { name, use, cell } of cells) {
      if ('by' in cell) expect(coverageOf(name, use)).toBe(cell.by);
      else expect(cell.refused.length).toBeGreaterThan(30);
    }
  });

  it.each(refusedCells)(
    '$name is refused for $use by name, with the reason',
    ({ name, use, reason }) => {
      expect(() => coverageOf(name, use)).toThrow(`${name} is not for ${use}: ${reason}`);
    },
  );

  const onWhole = done.filter(({ name, use }) => native.has(name) && use in DATA_OF_USE);
  it.each(onWhole)('$name finds drift in $use', ({ name, use }) => {
    const data = DATA_OF_USE[use as keyof typeof DATA_OF_USE];
    const method = native.get(name);
    expect(method?.compare(data(1, 0), data(2, 1)).verdict).toBe('drift');
    expect(method?.compare(data(1, 0), data(5, 0), { alpha: 0.01 }).verdict).toBe('no-drift');
  });

  const oneColumn = done.filter(({ name, use }) => coverageOf(name, use) === 'one column');
  it.each(oneColumn)('$name tests one column of $use', ({ name }) => {
    const measure = findMeasure(name);
    const draw = (share: number) => Array.from({ length: 100 }, (_, i) => (i < share ? 'y' : 'n'));
    const [a, b] = measure.kinds.includes('numeric')
      ? [
          numbers('x', ...Array(50).keys()),
          numbers('x', ...[...Array(50).keys()].map((v) => v + 30)),
        ]
      : [categories('x', ...draw(20)), categories('x', ...draw(60))];
    const { pValue } = measure.compare(a.column, b.column);
    expect(pValue).not.toBeNull();
    expect(pValue).toBeLessThan(0.001);
  });

  it.each(done.filter(({ use }) => use === 'online'))(
    '$name has a detector $use',
    ({ name, use }) => {
      expect(createDetector(coverageOf(name, use)).name).toBe(coverageOf(name, use));
    },
  );

  it('mixed-type-tabular names the columns that drifted', () => {
    const drifted = mixedFrame(2, 200, 2);
    const [, ...others] = drifted.columns;
    const moved = numbers('n0', ...Array.from({ length: 200 }, (_, i) => i / 20));
    const tests = testFeatures(mixedFrame(1, 200, 2), frame(moved, ...others));
    expect(tests.map(({ column, test, drifted }) => [column, test, drifted])).toEqual([
      ['n0', 'kolmogorov-smirnov', true],
      ['c0', 'chi-squared', false],
      ['n1', 'kolmogorov-smirnov', false],
      ['c1', 'chi-squared', false],
    ]);
  });

  it('leaves no cell that is done without a test', () => {
    const learned = done.filter(({ name }) => python.includes(name));
    const online = done.filter(({ use }) => use === 'online');
    const features = done.filter(
      ({ name, use }) => name === 'mixed-type-tabular' && use === 'feature-level',
    );
    // Those in Python are in test/monitoring/datasets/python/coverage.test.ts.
    const tested = [...onWhole, ...oneColumn, ...online, ...learned, ...features];
    const key = ({ name, use }: { name: string; use: string }) => `${name} ${use}`;
    expect(done.map(key).filter((cell) => !tested.map(key).includes(cell))).toEqual([]);
  });
});

describe('the registry', () => {
  it('names what exists, the nearest first', () => {
    expect(() => findMultivariateMethod('mdd')).toThrow(
      "no multivariate method is called 'mdd' (did you mean 'mmd'?); there are mmd, lsdd, pca-reconstruction",
    );
  });

  it('says why a known detector is not one of them', () => {
    expect(() => findMultivariateMethod('context-aware-mmd')).toThrow('it is not built');
    expect(() => findMultivariateMethod('kolmogorov-smirnov')).toThrow('one column at a time');
  });

  it('refuses vectors to what tests columns by their kind', () => {
    const vectors = DATA_OF_USE.image(1, 0);
    expect(() => native.get('mixed-type-tabular')?.compare(vectors, vectors)).toThrow(
      'a vector has none: use mmd, lsdd or domain-classifier',
    );
  });
});
