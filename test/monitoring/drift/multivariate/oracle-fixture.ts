import { readFileSync } from 'node:fs';
import type { Matrix } from '../../../../monitoring/drift/index.js';

interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

interface Pair {
  readonly reference: Rows;
  readonly current: Rows;
}

/** What `test/oracles/make_multivariate.py` wrote. */
export interface MultivariateFixture {
  readonly comparisons: readonly (Pair & {
    readonly sigma: number;
    readonly mmd: number;
    readonly medianBandwidth?: number;
    readonly centres?: Rows;
    readonly lsdd?: number;
  })[];
  readonly reconstructions: readonly (Pair & {
    readonly eigenvalues: readonly number[];
    readonly components: number;
    readonly errors: readonly number[];
  })[];
  readonly mahalanobis: readonly (Pair & {
    readonly rank: number;
    readonly squaredDistances: readonly number[];
    readonly cutoff: number;
  })[];
}

export const numpy: MultivariateFixture = JSON.parse(
  readFileSync(new URL('../../../oracles/multivariate.json', import.meta.url), 'utf8'),
);

export function matrix({ rows, columns, values }: Rows): Matrix {
  return { rows, columns, values: Float64Array.from(values) };
}

/** Largest absolute difference, relative to the larger of 1 and what is expected. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i += 1) {
    const value = expected[i] ?? 0;
    largest = Math.max(largest, Math.abs((actual[i] ?? 0) - value) / Math.max(1, Math.abs(value)));
  }
  return largest;
}
