import {
  chooseTextTreatment,
  TEXT_FACTS_ROWS,
  type TextFacts,
  textFacts,
} from '../dataset/text-treatment.js';
import { CategoryCounter } from './category-counter.js';
import type { TextProfile } from './data-profile.js';
import { NumericColumnBuilder } from './numeric-column-builder.js';

const LENGTHS_BLOCK = 4_096;
const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Words of a text: runs of letters and digits, in lower case.
 *
 * @example wordsOf("Isn't it 5 o'clock?"); // ['isn', 't', 'it', '5', 'o', 'clock']
 */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** Lengths of the texts of a column and, where it holds free text, its words. */
export class TextColumnBuilder {
  readonly #lengths: NumericColumnBuilder;
  readonly #block = new Float64Array(LENGTHS_BLOCK);
  #filled = 0;
  /** The values that decide what the column holds; empty once they have. */
  #first: string[] = [];
  #facts: TextFacts | null = null;
  #words: CategoryCounter | null = null;

  constructor(name: string) {
    this.#lengths = new NumericColumnBuilder(name, 'integer');
  }

  add(text: string): void {
    this.#block[this.#filled++] = text.length;
    if (this.#filled === LENGTHS_BLOCK) this.#takeLengths();
    if (this.#facts === null) {
      this.#first.push(text);
      if (this.#first.length === TEXT_FACTS_ROWS) this.#decide();
    } else if (this.#words !== null) countWords(text, this.#words);
  }

  finish(): TextProfile {
    this.#takeLengths();
    const facts = this.#facts ?? this.#decide();
    return { lengths: this.#lengths.finish(), facts, words: this.#words?.counts() ?? null };
  }

  #decide(): TextFacts {
    const facts = textFacts(this.#first);
    this.#facts = facts;
    if (chooseTextTreatment(facts) === 'text') {
      this.#words = new CategoryCounter();
      for (const text of this.#first) countWords(text, this.#words);
    }
    this.#first = [];
    return facts;
  }

  #takeLengths(): void {
    this.#lengths.update(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

function countWords(text: string, words: CategoryCounter): void {
  for (const word of wordsOf(text)) words.add(word);
}
