import { kolmogorovSmirnovMeasure } from '../univariate/kolmogorov-smirnov.js';
import { otherTestNote } from './column-notes.js';
import { type ColumnOptions, resolveColumnOptions } from './column-options.js';
import { meanShift } from './column-shift.js';
import {
  type ColumnIdentity,
  type ComparedColumn,
  unmeasuredColumn,
  whyTooFewRows,
} from './compared-column.js';
import { measuredColumn } from './measured-column.js';
import { tokensOf } from './text-tokens.js';

/** Of more texts a side, so many are read, evenly spaced. */
export const MAX_TEXTS = 20_000;

/**
 * Compares a column of free text in two ways, each by the Kolmogorov–Smirnov test.
 *
 * - Length: characters (UTF-16 units) a text.
 * - Unseen tokens: the share of a text's tokens that a vocabulary does not have. The vocabulary is
 *   that of every other text of the reference; its remaining texts are what the current ones are
 *   compared with, since against its own vocabulary the reference would have no unseen token at all.
 *   The row is a text, not a token: tokens of one text are no independent draws.
 *
 * The column is judged by the way with the smaller p-value, doubled (Bonferroni's correction for
 * having looked twice), and the note says which it was.
 *
 * @param reference - null is missing
 * @param current - the same
 */
export function compareTexts(
  column: ColumnIdentity & { readonly kind: 'text' },
  reference: readonly (string | null)[],
  current: readonly (string | null)[],
  options: ColumnOptions = {},
): ComparedColumn {
  const { measure: wanted, minRows, seed } = resolveColumnOptions(options);
  const measure = kolmogorovSmirnovMeasure;
  const reason = whyTooFewRows(column, minRows);
  if (reason !== null) return unmeasuredColumn(column, measure.name, reason);
  const [a, b] = [evenly(reference), evenly(current)];
  const vocabulary = new Set(a.flatMap((text, i) => (i % 2 === 0 ? tokensOf(text) : [])));
  const unseen = (texts: readonly string[]) =>
    Float64Array.from(texts, (text) => unseenShare(text, vocabulary)).sort();
  const ways = [
    { by: 'length in characters', reference: lengths(a), current: lengths(b) },
    {
      by: 'share of tokens that the reference does not have',
      reference: unseen(a.filter((_, i) => i % 2 === 1)),
      current: unseen(b),
    },
  ].map((way) => ({ ...way, result: compareSorted(way.reference, way.current) }));
  const [strongest] = ways.sort((x, y) => (x.result.pValue ?? 1) - (y.result.pValue ?? 1));
  if (strongest === undefined) return unmeasuredColumn(column, measure.name, 'no text');
  const pValue = Math.min(1, ways.length * (strongest.result.pValue ?? 1));
  const notes = [
    wanted === null || wanted === measure
      ? null
      : otherTestNote(wanted.name, 'does not compare text'),
    `text compared by ${strongest.by}`,
  ];
  const measured = {
    measure,
    result: { ...strongest.result, pValue },
    shift: meanShift(strongest.reference, strongest.current),
    notes,
  };
  // A test needs no chance draws.
  return measuredColumn(column, measured, () => () => 0, seed);
}

function compareSorted(reference: Float64Array, current: Float64Array) {
  const { onSorted } = kolmogorovSmirnovMeasure;
  if (onSorted === undefined) throw new RangeError('Kolmogorov–Smirnov compares sorted values');
  return onSorted(reference, current);
}

function lengths(texts: readonly string[]): Float64Array {
  return Float64Array.from(texts, (text) => text.length).sort();
}

/** In [0, 1]; 0 for a text without tokens. */
function unseenShare(text: string, vocabulary: ReadonlySet<string>): number {
  const tokens = tokensOf(text);
  const unseen = tokens.filter((token) => !vocabulary.has(token)).length;
  return tokens.length === 0 ? 0 : unseen / tokens.length;
}

function evenly(texts: readonly (string | null)[]): readonly string[] {
  const present = texts.filter((text) => text !== null);
  if (present.length <= MAX_TEXTS) return present;
  const step = present.length / MAX_TEXTS;
  return Array.from({ length: MAX_TEXTS }, (_, i) => present[Math.floor(i * step)] ?? '');
}
