import type { OpenTable } from '../../storage/tabular/index.js';
import {
  type ComparedColumn,
  KIND_NAMES,
  profileColumn,
  profileValueRows,
  unmeasuredColumn,
  whyTooFewRows,
} from '../drift/index.js';
import type { RefusedColumn } from './column-plan.js';
import type { ReferenceSide } from './compare-settings.js';

/**
 * Columns whose kinds do not compare, as unmeasured ones with the reason: another kind on either
 * side, or no value at all on one (an empty column of a file has no kind of its own).
 *
 * @param data - rows of each side
 */
export async function refusedColumns(
  refused: readonly RefusedColumn[],
  reference: ReferenceSide,
  current: OpenTable,
  data: {
    readonly reference: { readonly rows: number };
    readonly current: { readonly rows: number };
  },
): Promise<readonly ComparedColumn[]> {
  const names = refused.map(({ name }) => name);
  const before =
    reference.of === 'table'
      ? await reference.table.countPresent(names)
      : names.map((name) => profiledRows(reference, name));
  const now = await current.countPresent(names);
  return refused.map((column, i) => {
    const [referenceRows, currentRows] = [before[i] ?? 0, now[i] ?? 0];
    const rows = {
      referenceRows,
      currentRows,
      referenceMissing: data.reference.rows - referenceRows,
      currentMissing: data.current.rows - currentRows,
    };
    const known = referenceRows === 0 ? column.current : column.reference;
    const kind = known === 'string' ? 'categorical' : known;
    const test =
      kind === 'categorical' || kind === 'boolean' ? 'chi-squared' : 'kolmogorov-smirnov';
    const note =
      whyTooFewRows(rows, 1) ??
      `${KIND_NAMES[column.reference]} in the reference, ${KIND_NAMES[column.current]} in the current data: not compared`;
    return unmeasuredColumn({ ...rows, name: column.name, kind }, test, note);
  });
}

function profiledRows(
  { profile }: ReferenceSide & { readonly of: 'profile' },
  name: string,
): number {
  const column = profileColumn(profile, name);
  return column === undefined ? 0 : profileValueRows(column);
}
