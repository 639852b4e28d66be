import { countWords } from './text-tokens.js';

/** Text is taken for free text from this many words a value on. */
export const FREE_TEXT_WORDS = 3;

/** Free text seldom repeats: at least this share of the values are distinct. */
export const FREE_TEXT_DISTINCT_SHARE = 0.2;

/** Nearly every row has a value of its own: an identifier, of which no two samples share anything. */
export const IDENTIFIER_DISTINCT_SHARE = 0.9;

/** What is asked of a column of text: of its reference, or of an even sample of it. */
export interface TextFacts {
  /** Rows with a value that were looked at. */
  readonly rows: number;
  /** Distinct values among them. */
  readonly distinct: number;
  /** Mean number of words, as `countWords` counts them. */
  readonly meanWords: number;
}

export type TextTreatment = 'categorical' | 'text' | 'identifier';

/**
 * How a column of text is compared.
 *
 * - `text`: at least 3 words a value on average, and at least 20 % of the values distinct. Compared
 *   by length and by the share of unseen tokens.
 * - `identifier`: fewer words, and more than 90 % of the values distinct. Left out as
 *   `insufficient`: keys differ between any two samples.
 * - `categorical`: all others. Compared by counts, rare values pooled.
 *
 * @param facts - of the reference; of at most the first {@link TEXT_FACTS_ROWS} of its values
 * @example chooseTextTreatment({ rows: 1000, distinct: 12, meanWords: 1 }); // 'categorical'
 */
export function chooseTextTreatment({ rows, distinct, meanWords }: TextFacts): TextTreatment {
  const share = rows === 0 ? 0 : distinct / rows;
  if (meanWords >= FREE_TEXT_WORDS && share >= FREE_TEXT_DISTINCT_SHARE) return 'text';
  return share > IDENTIFIER_DISTINCT_SHARE ? 'identifier' : 'categorical';
}

/** Facts are taken from the first so many values: distinct shares fall as rows grow. */
export const TEXT_FACTS_ROWS = 10_000;

/**
 * Facts of a column of text.
 *
 * @param values - the reference's, null is missing
 * @example textFacts(['red', 'blue', null, 'red']); // { rows: 3, distinct: 2, meanWords: 1 }
 */
export function textFacts(values: Iterable<string | null>): TextFacts {
  const distinct = new Set<string>();
  let [rows, words] = [0, 0];
  for (const value of values) {
    if (value === null) continue;
    distinct.add(value);
    words += countWords(value);
    rows += 1;
    if (rows === TEXT_FACTS_ROWS) break;
  }
  return { rows, distinct: distinct.size, meanWords: rows === 0 ? 0 : words / rows };
}
