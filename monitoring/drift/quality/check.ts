import { QUALITY_LIMITS } from '../baseline/data-quality.js';
import type { ColumnFacts, DatasetFacts, TypedColumn } from './facts.js';

export type QualityCheck =
  | 'missing-column'
  | 'new-column'
  | 'type-change'
  | 'missing-values'
  | 'out-of-range'
  | 'unseen-values'
  | 'duplicates'
  | 'volume'
  | 'freshness';

/** One thing that is wrong with a data set. */
export interface QualityFinding {
  readonly check: QualityCheck;
  /** `null` where it is about the rows. */
  readonly column: string | null;
  /** What was seen: a share of rows, for `volume` rows, for `freshness` ms. */
  readonly observed: number;
  /** What it had to stay within, in the same unit. */
  readonly limit: number;
  /** One sentence. */
  readonly text: string;
}

export interface QualityLimits {
  /** Share of missing values above the reference's own; default 0.1. */
  readonly missingSlack: number;
  /** Share of finite or infinite numbers outside the reference's range, widened by its width; default 0.02. */
  readonly outOfRangeShare: number;
  /** Share of rows with a text that the reference never had; default 0.1. */
  readonly unseenShare: number;
  /** Share of repeated rows above the reference's own; default 0.05. */
  readonly duplicateSlack: number;
}

export const DEFAULT_QUALITY_LIMITS: QualityLimits = {
  ...QUALITY_LIMITS,
  duplicateSlack: 0.05,
};

/**
 * Checks a data set against the facts of a reference. Do it before any drift test: data that is
 * broken says nothing of drift.
 *
 * @param reference - from `datasetFacts`
 * @param currentFacts - of the data set that is checked
 * @param current - its columns
 * @returns what is wrong, in the order of the reference's columns; empty where nothing is
 * @example
 * checkQuality(datasetFacts(then), datasetFacts(now), now)[0]?.text;
 * // 'age: 40 % of the values are missing, at most 12 % were expected'
 */
export function checkQuality(
  reference: DatasetFacts,
  currentFacts: DatasetFacts,
  current: readonly TypedColumn[],
  limits: Partial<QualityLimits> = {},
): readonly QualityFinding[] {
  const all = { ...DEFAULT_QUALITY_LIMITS, ...limits };
  const columns = reference.columns.flatMap((facts) => {
    const column = current.find(({ name }) => name === facts.name);
    const now = currentFacts.columns.find(({ name }) => name === facts.name);
    if (column === undefined || now === undefined) {
      return [finding('missing-column', facts.name, 1, 0, 'the column is not there')];
    }
    return checkColumn(facts, reference.rows, now, column, all);
  });
  const known = new Set(reference.columns.map(({ name }) => name));
  const added = currentFacts.columns
    .filter(({ name }) => !known.has(name))
    .map(({ name }) => finding('new-column', name, 1, 0, 'the reference has no such column'));
  return [...columns, ...added, ...checkDuplicates(reference, currentFacts, all)];
}

function checkColumn(
  before: ColumnFacts,
  referenceRows: number,
  now: ColumnFacts,
  column: TypedColumn,
  limits: QualityLimits,
): readonly QualityFinding[] {
  const rows = column.values.length;
  if (rows === 0) return [];
  const present = rows - now.missing;
  if (present > 0 && !isSameType(before.kind, now.kind)) {
    const text = `it held ${before.kind} values and holds ${now.kind} ones`;
    return [finding('type-change', before.name, 1, 0, text)];
  }
  const findings: QualityFinding[] = [];
  const share = now.missing / rows;
  const wasMissing = referenceRows === 0 ? 0 : before.missing / referenceRows;
  const missingLimit = Math.min(1, wasMissing + limits.missingSlack);
  if (share > missingLimit) {
    const text = `${percent(share)} of the values are missing, at most ${percent(missingLimit)} were expected`;
    findings.push(finding('missing-values', before.name, share, missingLimit, text));
  }
  const outside = outOfRange(before, column) / rows;
  if (outside > limits.outOfRangeShare) {
    const text = `${percent(outside)} of the values lie far outside [${before.min}, ${before.max}]`;
    findings.push(finding('out-of-range', before.name, outside, limits.outOfRangeShare, text));
  }
  const unseen = unseenValues(before, column) / rows;
  if (unseen > limits.unseenShare) {
    const text = `${percent(unseen)} of the rows have a value that the reference never had`;
    findings.push(finding('unseen-values', before.name, unseen, limits.unseenShare, text));
  }
  return findings;
}

/** Whole numbers among numbers are no change of type: one fraction in a file makes the difference. */
function isSameType(before: string, now: string): boolean {
  const asNumber = (kind: string) => (kind === 'integer' ? 'number' : kind);
  return asNumber(before) === asNumber(now);
}

/** Season and growth stay within the range widened by its own width; a sentinel or a unit does not. */
function outOfRange({ min, max }: ColumnFacts, { values }: TypedColumn): number {
  if (min === null || max === null || !(values instanceof Float64Array)) return 0;
  const width = Math.max(max - min, Math.abs(min), Math.abs(max));
  let outside = 0;
  for (const value of values) if (value < min - width || value > max + width) outside += 1;
  return outside;
}

function unseenValues({ known }: ColumnFacts, { values }: TypedColumn): number {
  if (known === null || values instanceof Float64Array) return 0;
  let unseen = 0;
  for (const value of values) if (value !== null && !known.has(value)) unseen += 1;
  return unseen;
}

function checkDuplicates(
  reference: DatasetFacts,
  current: DatasetFacts,
  limits: QualityLimits,
): readonly QualityFinding[] {
  if (current.rows === 0) return [];
  const share = current.duplicates / current.rows;
  const before = reference.rows === 0 ? 0 : reference.duplicates / reference.rows;
  const limit = Math.min(1, before + limits.duplicateSlack);
  if (share <= limit) return [];
  const text = `${percent(share)} of the rows repeat an earlier one, at most ${percent(limit)} were expected`;
  return [finding('duplicates', null, share, limit, text)];
}

function finding(
  check: QualityCheck,
  column: string | null,
  observed: number,
  limit: number,
  text: string,
): QualityFinding {
  return { check, column, observed, limit, text: column === null ? text : `${column}: ${text}` };
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
