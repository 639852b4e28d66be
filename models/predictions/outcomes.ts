import type { BusinessSummary, FeedbackSummary, Thumbs } from '../../contracts/index.js';
import { BUSINESS_COLUMN, FEEDBACK_COLUMN, REPLACED_COLUMN } from './outcome-query.js';
import type { PredictionFeedback, WindowOutcomes } from './ports.js';

type Columns = readonly (readonly unknown[])[];

/** A prediction's feedback, and how many of its parts a later, different one replaced. */
export interface FeedbackRow extends PredictionFeedback {
  readonly replaced: number;
}

/** The most tags that are counted each by itself. */
const MOST_TAGS = 20;

export function feedbackRows(columns: Columns): readonly FeedbackRow[] {
  const at = (column: keyof typeof FEEDBACK_COLUMN, row: number): unknown =>
    columns[FEEDBACK_COLUMN[column]]?.[row];
  return (columns[FEEDBACK_COLUMN.id] ?? []).map((id, row) => ({
    id: String(id),
    version: Number(at('version', row)),
    eventTimeMs: Number(at('eventTime', row)),
    prediction: JSON.parse(String(at('prediction', row))) as PredictionFeedback['prediction'],
    thumbs: at('thumbs', row) as Thumbs | null,
    score: at('score', row) as number | null,
    tag: at('tag', row) as string | null,
    replaced: Number(at('replaced', row)),
  }));
}

/** One entry a version that has business metrics, feedback or replaced labels, ascending. */
export function windowOutcomes(
  business: Columns,
  feedback: readonly FeedbackRow[],
  replacedLabels: Columns,
): readonly WindowOutcomes[] {
  const metrics = businessByVersion(business);
  const replaced = new Map(
    (replacedLabels[REPLACED_COLUMN.version] ?? []).map((version, row) => [
      Number(version),
      Number(replacedLabels[REPLACED_COLUMN.replaced]?.[row]),
    ]),
  );
  const told = new Map<number, FeedbackRow[]>();
  for (const row of feedback) {
    const rows = told.get(row.version);
    if (rows === undefined) told.set(row.version, [row]);
    else rows.push(row);
  }
  const versions = new Set([...metrics.keys(), ...told.keys(), ...replaced.keys()]);
  return [...versions]
    .sort((a, b) => a - b)
    .map((version) => ({
      version,
      business: Object.fromEntries(metrics.get(version) ?? []),
      feedback: summariseFeedback(told.get(version) ?? []),
      replacedLabels: replaced.get(version) ?? 0,
    }));
}

function businessByVersion(
  columns: Columns,
): ReadonlyMap<number, readonly (readonly [string, BusinessSummary])[]> {
  const found = new Map<number, (readonly [string, BusinessSummary])[]>();
  const at = (column: keyof typeof BUSINESS_COLUMN, row: number) =>
    columns[BUSINESS_COLUMN[column]]?.[row];
  for (const [row, version] of (columns[BUSINESS_COLUMN.version] ?? []).entries()) {
    const count = Number(at('count', row));
    const sum = Number(at('sum', row));
    const summary = { count, sum, mean: sum / count, replaced: Number(at('replaced', row)) };
    const entry = [String(at('name', row)), summary] as const;
    const entries = found.get(Number(version));
    if (entries === undefined) found.set(Number(version), [entry]);
    else entries.push(entry);
  }
  return found;
}

/** @returns `null` when there is no feedback */
function summariseFeedback(rows: readonly FeedbackRow[]): FeedbackSummary | null {
  if (rows.length === 0) return null;
  const up = rows.filter(({ thumbs }) => thumbs === 'up').length;
  const down = rows.filter(({ thumbs }) => thumbs === 'down').length;
  const scores = rows.flatMap(({ score }) => (score === null ? [] : [score]));
  const tags = countTags(rows);
  const others = tags.slice(MOST_TAGS);
  return {
    count: rows.length,
    thumbs: { up, down, shareUp: up + down === 0 ? null : up / (up + down) },
    score: {
      count: scores.length,
      mean: scores.length === 0 ? null : scores.reduce((a, b) => a + b, 0) / scores.length,
    },
    tags: tags.slice(0, MOST_TAGS),
    otherTags: others.reduce((sum, { count }) => sum + count, 0),
    replaced: rows.reduce((sum, { replaced }) => sum + replaced, 0),
  };
}

function countTags(rows: readonly FeedbackRow[]): FeedbackSummary['tags'] {
  const counts = new Map<string, number>();
  for (const { tag } of rows) if (tag !== null) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, count]) => ({ tag, count }))
    .sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1));
}
