import type { OpenTable } from '../../storage/tabular/index.js';
import type { PlannedColumn } from './column-plan.js';
import type { ColumnOutcome, CompareSettings, ReferenceSide } from './compare-settings.js';
import { compareCountedColumns } from './counted-columns.js';
import { compareNumericColumns, GROUP_COLUMNS, type NumericSpace } from './numeric-columns.js';

/** Columns that are compared in one go: all by value, or all by count. */
export type ColumnGroup =
  | {
      readonly by: 'value';
      readonly columns: readonly (PlannedColumn & { kind: 'numeric' | 'date' })[];
    }
  | {
      readonly by: 'count';
      readonly columns: readonly (PlannedColumn & { kind: 'boolean' | 'string' })[];
    };

/** Categories are counted a column at a time; a group only shares the look at the first texts. */
const COUNTED_COLUMNS = 5;

/** Cuts planned columns into groups: those of numbers first, which take longest. */
export function groupColumns(planned: readonly PlannedColumn[]): readonly ColumnGroup[] {
  const values = planned.flatMap(({ name, kind }) =>
    kind === 'numeric' || kind === 'date' ? [{ name, kind }] : [],
  );
  const counts = planned.flatMap(({ name, kind }) =>
    kind === 'boolean' || kind === 'string' ? [{ name, kind }] : [],
  );
  return [
    ...cut(values, GROUP_COLUMNS).map((columns) => ({ by: 'value', columns }) as const),
    ...cut(counts, COUNTED_COLUMNS).map((columns) => ({ by: 'count', columns }) as const),
  ];
}

function cut<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const parts = Math.ceil(list.length / size);
  return Array.from({ length: parts }, (_, i) => list.slice(i * size, (i + 1) * size));
}

export function compareGroup(
  group: ColumnGroup,
  reference: ReferenceSide,
  current: OpenTable,
  settings: CompareSettings,
  space: NumericSpace,
): Promise<readonly ColumnOutcome[]> {
  return group.by === 'value'
    ? compareNumericColumns(reference, current, group.columns, settings, space)
    : compareCountedColumns(reference, current, group.columns, settings);
}
