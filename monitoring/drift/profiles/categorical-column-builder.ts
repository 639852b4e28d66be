import { CategoryCounter } from './category-counter.js';
import type { CategoricalColumnProfile } from './data-profile.js';
import { TextColumnBuilder } from './text-column-builder.js';

/** Summarises one column of text or booleans, chunk by chunk, in bounded memory. */
export class CategoricalColumnBuilder {
  readonly #values = new CategoryCounter();
  readonly #text: TextColumnBuilder | null;
  #missing = 0;

  constructor(
    private readonly name: string,
    private readonly kind: CategoricalColumnProfile['kind'],
  ) {
    this.#text = kind === 'string' ? new TextColumnBuilder(name) : null;
  }

  /** @param values - one a row; null is missing */
  updateTexts(values: readonly (string | null)[]): void {
    for (const value of values) {
      if (value === null) {
        this.#missing += 1;
        continue;
      }
      this.#values.add(value);
      this.#text?.add(value);
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
    const categories = this.#values.counts();
    return {
      name: this.name,
      kind: this.kind,
      missing: this.#missing,
      distinct: this.#values.distinct(),
      categories,
      text: this.#text?.finish() ?? null,
    };
  }
}
