import { MillraceError } from '../../contracts/index.js';
import {
  type ColumnCheck,
  checkColumns,
  openTable,
  TIME_COLUMN_KEY,
} from '../../storage/tabular/index.js';
import {
  type CheckedSuggestion,
  checkSuggestion,
  type DataProfile,
  isNumericProfile,
  profileColumn,
  profileQuantile,
  profileValueRows,
  type Suggestion,
  suggestExpectations,
} from '../drift/profiles/index.js';
import { seededRandom } from '../drift/samples/seeded-random.js';
import { profileSplit } from './profile-split.js';

const HOLDOUT_SHARE = 0.2;
const SEED = 1;

export interface SuggestedSuite {
  /** What the data keeps, in the order of its columns. */
  readonly suggestions: readonly Suggestion[];
  /** How many of them needed more room than was thought, on the hold-out. */
  readonly loosened: number;
  readonly dropped: readonly (CheckedSuggestion & { readonly outcome: 'dropped' })[];
  readonly learnedRows: number;
  readonly holdoutRows: number;
  /** Name of the column by which the latest rows were held out; `null`: they were drawn by chance. */
  readonly time: string | null;
  /** Of the draw. */
  readonly seed: number;
}

/**
 * Derives expectations from one part of a file, checks them on the rest, and then all that is left
 * on the whole file with the very checks of a `validate` step.
 *
 * The rest are the latest fifth of the rows where the file has a time column (the one that its
 * metadata names, or the first column of times without gaps), else a fifth drawn by chance.
 *
 * @param profile - of the file, with the columns that the suite is to be about
 * @throws MillraceError `InvalidInput` when the file cannot be read
 */
export async function suggestSuite(
  path: string,
  profile: DataProfile,
  signal?: AbortSignal,
): Promise<SuggestedSuite> {
  const names = profile.columns.map(({ name }) => name);
  const options = signal === undefined ? {} : { signal };
  const split = await openTable(path, options, async (table) => {
    const time = timeColumnOf(profile, table.metadata[TIME_COLUMN_KEY]);
    const rule =
      time === null
        ? ({ by: 'chance', share: HOLDOUT_SHARE, random: seededRandom(SEED) } as const)
        : ({ by: 'time', ...time } as const);
    return { time, ...(await profileSplit(table, names, rule)) };
  });
  const { learned, holdout } = split;
  const time = split.time?.column ?? null;
  const checked = suggestExpectations(learned, time).flatMap((suggestion) =>
    checkSuggestion(suggestion, learned, holdout),
  );
  const held = checked.filter(({ outcome }) => outcome !== 'dropped');
  const failing = await failingOnWhole(
    path,
    held.map(({ suggestion }) => suggestion),
    signal,
  );
  return {
    suggestions: [
      { type: 'row-count', min: Math.floor(profile.rows / 2), max: profile.rows * 2 },
      ...held.map(({ suggestion }) => suggestion).filter((suggestion) => !failing.has(suggestion)),
    ],
    loosened: held.filter(
      ({ outcome, suggestion }) => outcome === 'loosened' && !failing.has(suggestion),
    ).length,
    dropped: [
      ...checked.filter((one) => one.outcome === 'dropped'),
      ...[...failing].map((suggestion) => ({
        outcome: 'dropped' as const,
        suggestion,
        reason: 'the whole file does not keep it',
      })),
    ],
    learnedRows: learned.rows,
    holdoutRows: holdout.rows,
    time,
    seed: SEED,
  };
}

/** The column by whose time rows are split, and the time after which they are held out. */
function timeColumnOf(
  profile: DataProfile,
  named: string | undefined,
): { readonly column: string; readonly afterMs: number } | null {
  const isTime = (name: string) => profileColumn(profile, name)?.kind === 'timestamp';
  const column =
    named !== undefined && isTime(named)
      ? named
      : profile.columns.find(({ kind, missing }) => kind === 'timestamp' && missing === 0)?.name;
  const found = column === undefined ? undefined : profileColumn(profile, column);
  if (found === undefined || !isNumericProfile(found) || profileValueRows(found) === 0) return null;
  const afterMs = profileQuantile(found, 1 - HOLDOUT_SHARE);
  // One moment for all rows gives no order.
  if (afterMs === null || found.moments.max === null || afterMs >= found.moments.max) return null;
  return { column: found.name, afterMs };
}

async function failingOnWhole(
  path: string,
  suggestions: readonly Suggestion[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<Suggestion>> {
  const checks = suggestions.flatMap((suggestion) => {
    const check = columnCheckOf(suggestion);
    return check === null ? [] : [{ suggestion, check }];
  });
  const results = await checkColumns(
    path,
    checks.map(({ check }) => check),
    signal === undefined ? {} : { signal },
  );
  const failing = new Set<Suggestion>();
  checks.forEach(({ suggestion }, i) => {
    const result = results[i];
    if (result === undefined) throw new MillraceError('Internal', `${path}: a check has no result`);
    const values = result.rows - (suggestion.type === 'not-null' ? 0 : result.missing);
    const mostly = 'mostly' in suggestion ? suggestion.mostly : 1;
    if (values > 0 && (values - result.unexpected) / values < mostly) failing.add(suggestion);
  });
  return failing;
}

/** The check that a `validate` step makes of a suggestion; `null` where it is about no values. */
function columnCheckOf(suggestion: Suggestion): ColumnCheck | null {
  switch (suggestion.type) {
    case 'row-count':
    case 'exists':
      return null;
    case 'not-null':
      return { kind: 'not-null', column: suggestion.column };
    case 'unique':
      return { kind: 'unique', column: suggestion.column };
    case 'in-set':
      return { kind: 'in-set', column: suggestion.column, values: suggestion.values };
    case 'between': {
      const { column, kind, min, max } = suggestion;
      const bound = (value: number) =>
        kind === 'timestamp' ? new Date(value).toISOString() : value;
      return { kind: 'between', column, min: bound(min), max: bound(max) };
    }
  }
}
