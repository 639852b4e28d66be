import { seededRandom } from '../samples/seeded-random.js';
import { kolmogorovSmirnovMeasure } from '../univariate/kolmogorov-smirnov.js';
import { NO_COMPARISON } from '../univariate/measure.js';
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
 *   that of a random half of the reference's texts; the other half are what the current ones are
 *   compared with, since against its own vocabulary the reference would have no unseen token at all.
 *   The row is a text, not a token: tokens of one text are no independent draws. Only more unseen
 *   tokens count: texts that repeat the reference's have fewer, and are nothing new.
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
  const random = seededRandom(seed);
  const inVocabulary = a.map(() => random() < 0.5);
  const vocabulary = new Set(a.flatMap((text, i) => (inVocabulary[i] ? tokensOf(text) : [])));
  const unseen = (texts: readonly string[]) =>
    Float64Array.from(texts, (text) => unseenShare(text, vocabulary)).sort();
  const ways = [
    { by: 'length in characters', reference: lengths(a), current: lengths(b), isOneSided: false },
    {
      by: 'share of tokens that the reference does not have',
      reference: unseen(a.filter((_, i) => !inVocabulary[i])),
      current: unseen(b),
      isOneSided: true,
    },
  ].map(compareWay);
  const [strongest] = ways.sort((x, y) => x.pValue - y.pValue);
  if (strongest === undefined) return unmeasuredColumn(column, measure.name, 'no text');
  const pValue = Math.min(1, ways.length * strongest.pValue);
  const notes = [
    wanted === null || wanted === measure
      ? null
      : otherTestNote(wanted.name, 'does not compare text'),
    `text compared by ${strongest.by}`,
  ];
  const measured = {
    measure,
    result: { ...strongest.result, pValue },
    shift: strongest.shift,
    notes,
  };
  // A test needs no chance draws.
  return measuredColumn(column, measured, () => () => 0, seed);
}

interface Way {
  readonly by: string;
  /** Ascending. */
  readonly reference: Float64Array;
  readonly current: Float64Array;
  /** True where only a larger mean of the current texts is a difference. */
  readonly isOneSided: boolean;
}

function compareWay({ by, reference, current, isOneSided }: Way) {
  const shift = meanShift(reference, current);
  const { onSorted } = kolmogorovSmirnovMeasure;
  const isLess = shift?.of === 'mean' && shift.current <= shift.reference;
  const result =
    onSorted === undefined || reference.length === 0 || (isOneSided && isLess)
      ? NO_COMPARISON
      : onSorted(reference, current);
  return { by, shift, result, pValue: result.pValue ?? 1 };
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
