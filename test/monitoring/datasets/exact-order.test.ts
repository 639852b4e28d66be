import { describe, expect, it } from 'vitest';
import { ColumnBuffer } from '../../../monitoring/datasets/ordered/column-buffer.js';
import { compareOrder, OrderSpace } from '../../../monitoring/datasets/ordered/exact-order.js';
import { kolmogorovSmirnovStatistic } from '../../../monitoring/drift/index.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';

type Draw = (random: () => number) => number;

const normal: Draw = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const DISTRIBUTIONS: readonly (readonly [string, Draw, Draw])[] = [
  ['normal, no shift', normal, normal],
  ['normal, shifted', normal, (r) => normal(r) + 0.3],
  ['normal, wider', normal, (r) => 3 * normal(r)],
  ['whole numbers', (r) => Math.floor(r() * 12), (r) => Math.floor(r() * 13)],
  ['many zeros', (r) => (r() < 0.6 ? 0 : normal(r)), (r) => (r() < 0.55 ? 0 : normal(r))],
  ['a constant', () => 7, () => 7],
  ['a constant against another', () => 7, () => 7.000001],
  ['heavy tails', (r) => Math.tan(Math.PI * (r() - 0.5)), (r) => Math.tan(3.1 * (r() - 0.5)) + 0.1],
  ['decades', (r) => 10 ** (600 * (r() - 0.5)), (r) => -(10 ** (600 * (r() - 0.49)))],
  ['tiny', (r) => r() * 5e-324 * 1000, (r) => r() * 5e-324 * 1100],
  ['far from 0', (r) => 1e9 + r(), (r) => 1e9 + r() ** 1.05],
  ['times in ms', (r) => 1.3e12 + Math.floor(3e10 * r()), (r) => 1.31e12 + Math.floor(3e10 * r())],
  ['two far clusters', (r) => (r() < 0.5 ? 0 : 1e12) + r(), (r) => (r() < 0.52 ? 0 : 1e12) + r()],
  ['apart', (r) => r(), (r) => 2 + r()],
  ['signed zeros', (r) => (r() < 0.5 ? -0 : 0), (r) => (r() < 0.2 ? -0 : normal(r) * 1e-310)],
  [
    'infinities and gaps',
    (r) =>
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, normal(r)][
        Math.floor(r() * 4)
      ] ?? 0,
    (r) => (r() < 0.1 ? Number.NaN : r() < 0.3 ? Number.NEGATIVE_INFINITY : normal(r)),
  ],
];
const SIZES = [
  [1, 1],
  [2, 3],
  [100, 90],
  [5_000, 777],
  [60_000, 50_001],
] as const;
const SEED = 20_260_101;

function bufferOf(draw: Draw, rows: number, random: () => number): ColumnBuffer {
  const buffer = new ColumnBuffer(16);
  buffer.add(Float64Array.from({ length: rows }, () => draw(random)));
  return buffer;
}

function sorted(buffer: ColumnBuffer): Float64Array {
  return buffer.column.slice().sort();
}

function medianOf(values: Float64Array): number {
  const low = values[Math.floor((values.length - 1) / 2)] ?? 0;
  const high = values[Math.floor(values.length / 2)] ?? 0;
  return low === high ? low : low / 2 + high / 2;
}

const space = new OrderSpace();

describe(`comparison by order without sorting, seed ${SEED}`, () => {
  it.each(DISTRIBUTIONS)('gives D and the medians of the sorted columns exactly: %s', (_, a, b) => {
    const random = seededRandom(SEED);
    for (const [m, n] of SIZES) {
      const [reference, current] = [bufferOf(a, m, random), bufferOf(b, n, random)];
      if (reference.length === 0 || current.length === 0) continue;
      const side = (buffer: ColumnBuffer) => ({
        values: buffer.column,
        weights: null,
        rows: buffer.length,
      });
      const found = compareOrder(side(reference), side(current), space);
      const [x, y] = [sorted(reference), sorted(current)];
      expect(found.statistic).toBe(kolmogorovSmirnovStatistic(x, y));
      expect(found.referenceMedian).toBe(medianOf(x));
      expect(found.currentMedian).toBe(medianOf(y));
    }
  });

  it('takes a reference of values with their rows for the rows themselves', () => {
    const random = seededRandom(SEED);
    const values = Float64Array.from({ length: 900 }, (_, i) => (i - 400) / 37);
    const weights = values.map(() => 1 + Math.floor(random() * 50));
    const rows = weights.reduce((sum, weight) => sum + weight, 0);
    const whole = new ColumnBuffer(rows);
    values.forEach((value, i) => {
      whole.add(new Float64Array(weights[i] ?? 0).fill(value));
    });
    const current = bufferOf((r) => Math.round(normal(r) * 370) / 37, 40_000, random);
    const side = { values: current.column, weights: null, rows: current.length };
    const found = compareOrder({ values, weights, rows }, side, space);
    expect(found.statistic).toBe(kolmogorovSmirnovStatistic(whole.column, sorted(current)));
    expect(found.referenceMedian).toBe(medianOf(whole.column));
  });

  it('refuses a column without values', () => {
    const empty = { values: new Float64Array(0), weights: null, rows: 0 };
    expect(() => compareOrder(empty, empty, space)).toThrow(RangeError);
  });
});

describe('a column buffer', () => {
  it('leaves out what is missing, and keeps ±∞ by order alone', () => {
    const buffer = new ColumnBuffer(1);
    buffer.add(Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY));
    buffer.add(Float64Array.of(-0, 4));
    expect([...buffer.column]).toEqual([1, -Number.MAX_VALUE, 0, 4]);
    expect([buffer.length, buffer.missing, buffer.infinite, buffer.mean]).toEqual([4, 1, 1, 5 / 3]);
    buffer.clear();
    expect([buffer.length, buffer.missing, buffer.infinite, buffer.mean]).toEqual([0, 0, 0, null]);
  });
});
