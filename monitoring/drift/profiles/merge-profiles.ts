import { CategoryCounter } from './category-counter.js';
import {
  type CategoricalColumnProfile,
  type DataColumnProfile,
  type DataProfile,
  EXACT_VALUES,
  type NumericColumnProfile,
  type TextProfile,
} from './data-profile.js';
import { DistinctCounter } from './distinct-counter.js';
import { distinctNumbers } from './numeric-column-builder.js';
import { RunningMoments } from './running-moments.js';
import { EMPTY_SAMPLE, mergeSamples, thinSample } from './weighted-sample.js';

/**
 * The profile of the rows of several profiles together, without reading them again.
 *
 * Rows, missing, infinite, extremes, and category counts that were complete come out exactly as if
 * all rows had been profiled at once, moments to rounding, ranks within the error that the result
 * states: the errors of the parts and that of one more thinning.
 *
 * @param profiles - of the same columns; their order may differ
 * @throws RangeError on no profile, and on columns that differ in name or kind
 */
export function mergeProfiles(profiles: readonly DataProfile[]): DataProfile {
  const [first, ...others] = profiles;
  if (first === undefined) throw new RangeError('there is no profile to merge');
  if (others.length === 0) return first;
  const digests = profiles.flatMap((profile) => profile.sha256 ?? profile.mergedFrom);
  return {
    format: first.format,
    madeBy: profiles.every(({ madeBy }) => madeBy === first.madeBy) ? first.madeBy : null,
    sha256: null,
    mergedFrom: digests,
    rows: profiles.reduce((rows, profile) => rows + profile.rows, 0),
    columns: first.columns.map((column) =>
      mergeColumns([column, ...others.map((profile) => sameColumn(profile, column, first))]),
    ),
  };
}

function sameColumn(
  profile: DataProfile,
  wanted: DataColumnProfile,
  first: DataProfile,
): DataColumnProfile {
  if (profile.columns.length !== first.columns.length) {
    throw new RangeError(
      `columns are not the same: ${profile.columns.length} in one profile, ${first.columns.length} in another`,
    );
  }
  const column = profile.columns.find(({ name }) => name === wanted.name);
  if (column?.kind === wanted.kind) return column;
  throw new RangeError(
    column === undefined
      ? `column '${wanted.name}' is not in every profile`
      : `column '${wanted.name}' is of kind ${wanted.kind} in one profile and ${column.kind} in another`,
  );
}

function mergeColumns(columns: readonly DataColumnProfile[]): DataColumnProfile {
  const numeric = columns.filter((column) => 'sample' in column);
  const [first] = numeric;
  if (first !== undefined) return mergeNumeric(first, numeric);
  const categorical = columns.filter((column) => 'categories' in column);
  const [other] = categorical;
  if (other === undefined) throw new RangeError('there is no column to merge');
  return mergeCategorical(other, categorical);
}

function mergeNumeric(
  first: NumericColumnProfile,
  columns: readonly NumericColumnProfile[],
): NumericColumnProfile {
  const moments = new RunningMoments();
  for (const column of columns) moments.merge(column.moments);
  const merged = columns.map(({ sample }) => sample).reduce(mergeSamples, EMPTY_SAMPLE);
  const known =
    merged.values.length <= EXACT_VALUES && columns.every(({ distinct }) => distinct.exact);
  const infinite = {
    negative: columns.reduce((rows, column) => rows + column.infinite.negative, 0),
    positive: columns.reduce((rows, column) => rows + column.infinite.positive, 0),
  };
  return {
    name: first.name,
    kind: first.kind,
    missing: columns.reduce((rows, { missing }) => rows + missing, 0),
    distinct: distinctNumbers(
      known ? merged.values.length : null,
      known ? null : countDistinct(columns),
      infinite,
      moments.moments().rows,
    ),
    infinite,
    moments: moments.moments(),
    sample: known ? merged : thinSample(merged),
  };
}

function countDistinct(columns: readonly NumericColumnProfile[]): DistinctCounter {
  const counter = new DistinctCounter();
  for (const { distinct, sample } of columns) {
    if (distinct.registers !== null) counter.merge(distinct.registers);
    else for (const value of sample.values) counter.addNumber(value);
  }
  return counter;
}

function mergeCategorical(
  first: CategoricalColumnProfile,
  columns: readonly CategoricalColumnProfile[],
): CategoricalColumnProfile {
  const values = new CategoryCounter();
  for (const column of columns) values.merge(column.categories, column.distinct.registers);
  const categories = values.counts();
  return {
    name: first.name,
    kind: first.kind,
    missing: columns.reduce((rows, { missing }) => rows + missing, 0),
    distinct: values.distinct(),
    categories,
    text: mergeTexts(columns.flatMap(({ text }) => text ?? [])),
  };
}

/** The facts are of the first values, so the first part that has values keeps its own. */
function mergeTexts(parts: readonly TextProfile[]): TextProfile | null {
  const first = parts.find(({ facts }) => facts.rows > 0) ?? parts[0];
  if (first === undefined) return null;
  const words = new CategoryCounter();
  const filled = parts.filter(({ lengths }) => lengths.moments.rows > 0);
  for (const part of filled) if (part.words !== null) words.merge(part.words, null);
  return {
    lengths: mergeNumeric(
      first.lengths,
      parts.map(({ lengths }) => lengths),
    ),
    facts: first.facts,
    // Words of a part alone would say nothing of the whole.
    words: filled.length > 0 && filled.every((part) => part.words !== null) ? words.counts() : null,
  };
}
