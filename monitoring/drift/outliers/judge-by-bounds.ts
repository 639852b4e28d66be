import type { OutlierReport } from '../../../contracts/drift-report.js';
import type { FrameData, MultivariateData } from '../multivariate/method-data.js';
import { joined } from '../multivariate/method-result.js';
import { type BoundsByColumn, boundsOf, type ColumnBounds, excessOfRows } from './column-bounds.js';
import type { OutlierOptions } from './outlier-options.js';
import { outlierSide } from './outlier-side.js';

/** Rows with a number outside of its column's bounds; the score is the worst excess. */
export function judgeByBounds(
  reference: MultivariateData,
  current: MultivariateData,
  options: OutlierOptions,
): OutlierReport {
  if (reference.kind !== 'frame' || current.kind !== 'frame') {
    throw new RangeError(
      'column-bounds judges columns one by one, and a dimension of an embedding means nothing by itself: use mahalanobis or isolation-forest',
    );
  }
  const bounds = boundsFor(reference, options);
  const columns = Object.keys(bounds).filter((name) => isNumeric(current, name));
  const unjudged = current.columns
    .map(({ name }) => name)
    .filter((name) => !columns.includes(name));
  const side = (frame: FrameData) => {
    const rows = frame.columns[0]?.column.values.length ?? 0;
    return outlierSide(excessOfRows(frame.columns, bounds, rows), 0);
  };
  return {
    method: 'column-bounds',
    columns,
    threshold: columns.length === 0 ? null : 0,
    expectedRate: null,
    reference: side(reference),
    current: side(current),
    note: joined([unjudged.length === 0 ? null : `without bounds: ${unjudged.join(', ')}`]),
  };
}

function boundsFor(reference: FrameData, { bounds, fences }: OutlierOptions): BoundsByColumn {
  const given = Object.entries(bounds ?? {}).map(([name, allowed]) => checked(name, allowed));
  const derived = reference.columns.flatMap(({ name, column }) => {
    if (column.kind !== 'numeric') return [];
    const found = boundsOf(column.values, fences);
    return found === null ? [] : [[name, found] as const];
  });
  return Object.fromEntries([...derived, ...given]);
}

function checked(name: string, bounds: ColumnBounds): readonly [string, ColumnBounds] {
  const { low, high, unit } = bounds;
  if (!(low <= high && unit > 0)) {
    throw new RangeError(
      `bounds of ${name}: low ≤ high and unit > 0 are asked for, not ${low}, ${high} and ${unit}`,
    );
  }
  return [name, bounds];
}

function isNumeric(frame: FrameData, name: string): boolean {
  return frame.columns.some((entry) => entry.name === name && entry.column.kind === 'numeric');
}
