import { describe, expect, it } from 'vitest';
import { decideColumns } from '../../../../monitoring/drift/dataset/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { normals } from '../seasonal-stream.js';
import { isDocumented, percentage } from './documented.js';
import { COLUMNS, continuousColumn, nullColumns, sortedUniforms } from './null-columns.js';

/** Rows of each side, and data sets drawn at that size. */
const SIZES = [
  [100, 1_000],
  [1_000, 1_000],
  [10_000, 300],
] as const;

const KINDS = ['continuous', 'categorical', 'mixed'] as const;

describe.each(SIZES)('30 columns of %i independent rows a side, no drift', (rows, repetitions) => {
  it.each(KINDS)('%s: the data set alarms in at most 7 of 100', (kind) => {
    const draw = nullColumns(rows, rows)[kind];
    const alarms = { default: 0, noFloor: 0, bonferroni: 0, uncorrected: 0 };
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const columns = Array.from({ length: COLUMNS }, (_, i) => draw(i));
      const alarmed = (rules: Parameters<typeof decideColumns>[1]) =>
        decideColumns(columns, rules).dataset.verdict === 'drift' ? 1 : 0;
      alarms.default += alarmed({});
      alarms.noFloor += alarmed({ minimumEffect: 0 });
      alarms.bonferroni += alarmed({ minimumEffect: 0, correction: 'bonferroni' });
      alarms.uncorrected += alarmed({ minimumEffect: 0, correction: 'none' });
    }
    const rate = (count: number) => count / repetitions;
    const row = [
      rows.toLocaleString('en'),
      kind,
      percentage(rate(alarms.default)),
      percentage(rate(alarms.noFloor)),
      percentage(rate(alarms.bonferroni)),
      percentage(rate(alarms.uncorrected)),
    ];
    console.log(`seed ${rows}, ${repetitions} data sets: | ${row.join(' | ')} |`);
    expect.soft(isDocumented(...row)).toBe(true);
    expect(rate(alarms.default)).toBeLessThanOrEqual(0.07);
    expect(rate(alarms.noFloor)).toBeLessThanOrEqual(0.07);
    expect(rate(alarms.bonferroni)).toBeLessThanOrEqual(0.07);
    // Not bought by blindness.
    if (kind === 'continuous') expect(rate(alarms.noFloor)).toBeGreaterThanOrEqual(0.02);
    expect(rate(alarms.uncorrected)).toBeGreaterThan(0.5);
  });
});

describe('one column of thirty moved by 0.2 σ, 10,000 rows', () => {
  it('is found in 99 of 100', () => {
    const [rows, repetitions, seed] = [10_000, 200, 7];
    const [next, random] = [normals(seed), seededRandom(seed)];
    const normal = (shift: number) =>
      Float64Array.from({ length: rows }, () => next() + shift).sort();
    let found = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const moved = continuousColumn(0, normal(0), normal(0.2));
      const still = Array.from({ length: 3 }, (_, i) =>
        continuousColumn(i + 1, sortedUniforms(rows, random), sortedUniforms(rows, random)),
      );
      // What the other columns' p-values are does not help: the worst case is that none is small.
      const others = Array.from({ length: COLUMNS - 4 }, (_, i) => ({
        ...moved,
        name: `still${i}`,
        pValue: 1,
        effect: { ...moved.effect, value: 0 },
      }));
      const { columns } = decideColumns([moved, ...still, ...others]);
      if (columns[0]?.verdict === 'drift') found += 1;
    }
    console.log(`0.2 σ, ${rows} rows, seed ${seed}: found in ${found} of ${repetitions}`);
    expect(found / repetitions).toBeGreaterThanOrEqual(0.99);
  });
});
