import { asMatrices } from './as-matrices.js';
import { capData } from './cap-data.js';
import type { Matrix } from './matrix.js';
import type { NativeMethod } from './method.js';
import { joined, type MethodResult, withVerdict } from './method-result.js';
import { type MultivariateOptions, resolveOptions } from './options.js';

/**
 * A method that needs nothing but two matrices, as one of the registry.
 *
 * @param rowsByDefault - rows a side that are prepared at most, unless the options say otherwise
 */
export function matrixMethod(
  name: string,
  summary: string,
  rowsByDefault: number,
  test: (reference: Matrix, current: Matrix, options: MultivariateOptions) => MethodResult,
): NativeMethod {
  return {
    name,
    summary,
    takes: ['frame', 'vectors'],
    runsIn: 'typescript',
    compare(reference, current, options = {}) {
      const resolved = resolveOptions(options);
      const { seed } = resolved;
      const maxRows = options.maxRows ?? rowsByDefault;
      const pair = asMatrices(
        capData(reference, maxRows, seed),
        capData(current, maxRows, seed + 1),
      );
      const result =
        pair.columns.length === 0 ? NOTHING_VARIES : test(pair.reference, pair.current, options);
      const note = joined([pair.note, result.note]);
      return withVerdict(name, pair.columns, { ...result, note }, resolved);
    },
  };
}

const NOTHING_VARIES: MethodResult = {
  statistic: null,
  pValue: null,
  note: 'no column is on both sides with more than one value',
  details: {},
};
