import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { createDetector, onlineMmdDetector } from '../../../../monitoring/drift/streaming/index.js';
import { prepareLsdd } from '../../../../monitoring/drift/streaming/online-lsdd-statistic.js';
import { prepareMmd } from '../../../../monitoring/drift/streaming/online-mmd-statistic.js';
import { RandomState } from '../../../../monitoring/drift/streaming/random-state.js';
import {
  medianBandwidth,
  type Rows,
} from '../../../../monitoring/drift/streaming/row-distances.js';
import { runTimeThresholds } from '../../../../monitoring/drift/streaming/run-time-thresholds.js';

function normals(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function rowsOf(count: number, width: number, next: () => number): Rows {
  return { values: Float64Array.from({ length: count * width }, next), width };
}

const row = ({ values, width }: Rows, i: number): Rows => ({
  values: values.slice(i * width, (i + 1) * width),
  width,
});

const STATISTICS = {
  mmd: (reference: Rows, windowSize: number) => prepareMmd(reference, windowSize),
  lsdd: (reference: Rows, windowSize: number) =>
    prepareLsdd(reference, { windowSize, centres: 20, ridge: 1 }, new RandomState(4)),
};

describe.each(Object.entries(STATISTICS))('the %s of a window', (name, prepare) => {
  it('is in simulation what it is in use', () => {
    const [count, size] = [60, 6];
    const reference = rowsOf(count, 2, normals(1));
    const statistic = prepare(reference, size);
    const places = Int32Array.from({ length: count }, (_, place) => place);
    new RandomState(9).chooseFirst(places, 2 * size);
    const test = statistic.open({ kept: places.slice(2 * size), first: places.slice(0, size) });
    const used = Array.from(places.slice(size, 2 * size), (place) =>
      test.push(row(reference, place)),
    );
    const simulated = statistic.simulate(1, new RandomState(9));
    for (const [step, value] of used.entries()) expect(value).toBeCloseTo(simulated[step] ?? 0, 10);
  });

  it('is large for a window of another distribution', () => {
    const next = normals(2);
    const test = prepare(rowsOf(200, 1, next), 20).open({
      kept: Int32Array.from({ length: 160 }, (_, i) => i),
      first: Int32Array.from({ length: 20 }, (_, i) => 160 + i),
    });
    const push = (x: number) => test.push({ values: Float64Array.of(x), width: 1 });
    const same = Array.from({ length: 20 }, () => push(next())).at(-1) ?? 0;
    const shifted = Array.from({ length: 20 }, () => push(next() + 2)).at(-1) ?? 0;
    expect(shifted, name).toBeGreaterThan(4 * Math.abs(same));
  });
});

it('MMD is what its definition gives', () => {
  const reference: Rows = { values: Float64Array.of(0, 1, 3, 0, 0, 2, 5), width: 1 };
  const bandwidth = medianBandwidth(reference);
  const k = (a: number, b: number) => Math.exp(-((a - b) ** 2) / (2 * bandwidth ** 2));
  const test = prepareMmd(reference, 2).open({
    kept: Int32Array.of(0, 1, 2),
    first: Int32Array.of(3, 4),
  });
  test.push({ values: Float64Array.of(7), width: 1 });
  const statistic = test.push({ values: Float64Array.of(8), width: 1 });
  const within = (k(0, 1) + k(0, 3) + k(1, 3)) / 3;
  const crossed = [0, 1, 3].reduce((sum, x) => sum + k(x, 7) + k(x, 8), 0) / 6;
  expect(statistic).toBeCloseTo(within - 2 * crossed + k(7, 8), 12);
});

it('LSDD estimates the integral of the squared difference of two densities', () => {
  const next = normals(3);
  const [count, size] = [2600, 600];
  const settings = { windowSize: size, centres: 60, ridge: 0.1 };
  const reference = rowsOf(count, 1, next);
  const test = prepareLsdd(reference, settings, new RandomState(1)).open({
    kept: Int32Array.from({ length: count - 2 * size }, (_, i) => i),
    first: Int32Array.from({ length: size }, (_, i) => i),
  });
  let statistic = 0;
  for (let i = 0; i < size; i += 1) {
    statistic = test.push({ values: Float64Array.of(next() + 1), width: 1 });
  }
  // Two normal densities, 1 apart: (1 − e^(−1/4)) / √π.
  const truth = (1 - Math.exp(-0.25)) / Math.sqrt(Math.PI);
  const scale = Math.sqrt(Math.PI) * medianBandwidth(reference);
  expect(statistic / scale).toBeGreaterThan(0.85 * truth);
  expect(statistic / scale).toBeLessThan(1.15 * truth);
});

describe('thresholds', () => {
  it('let the same share of the streams that are left alarm at each step', () => {
    const random = seededRandom(8);
    const [streams, steps] = [20_000, 10];
    const statistics = Float64Array.from({ length: streams * steps }, random);
    const thresholds = runTimeThresholds(statistics, steps, 50);
    let left = Array.from({ length: streams }, (_, stream) => stream);
    for (const [step, threshold] of thresholds.entries()) {
      const quiet = left.filter((stream) => (statistics[stream * steps + step] ?? 0) <= threshold);
      expect(1 - quiet.length / left.length).toBeCloseTo(1 / 50, 3);
      left = quiet;
    }
  });

  it('refuse fewer streams than the expected run time', () => {
    expect(() => runTimeThresholds(new Float64Array(30), 3, 11)).toThrow(RangeError);
  });
});

describe.each(['online-mmd', 'online-lsdd'])('%s', (name) => {
  it('alarms on nothing as rarely as it was told to', () => {
    const [seed, expectedRunTime, references, values] = [11, 50, 20, 1000];
    const next = normals(seed);
    let alarms = 0;
    for (let reference = 0; reference < references; reference += 1) {
      const detector = createDetector(name, {
        referenceSize: 150,
        windowSize: 10,
        bootstraps: 2000,
        expectedRunTime,
        keepReference: true,
        seed: reference,
      });
      for (let i = 0; i < 150; i += 1) detector.update(next());
      for (let i = 0; i < values; i += 1) if (detector.update(next()).drift) alarms += 1;
    }
    const runTime = (references * values) / alarms;
    console.log(`seed ${seed}, ${name}: a false alarm every ${runTime.toFixed(1)} values`);
    // Each reference gives false alarms of its own rate: over twenty the mean is within a third.
    expect(runTime).toBeGreaterThan(0.7 * expectedRunTime);
    expect(runTime).toBeLessThan(1.4 * expectedRunTime);
  });

  it('finds a spread that doubles while the mean stays', () => {
    const next = normals(12);
    const detector = createDetector(name, { bootstraps: 2000, referenceSize: 300 });
    for (let i = 0; i < 300; i += 1) detector.update(next());
    let delay = 1;
    while (!detector.update(2.5 * next()).drift) delay += 1;
    expect(delay).toBeLessThan(200);
    expect(detector.sinceChange).toBe(Math.min(delay, 20));
  });

  it('learns a new reference after a drift, or keeps the old one', () => {
    for (const keepReference of [false, true]) {
      const next = normals(13);
      const options = {
        bootstraps: 1000,
        expectedRunTime: 1000,
        referenceSize: 100,
        keepReference,
      };
      const detector = createDetector(name, options);
      for (let i = 0; i < 100; i += 1) detector.update(next());
      let drifts = 0;
      for (let i = 0; i < 600; i += 1) if (detector.update(next() + 3).drift) drifts += 1;
      if (keepReference) expect(drifts).toBeGreaterThan(30);
      else expect(drifts).toBeLessThan(4);
    }
  });
});

describe('rows of several numbers', () => {
  it('show a correlation that changes, which no column alone does', () => {
    const next = normals(14);
    const pair = (sign: number): number[] => {
      const [a, b] = [next(), next()];
      return [a, sign * (0.95 * a + 0.31 * b)];
    };
    const detector = onlineMmdDetector.create({ bootstraps: 2000, referenceSize: 300 });
    for (let i = 0; i < 300; i += 1) expect(detector.update(pair(1)).drift).toBe(false);
    let delay = 1;
    while (!detector.update(pair(-1)).drift) delay += 1;
    expect(delay).toBeLessThan(40);
  });

  it('must be as long as the first', () => {
    const detector = onlineMmdDetector.create();
    detector.update([1, 2]);
    const before = detector.snapshot();
    expect(() => detector.update([1, 2, 3])).toThrow(
      'takes rows of 2 numbers, as before, not of 3',
    );
    expect(() => detector.update(1)).toThrow('not of 1');
    expect(() => detector.update([1, Number.NaN])).toThrow('not NaN');
    expect(() => onlineMmdDetector.create().update([])).toThrow('at least one number');
    expect(detector.snapshot()).toEqual(before);
  });
});
