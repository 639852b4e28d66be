import type { ColumnShift } from '../../contracts/index.js';
import type { OpenTable, TakeRows } from '../../storage/tabular/index.js';
import {
  type ColumnOptions,
  compareCounts,
  compareOrdered,
  constantNote,
  DEFAULT_MIN_ROWS,
  findMeasure,
  isNumericProfile,
  kolmogorovSmirnovPValue,
  measuredColumn,
  type OrderedIdentity,
  orderedSample,
  profileColumn,
  profileSortedSample,
  unmeasuredColumn,
  whyTooFewRows,
} from '../drift/index.js';
import { bothOf } from './both-of.js';
import type { PlannedColumn } from './column-plan.js';
import {
  type ColumnOutcome,
  type CompareSettings,
  columnOptions,
  type ReferenceSide,
} from './compare-settings.js';
import { countsOfFew } from './few-values.js';
import { numericPicture } from './numeric-picture.js';
import type { OrderedColumn } from './ordered/bucketed-column.js';
import { ColumnBuffer } from './ordered/column-buffer.js';
import { compareOrder, type OrderComparison, OrderSpace } from './ordered/exact-order.js';

/** Columns that are in memory at a time, both sides of each: 128 MB for a million rows. */
export const GROUP_COLUMNS = 8;
/** A profile stands for at most so many rows where a measure needs them one by one. */
const PROFILE_ROWS = 1_000_000;
const KOLMOGOROV_SMIRNOV = 'kolmogorov-smirnov';

type NumericColumn = PlannedColumn & { readonly kind: 'numeric' | 'date' };

/** One side of a column in memory, and what is known of its rows. */
interface NumericSide extends OrderedColumn {
  readonly missing: number;
  readonly infinite: number;
  /** Of the finite values. */
  readonly mean: number | null;
}

/** Memory for {@link GROUP_COLUMNS} columns, used again by group after group. */
export class NumericSpace {
  readonly #buffers: readonly (readonly ColumnBuffer[])[];
  readonly order = new OrderSpace();

  /** @param rows - most rows of a side */
  constructor(rows: number) {
    const buffers = () => Array.from({ length: GROUP_COLUMNS }, () => new ColumnBuffer(rows));
    this.#buffers = [buffers(), buffers()];
  }

  /** Reads columns of a table; valid until the next read of that side. */
  async read(
    side: 'reference' | 'current',
    table: OpenTable,
    names: readonly string[],
  ): Promise<readonly ColumnBuffer[]> {
    const buffers = this.#buffers[side === 'reference' ? 0 : 1] ?? [];
    for (const buffer of buffers) buffer.clear();
    const take: TakeRows = (columns) => {
      for (const [index, column] of columns.entries()) {
        if (column.kind !== 'string') buffers[index]?.add(column.values);
      }
    };
    await table.scan(names, take);
    return buffers.slice(0, names.length);
  }
}

/**
 * Compares columns of numbers or dates, which are in memory together.
 *
 * @param columns - at most {@link GROUP_COLUMNS}
 */
export async function compareNumericColumns(
  reference: ReferenceSide,
  current: OpenTable,
  columns: readonly NumericColumn[],
  settings: CompareSettings,
  space: NumericSpace,
): Promise<readonly ColumnOutcome[]> {
  const names = columns.map(({ name }) => name);
  const [before, buffers] = await bothOf(
    referenceSides(reference, names, space),
    space.read('current', current, names),
  );
  const now = buffers.map(sideOf);
  return columns.flatMap((column, index) => {
    const [a, b] = [before[index], now[index]];
    return a === undefined || b === undefined
      ? []
      : [compareNumericColumn(column, a, b, reference, settings, space.order)];
  });
}

async function referenceSides(
  reference: ReferenceSide,
  names: readonly string[],
  space: NumericSpace,
): Promise<readonly NumericSide[]> {
  if (reference.of === 'table') {
    return (await space.read('reference', reference.table, names)).map(sideOf);
  }
  return names.flatMap((name) => {
    const column = profileColumn(reference.profile, name);
    if (column === undefined || !isNumericProfile(column)) return [];
    const { values, counts } = orderedSample(column);
    const { negative, positive } = column.infinite;
    const rows = column.moments.rows + negative + positive;
    const { mean } = column.moments;
    const side = { values, weights: counts, rows, mean };
    return [{ ...side, missing: column.missing, infinite: negative + positive }];
  });
}

