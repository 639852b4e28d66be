import type { ValueKind } from '../../../contracts/index.js';
import type {
  CategoricalColumnProfile,
  ColumnMoments,
  DataColumnProfile,
  DataProfile,
  NumericColumnProfile,
} from './data-profile.js';
import { type Histogram, profileHistogram } from './profile-histogram.js';
import { isNumericProfile, profileQuantile } from './profile-queries.js';

const PROBABILITIES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
const TOP_VALUES = 10;

/** What a person or a program reads of a profile: `millrace profile --json` prints it. */
export interface ProfileDescription {
  readonly rows: number;
  /** Of the file's bytes; `null` where the profile is of no single file. */
  readonly sha256: string | null;
  readonly columns: readonly ColumnDescription[];
}

/** One column. Times are ms since the epoch; what is not defined for a kind is `null` or empty. */
export interface ColumnDescription {
  readonly name: string;
  readonly kind: ValueKind;
  readonly missing: number;
  readonly distinct: number;
  /** False: `distinct` is an estimate with a standard error of 1.6 %. */
  readonly distinctExact: boolean;
  /** Rows with −∞ and +∞, which the following numbers leave out. */
  readonly infinite: { readonly negative: number; readonly positive: number };
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  readonly skewness: number | null;
  /** By probability: `{"0.5": 12}` is the median. `null` for text and booleans. */
  readonly quantiles: Readonly<Record<string, number>> | null;
  /** Proven bound for the error of a quantile's rank, as a share of the values; 0 is exact. */
  readonly rankError: number;
  readonly histogram: Histogram | null;
  /** Most frequent first; empty where no value of a column of numbers is known to repeat. */
  readonly topValues: readonly { readonly value: string | number; readonly rows: number }[];
  /** Characters of the values of a text column. */
  readonly lengths: ColumnMoments | null;
}

/**
 * The readable part of a profile: everything but what only comparisons and merges need.
 *
 * @example describeProfile(profile).columns[0].quantiles; // { '0.01': 1.03, …, '0.5': 2.5, … }
 */
export function describeProfile(profile: DataProfile): ProfileDescription {
  return {
    rows: profile.rows,
    sha256: profile.sha256,
    columns: profile.columns.map(describeColumn),
  };
}

export function describeColumn(column: DataColumnProfile): ColumnDescription {
  const base = {
    name: column.name,
    kind: column.kind,
    missing: column.missing,
    distinct: column.distinct.count,
    distinctExact: column.distinct.exact,
  };
  return isNumericProfile(column)
    ? { ...base, ...describeNumeric(column) }
    : { ...base, ...describeCategorical(column) };
}

type Described = Omit<
  ColumnDescription,
  'name' | 'kind' | 'missing' | 'distinct' | 'distinctExact'
>;

function describeNumeric(column: NumericColumnProfile): Described {
  const { rows, ...moments } = column.moments;
  return {
    infinite: column.infinite,
    ...moments,
    quantiles: quantilesOf(column),
    rankError: rows === 0 ? 0 : Math.min(1, column.sample.rankError / rows),
    histogram: profileHistogram(column),
    topValues: topNumbers(column),
    lengths: null,
  };
}

function quantilesOf(column: NumericColumnProfile): Described['quantiles'] {
  if (column.moments.rows === 0) return null;
  return Object.fromEntries(
    PROBABILITIES.map((p) => {
      const value = profileQuantile(column, p) ?? 0;
      return [String(p), column.kind === 'timestamp' ? Math.round(value) : value];
    }),
  );
}

/** Values that are known to repeat: in a sketch, those whose rows are beyond its error. */
function topNumbers({ sample }: NumericColumnProfile): Described['topValues'] {
  const least = Math.max(1, 2 * sample.rankError);
  return Array.from(sample.values, (value, i) => ({ value, rows: sample.counts[i] ?? 0 }))
    .filter(({ rows }) => rows > least)
    .sort((a, b) => b.rows - a.rows)
    .slice(0, TOP_VALUES);
}

function describeCategorical({ categories, text }: CategoricalColumnProfile): Described {
  return {
    infinite: { negative: 0, positive: 0 },
    min: null,
    max: null,
    mean: null,
    standardDeviation: null,
    skewness: null,
    quantiles: null,
    rankError: 0,
    histogram: null,
    topValues: categories.values
      .slice(0, TOP_VALUES)
      .map((value, i) => ({ value, rows: categories.counts[i] ?? 0 })),
    lengths: text?.lengths.moments ?? null,
  };
}
