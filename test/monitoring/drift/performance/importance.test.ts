import { describe, expect, it } from 'vitest';
import {
  type ImportanceSample,
  importanceDrift,
  permutationImportance,
} from '../../../../monitoring/drift/performance/index.js';
import type { ColumnValues } from '../../../../monitoring/drift/samples/column-values.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

/** The model says 3·a + b; the truth leans on a and b as much as the weights say; c is noise. */
function window(seed: number, rows: number, truth: { a: number; b: number }): ImportanceSample {
  const random = seededRandom(seed);
  const column = () => Float64Array.from({ length: rows }, () => random() - 0.5);
  const [a, b, c] = [column(), column(), column()];
  const labels = a.map((value, row) => truth.a * value + truth.b * (b[row] ?? 0) + random() * 0.1);
  const numbers = (of: ColumnValues | undefined) =>
    of?.kind === 'numeric' ? of.values : new Float64Array(rows);
  return {
    rows,
    columns: [
      { name: 'a', column: { kind: 'numeric', values: a } },
      { name: 'b', column: { kind: 'numeric', values: b } },
      { name: 'c', column: { kind: 'numeric', values: c } },
    ],
    lossesOf: async (columns) => {
      const [first, second] = [numbers(columns[0]), numbers(columns[1])];
      return labels.map((label, row) => {
        return Math.abs(label - 3 * (first[row] ?? 0) - (second[row] ?? 0));
      });
    },
  };
}

describe('permutation importance', () => {
  it('ranks the columns by what the model leans on, and gives an unused one exactly 0', async () => {
    const importances = await permutationImportance(window(1, 500, { a: 3, b: 1 }));
    const [a, b, c] = importances.map(({ importance }) => importance);
    expect(a).toBeGreaterThan(2 * (b ?? 0));
    expect(b).toBeGreaterThan(0.1);
    expect(c).toBe(0);
    expect(await permutationImportance(window(1, 500, { a: 3, b: 1 }))).toEqual(importances);
  });

  it('refuses a model that answers other rows', async () => {
    const sample = { ...window(1, 10, { a: 1, b: 1 }), lossesOf: async () => new Float64Array(3) };
    await expect(permutationImportance(sample)).rejects.toThrow('3 losses for 10 rows');
  });
});

describe('drift of importance', () => {
  const importances = (seed: number, a: number) =>
    permutationImportance(window(seed, 500, { a, b: 1 }), { seed });

  it('is seen where the truth leans less on a column than the model does', async () => {
    const drift = importanceDrift(await importances(1, 3), await importances(2, 0.5));
    expect(drift.verdict).toBe('drift');
    expect(drift.columns.find(({ name }) => name === 'a')).toMatchObject({ verdict: 'drift' });
    expect(drift.columns.find(({ name }) => name === 'c')).toMatchObject({ verdict: 'no-drift' });
    expect(drift.rankAgreement).toBeLessThanOrEqual(1);
  });

  it('is not seen between two windows of one truth (seeds 1 to 40)', async () => {
    let alarms = 0;
    for (let seed = 1; seed <= 39; seed += 2) {
      const drift = importanceDrift(await importances(seed, 3), await importances(seed + 1, 3));
      if (drift.verdict === 'drift') alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(3);
  });

  it('is insufficient with one row, and asks for the same columns', async () => {
    const one = await permutationImportance(window(1, 1, { a: 1, b: 1 }));
    expect(importanceDrift(one, one).verdict).toBe('insufficient');
    expect(() => importanceDrift(one, one.slice(1))).toThrow('other columns');
  });
});
