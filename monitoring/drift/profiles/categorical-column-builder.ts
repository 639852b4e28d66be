import { CategoryCounter } from './category-counter.js';
import type { CategoricalColumnProfile, CategoryCounts } from './data-profile.js';
import { RunningMoments } from './running-moments.js';
import { holdsSentences, wordsOf } from './text-words.js';

const LENGTHS_BLOCK = 4_096;

/** Summarises one column of text or booleans, chunk by chunk, in bounded memory. */
export class CategoricalColumnBuilder {
  readonly #values = new CategoryCounter();
  readonly #lengths = new RunningMoments();
  readonly #lengthBlock = new Float64Array(LENGTHS_BLOCK);
  #lengthsFilled = 0;
  #missing = 0;
  /** Words since values have been given up; until then they can be told from the values. */
  #words: CategoryCounter | null = null;
  #complete = true;

  constructor(
    private readonly name: string,
    private readonly kind: CategoricalColumnProfile['kind'],
  ) {}

  /** @param values - one a row; null is missing */
  updateTexts(values: readonly (string | null)[]): void {
    for (const value of values) {
      if (value === null) this.#missing += 1;
      else this.#add(value);
    }
  }

  /** @param values - one a row: 0 is false, NaN is missing, any other number true */
  updateBooleans(values: Float64Array): void {
    let [trues, falses] = [0, 0];
    for (const value of values) {
      if (Number.isNaN(value)) this.#missing += 1;
      else if (value === 0) falses += 1;
      else trues += 1;
    }
    if (trues > 0) this.#values.add('true', trues);
    if (falses > 0) this.#values.add('false', falses);
  }

  finish(): CategoricalColumnProfile {
    const words = this.#wordCounts();
    this.#takeLengths();
    const distinct = this.#values.distinct();
    return {
      name: this.name,
      kind: this.kind,
      missing: this.#missing,
      distinct,
      categories: this.#values.counts(),
      lengths: this.kind === 'string' ? this.#lengths.moments() : null,
      words,
    };
  }

  #add(text: string): void {
    if (this.#complete && this.#values.full) this.#giveUpValues();
    this.#values.add(text);
    if (this.#words !== null) countWords(text, 1, this.#words);
    this.#lengthBlock[this.#lengthsFilled++] = text.length;
    if (this.#lengthsFilled === LENGTHS_BLOCK) this.#takeLengths();
  }

  /** Words of values that are about to be lost are counted while these are all there. */
  #giveUpValues(): void {
    this.#complete = false;
    this.#words = holdsSentences(this.#values) ? wordsOfValues(this.#values) : null;
  }

  #wordCounts(): CategoryCounts | null {
    if (this.kind === 'boolean') return null;
    if (!this.#complete) return this.#words?.counts() ?? null;
    return holdsSentences(this.#values) ? wordsOfValues(this.#values).counts() : null;
  }

  #takeLengths(): void {
    this.#lengths.add(this.#lengthBlock.slice(0, this.#lengthsFilled).sort());
    this.#lengthsFilled = 0;
  }
}

/** Words of a column whose values are all counted. */
export function wordsOfValues(values: CategoryCounter): CategoryCounter {
  const words = new CategoryCounter();
  for (const [text, rows] of values.entries()) countWords(text, rows, words);
  return words;
}

function countWords(text: string, rows: number, words: CategoryCounter): void {
  for (const word of wordsOf(text)) words.add(word, rows);
}
