import type { OpenTable } from '../../storage/tabular/index.js';
import { type DataProfile, ProfileBuilder, type ProfiledValues } from '../drift/profiles/index.js';

/** Which rows are held out, and how one says so. */
export type HoldoutRule =
  /** Rows whose time is later. */
  | { readonly by: 'time'; readonly column: string; readonly afterMs: number }
  /** Rows drawn at random, with a seed that is told. */
  | { readonly by: 'chance'; readonly share: number; readonly random: () => number };

export interface SplitProfiles {
  readonly learned: DataProfile;
  readonly holdout: DataProfile;
}

/** Profiles the rows that are held out and those that are not, each on their own, in one pass. */
export async function profileSplit(
  table: OpenTable,
  names: readonly string[],
  rule: HoldoutRule,
): Promise<SplitProfiles> {
  const kinds = new Map(table.columns.map(({ name, kind }) => [name, kind]));
  const columns = names.map((name) => ({ name, kind: kinds.get(name) ?? ('string' as const) }));
  const [learned, holdout] = [new ProfileBuilder(columns), new ProfileBuilder(columns)];
  const timeAt = rule.by === 'time' ? names.indexOf(rule.column) : -1;
  await table.scan(names, (chunk, rows) => {
    const times = chunk[timeAt]?.values;
    const isHeld = Uint8Array.from({ length: rows }, (_, row) =>
      rule.by === 'chance'
        ? Number(rule.random() < rule.share)
        : Number(Number(times?.[row] ?? Number.NaN) > rule.afterMs),
    );
    const values = chunk.map((column) => column.values);
    learned.update(values.map((column) => rowsOf(column, isHeld, 0)));
    holdout.update(values.map((column) => rowsOf(column, isHeld, 1)));
  });
  return { learned: learned.finish(), holdout: holdout.finish() };
}

function rowsOf(values: ProfiledValues, isHeld: Uint8Array, wanted: 0 | 1): ProfiledValues {
  return values instanceof Float64Array
    ? values.filter((_, row) => isHeld[row] === wanted)
    : values.filter((_, row) => isHeld[row] === wanted);
}
