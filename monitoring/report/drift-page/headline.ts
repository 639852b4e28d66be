import type { ComparedData, DriftReport } from '../../../contracts/index.js';
import { nameOf } from './names.js';
import { formatCount, formatNumber } from './numbers.js';

/**
 * The verdict as a sentence: the first thing on the page.
 *
 * @example headline(report); // '3 of 30 columns drifted'
 */
export function headline({ dataset, columns }: DriftReport): string {
  if (columns.length === 0) return 'There was no column to compare';
  const { verdict, drifted, columns: measured } = dataset;
  if (measured === 0) return 'Too little data to tell';
  const share = `${formatCount(drifted, 'column').replace(/ .*/, '')} of ${formatCount(measured, 'column')} drifted`;
  if (verdict === 'drift') return share;
  if (verdict === 'insufficient') return `Too little data to tell: ${share}`;
  return drifted === 0
    ? `No drift in ${formatCount(measured, 'column')}`
    : `No drift as a whole: ${share}`;
}

/** How the verdict came about, in one or two sentences. */
export function method({ dataset, columns }: DriftReport): string {
  if (columns.length === 0) return 'The two data sets have no column in common.';
  const alphas = [...new Set(columns.map(({ alpha }) => alpha))].map((alpha) =>
    formatNumber(alpha),
  );
  const correction =
    dataset.method === 'uncorrected'
      ? 'p-values not corrected for the number of columns'
      : `p-values corrected for the number of columns by ${nameOf(dataset.method)}`;
  const unmeasured = columns.length - dataset.columns;
  const left =
    unmeasured === 0 ? '' : ` ${formatCount(unmeasured, 'column')} could not be measured.`;
  return `A column has drifted when chance does not explain the difference (α = ${alphas.join(', ')}, ${correction}) and the difference is large enough to matter.${left}`;
}

/** What one side was. */
export function described({ rows, isProfile }: ComparedData): string {
  return `${formatCount(rows, 'row')}${isProfile ? ', from a stored profile' : ''}`;
}
