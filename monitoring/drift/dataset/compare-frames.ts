import type { DriftReport } from '../../../contracts/index.js';
import { findMeasure } from '../univariate/registry.js';
import type { ColumnOptions } from './column-options.js';
import { resolveColumnOptions } from './column-options.js';
import { compareColumns } from './compare-columns.js';
import type { ComparedColumn } from './compared-column.js';
import { checkDecisionRules, type DecisionRules, decideColumns } from './decide-columns.js';
import { checkFrame, type Frame } from './frame.js';

export interface CompareFramesOptions extends DecisionRules, Omit<ColumnOptions, 'measure'> {
  /** Names of the columns to compare, in this order; default all that both sides have. */
  readonly columns?: readonly string[];
  /** Name of a test or distance; columns that it cannot take are compared by the automatic choice. */
  readonly test?: string;
}

/** What comparing two frames gives: the parts of a {@link DriftReport} that columns decide. */
export type FramesCompared = Pick<DriftReport, 'dataset' | 'columns' | 'notes' | 'seed'>;

/**
 * Compares two data sets in memory, column by column, and decides whether they drifted.
 *
 * Rows are taken for independent draws. Rows of a time series are not: calibrate on windows of the
 * reference there (`buildColumnProfile`, `decideDrift`).
 *
 * @param reference - what is normal
 * @param current - what is asked about
 * @throws RangeError on unknown names, options out of range, columns of unequal length, or where no
 * column is on both sides
 * @example
 * const ages = (from: number) => Float64Array.from({ length: 100 }, (_, i) => from + i);
 * const { dataset } = compareFrames(
 *   [{ name: 'age', kind: 'numeric', values: ages(0) }],
 *   [{ name: 'age', kind: 'numeric', values: ages(30) }],
 * );
 * dataset.verdict; // 'drift'
 */
export function compareFrames(
  reference: Frame,
  current: Frame,
  options: CompareFramesOptions = {},
): FramesCompared {
  checkDecisionRules(options);
  checkFrame(reference, 'reference');
  checkFrame(current, 'current data');
  const measure = options.test === undefined ? undefined : findMeasure(options.test);
  const columnOptions = { ...options, measure };
  const { seed } = resolveColumnOptions(columnOptions);
  const { pairs, notes } = pairColumns(reference, current, options.columns);
  const compared = pairs.map(([a, b]): ComparedColumn => compareColumns(a, b, columnOptions));
  return { ...decideColumns(compared, options), notes, seed };
}

function pairColumns(reference: Frame, current: Frame, wanted: readonly string[] | undefined) {
  const byName = new Map(current.map((column) => [column.name, column]));
  const inReference = new Map(reference.map((column) => [column.name, column]));
  const names = wanted ?? reference.map(({ name }) => name).filter((name) => byName.has(name));
  const pairs = names.map((name) => {
    const [a, b] = [inReference.get(name), byName.get(name)];
    if (a === undefined || b === undefined) {
      const side = a === undefined ? 'reference' : 'current data';
      throw new RangeError(`the ${side} has no column '${name}'`);
    }
    return [a, b] as const;
  });
  if (pairs.length === 0) throw new RangeError('no column is on both sides');
  const alone = (frame: Frame, others: ReadonlyMap<string, unknown>, side: string) =>
    frame
      .filter(({ name }) => !others.has(name))
      .map(({ name }) => `column '${name}' is in the ${side} alone`);
  const notes =
    wanted === undefined
      ? [...alone(reference, byName, 'reference'), ...alone(current, inReference, 'current data')]
      : [];
  return { pairs, notes };
}