function sideOf(buffer: ColumnBuffer): NumericSide {
  const { column: values, length: rows, missing, infinite, mean } = buffer;
  return { values, weights: null, rows, missing, infinite, mean };
}

function compareNumericColumn(
  { name, kind }: NumericColumn,
  reference: NumericSide,
  current: NumericSide,
  side: ReferenceSide,
  settings: CompareSettings,
  space: OrderSpace,
): ColumnOutcome {
  const column: OrderedIdentity = {
    name,
    kind,
    referenceRows: reference.rows,
    currentRows: current.rows,
    referenceMissing: reference.missing,
    currentMissing: current.missing,
  };
  const options = columnOptions(settings);
  const order =
    reference.rows > 0 && current.rows > 0 ? compareOrder(reference, current, space) : null;
  const picture =
    settings.withPictures && order !== null
      ? numericPicture(order, isWhole(reference) && isWhole(current))
      : null;
  const shift = order === null ? null : shiftOf(reference, current, order);
  const isPlain =
    order !== null &&
    shift !== null &&
    reference.infinite + current.infinite === 0 &&
    (options.measure === undefined || options.measure.name === KOLMOGOROV_SMIRNOV);
  const compared = isPlain
    ? compareByOrder(column, reference, current, order, shift, options)
    : compareOrdered(
        column,
        sortedOf(reference, side, name),
        sortedOf(current, null, name),
        options,
      );
  return { compared, picture };
}

/** As `compareOrdered`, without sorting. */
function compareByOrder(
  column: OrderedIdentity,
  reference: NumericSide,
  current: NumericSide,
  order: OrderComparison,
  shift: ColumnShift | null,
  options: ColumnOptions,
): ColumnOutcome['compared'] {
  const counts =
    column.kind === 'numeric' && options.measure === undefined
      ? countsOfFew(reference, current)
      : null;
  if (counts !== null) {
    const asCounted = { ...column, kind: 'numeric' } as const;
    return compareCounts(asCounted, counts.reference, counts.current, options, shift);
  }
  const measure = findMeasure(KOLMOGOROV_SMIRNOV);
  const reason = whyTooFewRows(column, options.minRows ?? DEFAULT_MIN_ROWS);
  if (reason !== null) return unmeasuredColumn(column, measure.name, reason);
  const { statistic } = order;
  const pValue = kolmogorovSmirnovPValue(statistic, reference.rows, current.rows);
  const result = { statistic, pValue, effect: statistic };
  const notes = [constantNote(onlyValue(reference), onlyValue(current))];
  // A test draws nothing by chance.
  return measuredColumn(column, { measure, result, shift, notes }, () => () => 0, 0);
}

function onlyValue({ values }: NumericSide): string | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? String(first) : null;
}

function shiftOf(
  reference: NumericSide,
  current: NumericSide,
  { referenceMedian, currentMedian }: OrderComparison,
): ColumnShift | null {
  if (reference.mean === null || current.mean === null) return null;
  return {
    of: 'mean',
    reference: reference.mean,
    current: current.mean,
    referenceMedian,
    currentMedian,
  };
}

/** The whole column in ascending order, for measures that need it. */
function sortedOf(column: NumericSide, side: ReferenceSide | null, name: string): Float64Array {
  if (column.weights === null) return column.values.slice().sort();
  const profiled = side?.of === 'profile' ? profileColumn(side.profile, name) : undefined;
  return profiled !== undefined && isNumericProfile(profiled)
    ? profileSortedSample(profiled, PROFILE_ROWS)
    : new Float64Array(0);
}

/** Values looked at before a column is drawn as whole numbers. */
const GLANCE = 1_000;

function isWhole({ values }: NumericSide): boolean {
  return values.subarray(0, GLANCE).every(Number.isInteger);
}
